//! The length of a source, and its element at an index.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::super::opaque::parsed;
use super::super::{Lower, Term};
use super::source::sub_slice;
use super::{By, Source};
use crate::ir::{Binding, Op, Opaque, Place, Prim, Projection, Stmt, Ty, V};

impl Lower<'_> {
    /// The number of elements; none if there is no end.
    pub fn source_len(&mut self, source: &Source, span: Span) -> Option<V> {
        match source {
            Source::Range { start, end, inclusive, .. } => {
                let end = (*end)?;
                match (self.is_zero(*start), inclusive) {
                    (true, false) => Some(end),
                    (_, false) => Some(self.integers("b.saturating_sub(a)", &[*start, end], span)),
                    (_, true) => Some(self.integers("(b + 1).saturating_sub(a)", &[*start, end], span)),
                }
            }
            Source::Elements { place, .. } => Some(self.len_of(place, span)),
            Source::Windows { place, size } => {
                let len = self.len_of(place, span);
                Some(self.integers("(a + 1).saturating_sub(b)", &[len, *size], span))
            }
            Source::Chunks { place, size, exact, .. } => {
                let len = self.len_of(place, span);
                Some(self.integers(if *exact { "a / b" } else { "a.div_ceil(b)" }, &[len, *size], span))
            }
            Source::Zip(a, b) => match (self.source_len(a, span), self.source_len(b, span)) {
                (Some(a), Some(b)) => Some(self.smaller(a, b, span)),
                (Some(len), None) => Some(self.where_cycling(b, len, span)),
                (None, Some(len)) => Some(self.where_cycling(a, len, span)),
                (None, None) => None,
            },
            Source::Enumerate(inner) | Source::Rev(inner) | Source::Map(inner, _) | Source::Copied(inner) => {
                self.source_len(inner, span)
            }
            Source::Skip(inner, count) => {
                let len = self.source_len(inner, span)?;
                Some(self.integers("a.saturating_sub(b)", &[len, *count], span))
            }
            Source::Take(inner, count) => match self.source_len(inner, span) {
                Some(len) => Some(self.smaller(len, *count, span)),
                None => Some(self.where_cycling(inner, *count, span)),
            },
            Source::StepBy(inner, count) => {
                let len = self.source_len(inner, span)?;
                Some(self.integers("a.div_ceil(b)", &[len, *count], span))
            }
            Source::Chain(a, b) => {
                let (a, b) = (self.source_len(&a.source, span)?, self.source_len(&b.source, span)?);
                Some(self.bind("len", Ty::Int, Op::Prim(Prim::Add, vec![a, b]), span))
            }
            Source::Stepped(inner, _) => self.source_len(inner, span),
            Source::Repeat(_) | Source::Cycle(_) | Source::Index => None,
        }
    }

    /// So many elements of something that has no end, if there are any: nothing goes round and round as nothing.
    fn where_cycling(&mut self, endless: &Source, count: V, span: Span) -> V {
        match endless {
            Source::Cycle(inner) => match self.source_len(inner, span) {
                Some(len) => self.integers("if b == 0 { 0 } else { a }", &[count, len], span),
                None => count,
            },
            Source::Enumerate(inner)
            | Source::Map(inner, _)
            | Source::Copied(inner)
            | Source::Skip(inner, _)
            | Source::StepBy(inner, _) => self.where_cycling(inner, count, span),
            Source::Zip(a, b) => {
                let count = self.where_cycling(a, count, span);
                self.where_cycling(b, count, span)
            }
            _ => count,
        }
    }

    /// The number of elements as a constant expression.
    pub fn source_trip(&self, source: &Source) -> Option<TokenStream> {
        match source {
            Source::Range { trip, .. } => trip.clone(),
            Source::Elements { place, .. } => match self.place_ty(place) {
                Ty::Array(_, len) | Ty::Algebra(_, _, Some(len)) => Some(len),
                _ => None,
            },
            Source::Enumerate(inner) | Source::Rev(inner) | Source::Map(inner, _) | Source::Copied(inner) => {
                self.source_trip(inner)
            }
            Source::Zip(a, b) if matches!(**b, Source::Repeat(_)) => self.source_trip(a),
            Source::Zip(a, b) => {
                let (a, b) = (self.source_trip(a)?, self.source_trip(b)?);
                (a.to_string() == b.to_string()).then_some(a)
            }
            _ => None,
        }
    }

    /// The element at an index.
    pub fn element(&mut self, source: &Source, index: V, span: Span) -> Term {
        match source {
            Source::Range { start, .. } => {
                if self.is_zero(*start) {
                    return Term::Value(index);
                }
                Term::Value(self.bind("t", Ty::Int, Op::Prim(Prim::Add, vec![*start, index]), span))
            }
            Source::Elements { place, by } => {
                let place = place.then(Projection::Index(index));
                match by {
                    By::Value => Term::Place(place),
                    By::Ref => Term::Ref { place, mutable: false },
                    By::RefMut => Term::Ref { place, mutable: true },
                }
            }
            Source::Windows { place, size } => {
                let end = self.bind("t", Ty::Int, Op::Prim(Prim::Add, vec![index, *size]), span);
                Term::Ref { place: sub_slice(place, index, end), mutable: false }
            }
            Source::Chunks { place, size, mutable, from_end: true, .. } => {
                let len = self.len_of(place, span);
                let end = self.integers("a - b * c", &[len, index, *size], span);
                let start = self.integers("a.saturating_sub(b)", &[end, *size], span);
                Term::Ref { place: sub_slice(place, start, end), mutable: *mutable }
            }
            Source::Chunks { place, size, exact, mutable, .. } => {
                self.chunk(place, *size, *exact, *mutable, index, span)
            }
            Source::Zip(a, b) => {
                Term::Tuple(vec![self.element(a, index, span), self.element(b, index, span)])
            }
            Source::Enumerate(inner) => {
                Term::Tuple(vec![Term::Value(index), self.element(inner, index, span)])
            }
            Source::Rev(inner) => match self.source_len(inner, span) {
                Some(len) => {
                    let at = self.integers("a - 1 - b", &[len, index], span);
                    self.element(inner, at, span)
                }
                None => Term::Poison,
            },
            Source::Skip(inner, count) => {
                let at = self.bind("t", Ty::Int, Op::Prim(Prim::Add, vec![index, *count]), span);
                self.element(inner, at, span)
            }
            Source::Take(inner, _) => self.element(inner, index, span),
            Source::StepBy(inner, count) => {
                let at = self.bind("t", Ty::Int, Op::Prim(Prim::Mul, vec![index, *count]), span);
                self.element(inner, at, span)
            }
            Source::Map(inner, function) => {
                let term = self.element(inner, index, span);
                let term = self.apply(function, vec![term]);
                self.owned(term, span)
            }
            Source::Copied(inner) => {
                let term = self.element(inner, index, span);
                self.copied(term, span)
            }
            Source::Cycle(inner) => match self.source_len(inner, span) {
                Some(len) => {
                    let at = self.bind("t", Ty::Int, Op::Prim(Prim::Rem, vec![index, len]), span);
                    self.element(inner, at, span)
                }
                None => self.element(inner, index, span),
            },
            Source::Stepped(inner, _) => self.element(inner, index, span),
            Source::Repeat(term) => (**term).clone(),
            Source::Index => Term::Value(index),
            Source::Chain(..) => self.not_yet(span, "an iterator over `chain` whose elements are counted"),
        }
    }

    /// What a reference refers to, as a value.
    pub fn copied(&mut self, term: Term, span: Span) -> Term {
        let term = Self::deref(term);
        self.owned(term, span)
    }

    fn chunk(&mut self, place: &Place, size: V, exact: bool, mutable: bool, index: V, span: Span) -> Term {
        let start = self.bind("start", Ty::Int, Op::Prim(Prim::Mul, vec![index, size]), span);
        let mut end = self.bind("end", Ty::Int, Op::Prim(Prim::Add, vec![start, size]), span);
        if !exact {
            let len = self.len_of(place, span);
            end = self.smaller(len, end, span);
        }
        Term::Ref { place: sub_slice(place, start, end), mutable }
    }

    pub fn len_of(&mut self, place: &Place, span: Span) -> V {
        self.bind("len", Ty::Int, Op::Len(place.clone()), span)
    }

    fn smaller(&mut self, a: V, b: V, span: Span) -> V {
        if a == b {
            return a;
        }
        // A bare literal has no methods, its type isn't known.
        let (a, b) = if self.literal_of(a).is_some() { (b, a) } else { (a, b) };
        match (self.literal_of(a), self.literal_of(b)) {
            (Some(x), Some(y)) => {
                if x <= y {
                    a
                } else {
                    b
                }
            }
            _ => self.bind("len", Ty::Int, Op::Prim(Prim::Min, vec![a, b]), span),
        }
    }

    fn is_zero(&self, v: V) -> bool {
        self.literal_of(v) == Some(0)
    }

    /// The number that a value is, where it's a literal.
    pub fn literal_of(&self, v: V) -> Option<usize> {
        self.stmts
            .iter()
            .rev()
            .find_map(|stmt| match stmt {
                Stmt::Let { value, op } if *value == v => Some(op),
                _ => None,
            })
            .and_then(|op| match op {
                Op::Literal(expr) => expr.to_token_stream().to_string().parse().ok(),
                _ => None,
            })
    }

    /// A formula over `usize`s that are called `a`, `b` in it.
    pub fn integers(&mut self, formula: &str, operands: &[V], span: Span) -> V {
        let names = ["a", "b", "c"];
        let mut uses = Vec::new();
        let mut tokens = TokenStream::new();
        for token in formula.parse::<TokenStream>().unwrap_or_default() {
            tokens.extend(self.usize_operand(token, &names, operands, &mut uses, span));
        }
        let expr = parsed(quote!((#tokens)));
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: true };
        self.bind("t", Ty::Int, Op::Opaque(opaque), span)
    }

    fn usize_operand(
        &self,
        token: proc_macro2::TokenTree,
        names: &[&str],
        operands: &[V],
        uses: &mut Vec<(syn::Ident, Binding)>,
        span: Span,
    ) -> TokenStream {
        use proc_macro2::{Group, TokenTree};
        match token {
            TokenTree::Group(group) => {
                let inner = group
                    .stream()
                    .into_iter()
                    .map(|token| self.usize_operand(token, names, operands, uses, span))
                    .collect();
                TokenTree::Group(Group::new(group.delimiter(), inner)).into()
            }
            TokenTree::Ident(ident) => {
                let Some(number) = names.iter().position(|name| ident == name) else {
                    return ident.into_token_stream();
                };
                let Some(&v) = operands.get(number) else { return TokenStream::new() };
                if let Some(number) = self.literal_of(v) {
                    return proc_macro2::Literal::usize_suffixed(number).into_token_stream();
                }
                let name = format_ident!("operand_{number}", span = span);
                if !uses.iter().any(|(other, _)| *other == name) {
                    uses.push((name.clone(), Binding::Value(v)));
                }
                name.into_token_stream()
            }
            other => other.into(),
        }
    }
}
