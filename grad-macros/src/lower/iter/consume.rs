//! What closes a chain: sums, folds, collections.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

use super::super::construct::Built;
use super::super::stmt::strip;
use super::super::{Lower, Term};
use super::drive::Driven;
use super::generate::is_generator;
use super::source::is_source;
use super::{By, Chain, Source, Stage};
use crate::ir::{Float, Op, Opaque, Prim, Stmt, Ty, V};

impl<'a> Lower<'a> {
    /// A method that makes, changes or closes an iterator.
    pub fn iterator_method(&mut self, call: &ExprMethodCall) -> Option<Term> {
        let name = call.method.to_string();
        let expr = Expr::MethodCall(call.clone());
        if is_source(&name, call.args.len()) {
            if !self.is_chain(&expr) {
                return None;
            }
            return self.chain(&expr).map(|chain| Term::Chain(std::rc::Rc::new(chain)));
        }
        if let Some(term) = self.step(call, call.span()) {
            return Some(term);
        }
        // `it.next()` goes on with an iterator that has a name.
        let named = name == "next" && super::super::scan::name(&call.receiver).is_some();
        let closes = is_closer(&name, call.args.len()) && !named;
        if !closes || !self.is_chain(&call.receiver) {
            return None;
        }
        if !self.facts.taint.mentions_expr(&expr) {
            return None;
        }
        let taken = if goes_on_later(&name) { self.taken_from(&call.receiver) } else { None };
        let chain = taken.or_else(|| self.chain(&call.receiver))?;
        Some(self.close_chain(&chain, &name, call))
    }

