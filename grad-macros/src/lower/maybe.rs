//! `Option`s with an active payload that are made in the function itself: a boolean and the payload.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

use super::{Lower, Term, scan};
use crate::ir::{Binding, Effect, Op, Opaque, Place, Prim, Projection, Stmt, Ty, V};

impl<'a> Lower<'a> {
    /// Whether a method call gives an `Option` that is taken apart here.
    pub fn gives_maybe(&self, call: &ExprMethodCall) -> bool {
        let name = call.method.to_string();
        match (name.as_str(), call.args.len()) {
            ("first" | "last" | "first_mut" | "last_mut" | "pop", 0) | ("get" | "get_mut", 1) => {
                self.facts.taint.flows(&call.receiver)
            }
            ("next", 0) => scan::name(&call.receiver)
                .is_some_and(|name| matches!(self.env.get(&name), Some(Term::Chain(_)))),
            ("max_by" | "min_by", 1) => {
                super::iter::chain_like(&call.receiver) && self.facts.taint.flows(&call.receiver)
            }
            ("copied" | "cloned", 0) => match super::stmt::strip(&call.receiver) {
                Expr::MethodCall(inner) => self.gives_maybe(inner),
                _ => false,
            },
            _ => false,
        }
    }

    /// `x.first()`, `x.last()`, `x.get(i)`.
    pub fn element_maybe(
        &mut self,
        place: &Place,
        name: &str,
        argument: Option<&Expr>,
        span: Span,
    ) -> Option<Term> {
        let len = self.len_of(place, span);
        let zero = self.integer(0, span);
        let (some, at) = match (name.trim_end_matches("_mut"), argument) {
            ("first", None) => (self.bind("t", Ty::Bool, Op::Prim(Prim::Gt, vec![len, zero]), span), zero),
            ("last", None) => {
                let at = self.integers("a.wrapping_sub(1)", &[len], span);
                (self.bind("t", Ty::Bool, Op::Prim(Prim::Gt, vec![len, zero]), span), at)
            }
            ("get", Some(index)) if !matches!(super::stmt::strip(index), Expr::Range(_)) => {
                let term = self.expr(index);
                let at = self.value(term, span);
                (self.bind("t", Ty::Bool, Op::Prim(Prim::Lt, vec![at, len]), span), at)
            }
            _ => return None,
        };
        let place = place.then(Projection::Index(at));
        Some(Term::maybe(Term::Value(some), Term::Ref { place, mutable: name.ends_with("_mut") }))
    }

    /// A method of an `Option`.
    pub fn maybe_method(&mut self, some: Term, payload: Term, call: &ExprMethodCall) -> Term {
        let span = call.span();
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (name.as_str(), &arguments[..]) {
            ("unwrap", []) | ("expect", [_]) => self.unwrapped(&some, payload, span),
            ("is_some", []) => some,
            ("is_none", []) => {
                let v = self.value(some, span);
                Term::Value(self.bind("t", Ty::Bool, Op::Prim(Prim::Not, vec![v]), span))
            }
            ("copied" | "cloned", []) => {
                self.mapped(some, span, &mut |lower| lower.copied(payload.clone(), span))
            }
            ("as_ref" | "as_mut" | "clone", []) => Term::maybe(some, payload),
            ("map", [function]) => {
                self.mapped(some, span, &mut |lower| lower.apply(function, vec![payload.clone()]))
            }
            ("unwrap_or", [other]) => {
                let other = self.argument_term(other);
                let cond = self.value(some, span);
                self.if_else(cond, span, |lower| lower.owned(payload, span), |_| other)
            }
            ("unwrap_or_else", [function]) => {
                let cond = self.value(some, span);
                self.if_else(
                    cond,
                    span,
                    |lower| lower.owned(payload, span),
                    |lower| lower.apply(function, Vec::new()),
                )
            }
            ("map_or", [other, function]) => {
                let other = self.argument_term(other);
                let cond = self.value(some, span);
                self.if_else(cond, span, |lower| lower.apply(function, vec![payload]), |_| other)
            }
            _ => self
                .not_yet(call.method.span(), &format!("the method `{name}` of an `Option` of active data")),
        }
    }

    /// An `Option` with another payload, which exists only where there is one.
    fn mapped(&mut self, some: Term, span: Span, f: &mut dyn FnMut(&mut Lower<'a>) -> Term) -> Term {
        if matches!(some, Term::Known(true)) {
            return Term::maybe(some, f(self));
        }
        let cond = self.value(some.clone(), span);
        let payload = self.if_else(
            cond,
            span,
            |lower| {
                let term = f(lower);
                lower.owned(term, span)
            },
            |_| Term::Never,
        );
        Term::maybe(some, payload)
    }

    /// An `Option` as a value: of constants alone.
    pub fn option_value(&mut self, some: Term, payload: Term, span: Span) -> V {
        if self.term_varies(&payload) {
            self.not_yet(span, "an `Option` of active data as a value");
        }
        let known = match some {
            Term::Known(known) => Some(known),
            _ => None,
        };
        let (there, what) = (syn::Ident::new("present", span), syn::Ident::new("payload", span));
        let mut uses = Vec::new();
        if known.is_none() {
            uses.push((there.clone(), Binding::Value(self.value(some, span))));
        }
        if known != Some(false) {
            uses.push((what.clone(), Binding::Value(self.value(payload, span))));
        }
        let expr: Expr = match known {
            Some(true) => syn::parse_quote!(::core::option::Option::Some(#what)),
            Some(false) => syn::parse_quote!(::core::option::Option::None),
            None => {
                syn::parse_quote!(if #there { ::core::option::Option::Some(#what) } else { ::core::option::Option::None })
            }
        };
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: true };
        self.bind("t", Ty::Constant, Op::Opaque(opaque), span)
    }

    /// `unwrap()`: a place checks its index itself, a value has to be there.
    fn unwrapped(&mut self, some: &Term, payload: Term, span: Span) -> Term {
        if let (Term::Value(v), None) = (some, payload.place()) {
            let name = syn::Ident::new("present", span);
            let stmt: syn::Stmt =
                syn::parse_quote!(::core::assert!(#name, "called `Option::unwrap()` on a `None` value"););
            let uses = vec![(name, Binding::Value(*v))];
            self.stmts.push(Stmt::Effect(Effect { stmt: Box::new(stmt), uses, writes: Vec::new() }));
        }
        payload
    }
}
