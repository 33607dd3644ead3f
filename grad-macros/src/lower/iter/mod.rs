//! Iterators become loops.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprForLoop, ExprMethodCall, ExprRange, RangeLimits};

use super::loops::{Repeat, RepeatHead};
use super::stmt::strip;
use super::{Lower, Term};
use crate::ir::{Adapter, Op, Place, Range, Ty, V};

/// A lazy iterator.
pub struct Chain {
    /// What the user wrote.
    pub written: Expr,
}

impl Lower<'_> {
    pub fn range_expr(&mut self, range: &ExprRange) -> Term {
        self.opaque(&Expr::Range(range.clone()))
    }

    /// A method that makes, changes or consumes an iterator.
    pub fn iterator_method(&mut self, _call: &ExprMethodCall) -> Option<Term> {
        None
    }

    /// `for pat in iterator { .. }`
    pub fn for_(&mut self, looped: &ExprForLoop) -> Term {
        let Some(range) = self.counting(&looped.expr) else {
            return self.not_yet(looped.expr.span(), "this iterator");
        };
        let checkpoint = self.checkpoint(&looped.attrs);
        let assigned = self.assigned(&looped.body);
        self.repeat(
            Repeat {
                head: RepeatHead::Range(range),
                assigned,
                label: looped.label.as_ref(),
                checkpoint,
                span: looped.for_token.span,
            },
            |lower, index| {
                if let Some(index) = index {
                    lower.body.values[index.0 as usize].name = super::scan::bound(&looped.pat)
                        .into_iter()
                        .next()
                        .unwrap_or_else(|| "index".to_owned());
                    lower.bind_pattern(&looped.pat, Term::Value(index));
                }
                lower.block(&looped.body);
            },
        );
        Term::Unit
    }

    /// A range of integers with adapters, as written.
    fn counting(&mut self, expr: &Expr) -> Option<Range> {
        match strip(expr) {
            Expr::Range(range) => self.range(range),
            Expr::MethodCall(call) => {
                let name = call.method.to_string();
                let mut range = match (name.as_str(), call.args.len()) {
                    ("rev", 0) | ("step_by" | "skip" | "take", 1) => self.counting(&call.receiver)?,
                    _ => return None,
                };
                let adapter = match name.as_str() {
                    "rev" => Adapter::Rev,
                    other => {
                        let term = self.expr(&call.args[0]);
                        let v = self.value(term, call.span());
                        match other {
                            "step_by" => Adapter::StepBy(v),
                            "skip" => Adapter::Skip(v),
                            _ => Adapter::Take(v),
                        }
                    }
                };
                range.trip = if matches!(adapter, Adapter::Rev) { range.trip } else { None };
                range.adapters.push(adapter);
                Some(range)
            }
            _ => None,
        }
    }

    fn range(&mut self, range: &ExprRange) -> Option<Range> {
        let (start, end) = (range.start.as_ref()?, range.end.as_ref()?);
        let inclusive = matches!(range.limits, RangeLimits::Closed(_));
        let trip = self.trip(start, end, inclusive);
        let term = self.expr(start);
        let first = self.value(term, start.span());
        let term = self.expr(end);
        let last = self.value(term, end.span());
        Some(Range { start: first, end: last, inclusive, adapters: Vec::new(), trip })
    }

    /// The trip count of a range, where the compiler can know it: from `0` to a literal or a constant.
    fn trip(&self, start: &Expr, end: &Expr, inclusive: bool) -> Option<proc_macro2::TokenStream> {
        let constant = |expr: &Expr| match strip(expr) {
            Expr::Lit(_) => true,
            Expr::Path(path) => {
                path.path
                    .segments
                    .last()
                    .is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase))
                    && super::scan::name(expr).is_none_or(|name| !self.env.contains_key(&name))
            }
            _ => false,
        };
        if !constant(start) || !constant(end) {
            return None;
        }
        let (first, last) = (literal(start), literal(end));
        match (first, last) {
            (Some(first), Some(last)) => {
                let count = last.checked_sub(first).unwrap_or(0) + usize::from(inclusive && last >= first);
                Some(proc_macro2::Literal::usize_unsuffixed(count).to_token_stream())
            }
            (Some(0), None) if !inclusive => Some(end.to_token_stream()),
            _ => None,
        }
    }

    /// A loop over the indices of a place.
    pub fn for_each_index(&mut self, place: &Place, span: Span, body: &mut dyn FnMut(&mut Self, V)) {
        let start = self.integer(0, span);
        let end = self.bind("len", Ty::Int, Op::Len(place.clone()), span);
        let trip = match self.place_ty(place) {
            Ty::Array(_, len) => Some(len),
            _ => None,
        };
        let range = Range { start, end, inclusive: false, adapters: Vec::new(), trip };
        let repeat = Repeat {
            head: RepeatHead::Range(range),
            assigned: std::collections::BTreeSet::new(),
            label: None,
            checkpoint: None,
            span,
        };
        self.repeat(repeat, |lower, index| {
            if let Some(index) = index {
                body(lower, index);
            }
        });
    }
}

fn literal(expr: &Expr) -> Option<usize> {
    match strip(expr) {
        Expr::Lit(lit) => match &lit.lit {
            syn::Lit::Int(lit) => lit.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}
