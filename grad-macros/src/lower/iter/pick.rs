//! What picks one element of a chain: the largest, the last, the one with a number.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

use super::super::{Lower, Term};
use super::source::sub_slice;
use super::{Chain, Source, Stage};
use crate::ir::{Op, Opaque, Place, Prim, Range, Ty, V};

impl<'a> Lower<'a> {
    /// `max_by`, `min_by`: of equal elements the last maximum, the first minimum.
    pub fn extreme(&mut self, chain: &Chain, max: bool, compare: &Expr, span: Span) -> Term {
        let mut assigned = BTreeSet::new();
        self.assigned_in(compare, &mut assigned);
        self.best(chain, assigned, span, &mut |lower, best, next| {
            lower.better(best, next, max, compare, span)
        })
    }

    /// The first element, combined with one after the other; nothing where there is none.
    pub fn best(
        &mut self,
        chain: &Chain,
        assigned: BTreeSet<String>,
        span: Span,
        step: &mut dyn FnMut(&mut Lower<'a>, Term, Term) -> Term,
    ) -> Term {
        match self.source_len(&chain.source, span) {
            Some(len) if chain.stages.is_empty() => self.best_of_known(chain, len, assigned, span, step),
            _ => {
                let nothing = Term::maybe(Term::Known(false), Term::Uninit);
                self.folded(chain, nothing, assigned, span, &mut |lower, best, next| {
                    let Term::Maybe(parts) = best else { return Term::Poison };
                    let (some, best, _) = *parts;
                    let some = lower.value(some, span);
                    let next = lower.owned(next, span);
                    let first = next.clone();
                    let payload = lower.if_else(some, span, |lower| step(lower, best, next), |_| first);
                    let payload = lower.owned(payload, span);
                    Term::maybe(Term::Known(true), payload)
                })
            }
        }
    }

    fn best_of_known(
        &mut self,
        chain: &Chain,
        len: V,
        assigned: BTreeSet<String>,
        span: Span,
        step: &mut dyn FnMut(&mut Lower<'a>, Term, Term) -> Term,
    ) -> Term {
        let zero = self.integer(0, span);
        let some = self.bind("t", Ty::Bool, Op::Prim(Prim::Gt, vec![len, zero]), span);
        let payload = self.if_else(
            some,
            span,
            |lower| {
                let first = lower.element(&chain.source, zero, span);
                let first = lower.owned(first, span);
                let one = lower.integer(1, span);
                let rest = Source::Skip(Box::new(chain.source.clone()), one);
                let rest = Chain { written: chain.written.clone(), source: rest, stages: Vec::new() };
                lower.folded(&rest, first, assigned, span, step)
            },
            |_| Term::Never,
        );
        Term::maybe(Term::Value(some), payload)
    }

    fn better(&mut self, best: Term, next: Term, max: bool, compare: &Expr, span: Span) -> Term {
        let a = Lower::referred(best.clone());
        let b = Lower::referred(next.clone());
        let order = self.apply(compare, vec![a, b]);
        let order = self.value(order, span);
        let name = syn::Ident::new("order", span);
        let expr: Expr = syn::parse_quote!((#name == ::core::cmp::Ordering::Greater));
        let uses = vec![(name, crate::ir::Binding::Value(order))];
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: true };
        let greater = self.bind("t", Ty::Bool, Op::Opaque(opaque), span);
        let (then, otherwise) = if max { (best, next) } else { (next, best) };
        self.if_else(greater, span, |_| then, |_| otherwise)
    }

    /// References to numbers in a tuple, as references to what they are now.
    fn settled(&mut self, term: Term, span: Span) -> Term {
        match term {
            Term::Ref { place, mutable: false } if self.place_ty(&place).is_scalar() => {
                Term::ValueRef(self.load(place, span))
            }
            Term::Tuple(elements) => {
                Term::Tuple(elements.into_iter().map(|element| self.settled(element, span)).collect())
            }
            other => other,
        }
    }

    /// All elements of a source with their numbers.
    pub fn each_numbered(
        &mut self,
        source: &Source,
        len: V,
        span: Span,
        each: &mut dyn FnMut(&mut Self, V, Term),
    ) {
        let start = self.integer(0, span);
        let trip = self.source_trip(source);
        let range = Range { start, end: len, inclusive: false, adapters: Vec::new(), trip };
        let mut assigned = BTreeSet::new();
        self.assigned_by(source, &[], &mut assigned);
        self.count_up(range, assigned, span, &mut |lower, index| {
            let term = lower.element(source, index, span);
            each(lower, index, term);
        });
    }

    /// `nth(i)`
    pub fn numbered(&mut self, chain: &Chain, index: V, span: Span) -> Term {
        match self.source_len(&chain.source, span) {
            Some(len) if chain.stages.is_empty() => {
                let some = self.bind("t", Ty::Bool, Op::Prim(Prim::Lt, vec![index, len]), span);
                self.element_where(some, &chain.source, index, span)
            }
            _ => self.not_yet(span, "`nth` of an iterator whose length isn't known beforehand"),
        }
    }

    /// `last()`
    pub fn last(&mut self, chain: &Chain, span: Span) -> Term {
        match self.source_len(&chain.source, span) {
            Some(len) if chain.stages.is_empty() => {
                let zero = self.integer(0, span);
                let some = self.bind("t", Ty::Bool, Op::Prim(Prim::Gt, vec![len, zero]), span);
                let at = self.integers("a.wrapping_sub(1)", &[len], span);
                self.element_where(some, &chain.source, at, span)
            }
            _ => self.best(chain, BTreeSet::new(), span, &mut |_, _, next| next),
        }
    }

    /// An element, if there is one; a reference is as good without it.
    pub fn element_where(&mut self, some: V, source: &Source, at: V, span: Span) -> Term {
        let payload = match source {
            Source::Elements { .. } => self.element(source, at, span),
            source => self.if_else(
                some,
                span,
                |lower| {
                    let element = lower.element(source, at, span);
                    let element = lower.copied(element, span);
                    lower.settled(element, span)
                },
                |_| Term::Never,
            ),
        };
        Term::maybe(Term::Value(some), payload)
    }

    /// `unzip()` into two vectors.
    pub fn unzipped(&mut self, chain: &Chain, span: Span) -> Term {
        let places = [self.empty(span), self.empty(span)];
        self.run(chain, BTreeSet::new(), span, &mut |lower, term| {
            let term = Self::deref(term);
            for (number, place) in places.iter().enumerate() {
                let part = lower.field_of(term.clone(), &super::super::opaque::member(number, span), span);
                let part = lower.copied(part, span);
                lower.push_term(place, part, span);
            }
        });
        Term::Tuple(places.map(Term::Place).into())
    }

    /// `partition(f)` into two vectors.
    pub fn partitioned(&mut self, chain: &Chain, function: &Expr, span: Span) -> Term {
        let places = [self.empty(span), self.empty(span)];
        let mut assigned = BTreeSet::new();
        self.assigned_in(function, &mut assigned);
        self.run(chain, assigned, span, &mut |lower, term| {
            let passes = lower.test(function, &term, span);
            let term = lower.copied(term, span);
            let other = term.clone();
            let push = |place: &Place, term: Term, lower: &mut Self| {
                lower.push_term(place, term, span);
                Term::Unit
            };
            lower.if_else(
                passes,
                span,
                |lower| push(&places[0], term, lower),
                |lower| push(&places[1], other, lower),
            );
        });
        Term::Tuple(places.map(Term::Place).into())
    }

    /// `max_by_key`, `min_by_key`: the keys are constants, each is computed once.
    pub fn extreme_key(&mut self, chain: &Chain, max: bool, key: &Expr, span: Span) -> Term {
        let [item, a, b] = ["keyed", "one_key", "other_key"].map(|name| {
            self.counter += 1;
            quote::format_ident!("{name}_{}", self.counter, span = span)
        });
        let keyed: Expr = syn::parse_quote!(|#item| ((#key)(&#item), #item));
        let compare: Expr = syn::parse_quote!(|#a, #b| ::core::cmp::Ord::cmp(&#a.0, &#b.0));
        let mut chain = chain.clone();
        if chain.stages.is_empty() && !matches!(chain.source, Source::Chain(..)) {
            chain.source = Source::Map(Box::new(chain.source), keyed);
        } else {
            chain.stages.push(Stage::Map(keyed));
        }
        match self.extreme(&chain, max, &compare, span) {
            Term::Maybe(parts) => match parts.1 {
                Term::Tuple(mut pair) if pair.len() == 2 => Term::maybe(parts.0, pair.remove(1)),
                other => {
                    Term::maybe(parts.0, self.field_of(other, &super::super::opaque::member(1, span), span))
                }
            },
            other => other,
        }
    }

    /// What `chunks_exact` leaves over.
    pub fn remainder(&mut self, chain: &Chain, span: Span) -> Term {
        match &chain.source {
            Source::Chunks { place, size, exact: true, mutable, from_end } if chain.stages.is_empty() => {
                let len = self.len_of(place, span);
                let over = self.integers("a % b", &[len, *size], span);
                let (start, end) = if *from_end {
                    (self.integer(0, span), over)
                } else {
                    (self.integers("a - b", &[len, over], span), len)
                };
                Term::Ref { place: sub_slice(place, start, end), mutable: *mutable }
            }
            _ => self.not_yet(span, "`remainder` of this"),
        }
    }

    /// `x.as_chunks::<N>()`: what is in chunks is walked through like an iterator; what is left over is a slice.
    pub fn as_chunks(&mut self, place: &Place, call: &ExprMethodCall) -> Term {
        let span = call.span();
        let size = call.turbofish.as_ref().and_then(|arguments| match arguments.args.first() {
            Some(syn::GenericArgument::Const(size)) => Some(size.clone()),
            Some(syn::GenericArgument::Type(syn::Type::Path(size))) => Some(syn::parse_quote!(#size)),
            _ => None,
        });
        let Some(size) = size else {
            return self.not_yet(span, "`as_chunks` without `::<N>`");
        };
        let (size, place) = (self.count(&size), place.clone());
        let source = Source::Chunks { place, size, exact: true, mutable: false, from_end: false };
        let chain = Chain { written: Expr::MethodCall(call.clone()), source, stages: Vec::new() };
        let rest = self.remainder(&chain, span);
        Term::Tuple(vec![Term::Chain(std::rc::Rc::new(chain)), rest])
    }
}