    /// Whether an expression is an iterator that can be taken apart.
    fn is_chain(&self, expr: &Expr) -> bool {
        match strip(expr) {
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                let passes = is_source(&name, call.args.len()) || (name == "clone" && call.args.is_empty());
                let drains = name == "drain" && call.args.len() == 1;
                chain_like(expr) || drains || (passes && self.is_chain(&call.receiver))
            }
            Expr::Path(_) => {
                let term = super::super::scan::name(expr).and_then(|name| self.env.get(&name));
                matches!(term, Some(Term::Chain(_)))
            }
            Expr::Call(call) => is_generator(call),
            _ => chain_like(expr),
        }
    }

    fn close_chain(&mut self, chain: &Chain, name: &str, call: &ExprMethodCall) -> Term {
        let span = call.span();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (name, &arguments[..]) {
            ("sum" | "product" | "collect", []) => match self.unfailing(chain, call) {
                Some((chain, outcome, wanted)) => {
                    let mut rest = call.clone();
                    rest.turbofish = wanted.map(|ty| syn::parse_quote!(::<#ty>));
                    let payload = self.close_chain(&chain, name, &rest);
                    self.come_to(&outcome, payload)
                }
                None if name == "sum" => self.accumulate(chain, Prim::Add, call, span),
                None if name == "product" => self.accumulate(chain, Prim::Mul, call, span),
                None => self.collect(chain, call),
            },
            ("try_fold", [init, function]) => {
                let first = self.argument_term(init);
                self.try_fold(chain, first, function, span)
            }
            ("nth", [index]) => {
                let term = self.expr(index);
                let at = self.value(term, span);
                self.numbered(chain, at, span)
            }
            ("next", []) => self.first(chain, None, span),
            ("last", []) => self.last(chain, span),
            ("unzip", []) => self.unzipped(chain, span),
            ("fold", [init, function]) => {
                let first = self.argument_term(init);
                self.fold(chain, first, function, span)
            }
            ("for_each", [function]) => {
                let mut assigned = BTreeSet::new();
                self.assigned_in(function, &mut assigned);
                self.run(chain, assigned, span, &mut |lower, term| {
                    lower.apply(function, vec![term]);
                });
                Term::Unit
            }
            ("count", []) => self.number_of(chain, span),
            ("remainder" | "into_remainder", []) => self.remainder(chain, span),
            ("partition", [function]) => self.partitioned(chain, function, span),
            ("find", [function]) => self.first(chain, Some(Stage::Filter((*function).clone())), span),
            ("find_map", [function]) => self.first(chain, Some(Stage::FilterMap((*function).clone())), span),
            ("max_by_key" | "min_by_key", [key]) => self.extreme_key(chain, name == "max_by_key", key, span),
            ("max_by" | "min_by", [compare]) => self.extreme(chain, name == "max_by", compare, span),
            ("reduce", [function]) => {
                let mut assigned = BTreeSet::new();
                self.assigned_in(function, &mut assigned);
                self.best(chain, assigned, span, &mut |lower, best, next| {
                    lower.apply(function, vec![best, next])
                })
            }
            _ => self.not_yet(call.method.span(), &format!("`{name}` of an iterator over active data")),
        }
    }

    /// Runs a chain for what `each` does.
    pub fn run(
        &mut self,
        chain: &Chain,
        assigned: BTreeSet<String>,
        span: Span,
        each: super::drive::Each<'_, 'a>,
    ) {
        let driven = Driven { chain, assigned, label: None, checkpoint: None, name: None, user: false, span };
        self.drive(driven, each);
    }

    /// `sum` and `product`.
    fn accumulate(&mut self, chain: &Chain, prim: Prim, call: &ExprMethodCall, span: Span) -> Term {
        // The neutral element gets its type when the elements are known.
        let ty = self.turbofish(call).unwrap_or_else(|| self.floats.fresh());
        let neutral = neutral(prim, &ty);
        let first = self.literal(neutral, ty, span);
        let mut integers = false;
        let mut unknown = false;
        let result =
            self.folded(chain, Term::Value(first), BTreeSet::new(), span, &mut |lower, acc, term| {
                let term = lower.copied(term, span);
                let v = lower.value(term, span);
                match lower.ty(v) {
                    Ty::Float(_) => {}
                    Ty::Int => integers = true,
                    Ty::Unknown => {
                        // What sums up to a float is a float or a reference to one.
                        let like = lower.term_ty(&acc);
                        lower.learn(v, &like);
                    }
                    _ => unknown = true,
                }
                if integers {
                    lower.body.values[first.0 as usize].ty = Ty::Int;
                    if let Term::Value(acc) = acc {
                        lower.body.values[acc.0 as usize].ty = Ty::Int;
                    }
                }
                lower.operator(prim, &[acc, Term::Value(v)], span)
            });
        if integers {
            self.replace_literal(first, &neutral_integer(prim));
        }
        if unknown { self.not_yet(span, "a sum of something else than numbers") } else { result }
    }

    fn replace_literal(&mut self, v: V, expr: &Expr) {
        for stmt in &mut self.stmts {
            if let Stmt::Let { value, op: Op::Literal(old) } = stmt
                && *value == v
            {
                **old = expr.clone();
            }
        }
    }

    /// The type in `sum::<f64>()`.
    fn turbofish(&self, call: &ExprMethodCall) -> Option<Ty> {
        let arguments = call.turbofish.as_ref()?;
        match arguments.args.first()? {
            syn::GenericArgument::Type(ty) => match self.known(ty) {
                known @ (Ty::Float(_) | Ty::Int) => Some(known),
                _ => None,
            },
            _ => None,
        }
    }

    /// `collect()` into a `Vec`: as long as the source, cut to what came through.
    fn collect(&mut self, chain: &Chain, call: &ExprMethodCall) -> Term {
        let span = call.span();
        let written = call.turbofish.as_ref().and_then(|arguments| match arguments.args.first() {
            Some(syn::GenericArgument::Type(ty)) => Some(self.known(ty)),
            _ => None,
        });
        let expected = written.or_else(|| self.expected.take()).or_else(|| self.returned.clone());
        let expected = expected.filter(|ty| matches!(ty, Ty::Vec(_)));
        self.expected = expected.as_ref().map(Ty::element);
        if chain.stages.iter().any(counts_anew) || has_stages(&chain.source) {
            let none = self.integer(0, span);
            return self.pushed(chain, none, span);
        }
        let filtered = chain
            .stages
            .iter()
            .any(|stage| matches!(stage, super::Stage::Filter(_) | super::Stage::TakeWhile(_)));
        let len =
            if filtered { self.counted_first(chain, span) } else { self.source_len(&chain.source, span) };
        let Some(len) = len else {
            return self.not_yet(span, "`collect` of something whose length isn't known beforehand");
        };
        let element = expected.map(|ty| ty.element()).filter(|ty| !matches!(ty, Ty::Unknown));
        let built = self.built(Built::Vec(len), element, span, &mut |lower, place| {
            let mut ty = Ty::Unknown;
            if chain.stages.is_empty() && !matches!(chain.source, Source::Chain(..)) {
                lower.each_numbered(&chain.source, len, span, &mut |lower, at, term| {
                    let term = Lower::deref(term);
                    ty = lower.put_element(place, at, term, span);
                });
                return ty;
            }
            let at = lower.integer(0, span);
            lower.folded(chain, Term::Value(at), BTreeSet::new(), span, &mut |lower, at, term| {
                let term = Lower::deref(term);
                let at = lower.value(at, span);
                ty = lower.put_element(place, at, term, span);
                let one = lower.integer(1, span);
                Term::Value(lower.bind("t", Ty::Int, Op::Prim(Prim::Add, vec![at, one]), span))
            });
            ty
        });
        built.unwrap_or_else(|| self.pushed(chain, len, span))
    }

    /// A vector that has no elements yet.
    pub fn empty(&mut self, span: Span) -> crate::ir::Place {
        let runtime = &self.runtime;
        let expr: Expr = syn::parse_quote!(#runtime::__private::Vec::new());
        let init = crate::ir::Init::Opaque(Opaque { expr: Box::new(expr), uses: Vec::new(), cheap: true });
        self.declare("vec", Ty::Vec(Box::new(Ty::Unknown)), true, init, span)
    }

    /// A vector of what comes out of a chain, of whatever type: one after the other is pushed.
    fn pushed(&mut self, chain: &Chain, len: V, span: Span) -> Term {
        let runtime = &self.runtime;
        let name = syn::Ident::new("len", span);
        let expr: Expr = syn::parse_quote!(#runtime::__private::Vec::with_capacity(#name));
        let uses = vec![(name, crate::ir::Binding::Value(len))];
        let init = crate::ir::Init::Opaque(Opaque { expr: Box::new(expr), uses, cheap: true });
        let place = self.declare("vec", Ty::Vec(Box::new(Ty::Unknown)), true, init, span);
        self.run(chain, BTreeSet::new(), span, &mut |lower, term| {
            let term = lower.copied(term, span);
            lower.push_term(&place, term, span);
        });
        Term::Place(place)
    }

    /// How many elements come through the filters: a first run, whose closures must not change anything.
    fn counted_first(&mut self, chain: &Chain, span: Span) -> Option<V> {
        let mut assigned = BTreeSet::new();
        self.assigned_by(&chain.source, &chain.stages, &mut assigned);
        assigned.retain(|name| !name.starts_with('$') && self.env.contains_key(name));
        if !assigned.is_empty() {
            return None;
        }
        match self.number_of(chain, span) {
            Term::Value(v) => Some(v),
            _ => None,
        }
    }

    fn number_of(&mut self, chain: &Chain, span: Span) -> Term {
        let zero = self.integer(0, span);
        self.folded(chain, Term::Value(zero), BTreeSet::new(), span, &mut |lower, count, _| {
            let v = lower.value(count, span);
            let one = lower.integer(1, span);
            Term::Value(lower.bind("t", Ty::Int, Op::Prim(Prim::Add, vec![v, one]), span))
        })
    }

    /// The elements of an array, a slice or a vector as a chain.
    pub fn elements_of(term: &Term, written: &Expr) -> Option<Chain> {
        let by = match term {
            Term::Ref { mutable: true, .. } => By::RefMut,
            Term::Ref { .. } => By::Ref,
            _ => By::Value,
        };
        let place = term.place()?.clone();
        Some(Chain { written: written.clone(), source: Source::Elements { place, by }, stages: Vec::new() })
    }
}

/// Whether an expression is a chain by its looks: ranges and sources, with adapters.
pub fn chain_like(expr: &Expr) -> bool {
    match strip(expr) {
        Expr::Range(_) => true,
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let starts = matches!(
                name.as_str(),
                "iter"
                    | "iter_mut"
                    | "into_iter"
                    | "column_iter"
                    | "row_iter"
                    | "windows"
                    | "chunks"
                    | "chunks_mut"
                    | "chunks_exact"
                    | "chunks_exact_mut"
                    | "rchunks"
                    | "rchunks_mut"
                    | "rchunks_exact"
                    | "rchunks_exact_mut"
            );
            is_source(&name, call.args.len()) && (starts || chain_like(&call.receiver))
        }
        Expr::Call(call) => is_generator(call),
        _ => false,
    }
}

fn is_closer(name: &str, arguments: usize) -> bool {
    match arguments {
        0 => matches!(
            name,
            "sum"
                | "product"
                | "collect"
                | "count"
                | "last"
                | "next"
                | "unzip"
                | "remainder"
                | "into_remainder"
        ),
        1 => matches!(
            name,
            "for_each"
                | "max_by"
                | "min_by"
                | "reduce"
                | "max_by_key"
                | "min_by_key"
                | "nth"
                | "find"
                | "find_map"
                | "partition"
        ),
        2 => matches!(name, "fold" | "try_fold"),
        _ => false,
    }
}

/// Whether what closes an iterator only borrows it, so that the rest may be used.
fn goes_on_later(name: &str) -> bool {
    matches!(name, "nth" | "find" | "find_map" | "try_fold")
}

/// Where std starts: the sum of no floats is -0.
fn neutral(prim: Prim, ty: &Ty) -> Expr {
    match (prim, ty) {
        (prim, Ty::Int) => neutral_integer(prim),
        (Prim::Add, Ty::Float(Float::Generic(name))) if !name.to_string().starts_with("__") => {
            syn::parse_quote!(-<#name>::zero())
        }
        (_, Ty::Float(Float::Generic(name))) if !name.to_string().starts_with("__") => {
            syn::parse_quote!(<#name>::one())
        }
        (Prim::Add, _) => syn::parse_quote!(-0.0),
        _ => syn::parse_quote!(1.0),
    }
}

fn neutral_integer(prim: Prim) -> Expr {
    if prim == Prim::Add { syn::parse_quote!(0) } else { syn::parse_quote!(1) }
}

/// Whether there are stages inside a source.
fn has_stages(source: &Source) -> bool {
    match source {
        Source::Chain(a, b) => [a, b].iter().any(|part| !part.stages.is_empty() || has_stages(&part.source)),
        _ => false,
    }
}

/// Whether what leaves a stage is better not counted beforehand: it would be computed twice.
fn counts_anew(stage: &super::Stage) -> bool {
    use super::Stage::{Copied, Enumerate, Filter, Inspect, Map, TakeWhile};
    !matches!(stage, Filter(_) | TakeWhile(_) | Map(_) | Copied | Enumerate(_) | Inspect(_))
}
