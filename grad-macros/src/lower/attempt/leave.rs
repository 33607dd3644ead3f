//! How a failure leaves the function: by a `return` of the user's, after which nothing follows.

use proc_macro2::{Ident, Span};
use syn::Expr;

use super::super::stmt::strip;
use super::super::{Lower, Term};
use super::calls::arm;
use crate::ir::{Binding, BranchKind, Op, Opaque, Prim, Ty};
use crate::parse::fallible::{self, Failing};

/// How a failure leaves the function.
#[derive(Clone)]
pub(super) struct Exit {
    /// Whether the error is converted, as `?` does.
    pub convert: bool,
    /// What becomes of it first: `ok_or`, `map_err`, …, innermost first.
    pub adaptors: Vec<(Ident, Vec<Expr>)>,
}

impl Lower<'_> {
    /// Leaves the function unless there is something.
    pub(super) fn require(&mut self, some: Term, exit: &Exit, span: Span, payload: Term) -> Term {
        match some {
            Term::Known(true) => payload,
            Term::Known(false) => self.leave_without(exit, span),
            some => {
                let some = self.value(some, span);
                let none = self.bind("t", Ty::Bool, Op::Prim(Prim::Not, vec![some]), span);
                self.if_else(none, span, |lower| lower.leave_without(exit, span), |_| Term::Unit);
                payload
            }
        }
    }

    /// Leaves the function with the error, if there is one.
    pub(super) fn require_ok(&mut self, outcome: (Term, Term, Term), exit: &Exit, span: Span) -> Term {
        let (ok, payload, error) = outcome;
        if matches!(ok, Term::Known(true)) {
            return payload;
        }
        let v = self.value(error, span);
        let name = Ident::new("error_before", span);
        let scrutinee: Expr = syn::parse_quote!(#name);
        let scrutinee =
            Opaque { expr: Box::new(scrutinee), uses: vec![(name, Binding::Value(v))], cheap: true };
        let error = self.new_value("error", Ty::Constant, false, span);
        let own = Ident::new(&self.pseudo("error").replace('$', ""), span);
        let arms = vec![
            arm(syn::parse_quote!(Some(#own)), vec![(own.clone(), error)]),
            arm(syn::parse_quote!(None), Vec::new()),
        ];
        let selector = self.new_value("arm", Ty::Int, false, span);
        self.choose(BranchKind::Match { scrutinee, arms, selector }, 2, span, |lower, number| {
            if number > 0 {
                return Term::Unit;
            }
            lower.env.insert(own.to_string(), Term::Value(error));
            lower.leave_with(syn::parse_quote!(#own), exit, &exit.adaptors)
        });
        payload
    }

    /// Whether what leaves so can only be an `Option`.
    pub(super) fn is_of_option(&self, exit: &Exit) -> bool {
        match exit.adaptors.first() {
            Some((method, _)) => method == "ok_or" || method == "ok_or_else",
            None => self.failing == Some(Failing::Option),
        }
    }

    /// Leaves the function, as there is nothing.
    pub(super) fn leave_without(&mut self, exit: &Exit, span: Span) -> Term {
        let Some(((method, args), others)) = exit.adaptors.split_first() else {
            return match self.failing {
                Some(Failing::Option) => self.leave_by(&syn::parse_quote!(None)),
                _ => self.refuse(
                    span,
                    &crate::diag::Message::not_supported_yet("an `Option` where a `Result` is returned"),
                ),
            };
        };
        match (&*method.to_string(), &args[..]) {
            ("ok_or", [error]) => self.leave_with(error.clone(), exit, others),
            ("ok_or_else", [function]) => {
                let error: Expr = match strip(function) {
                    Expr::Closure(closure) if closure.inputs.is_empty() => (*closure.body).clone(),
                    function => syn::parse_quote!((#function)()),
                };
                self.leave_with(error, exit, others)
            }
            _ => self.not_yet(span, "this method of an `Option`"),
        }
    }

    /// Leaves the function with an error, which goes through the adaptors first.
    pub(super) fn leave_with(&mut self, error: Expr, exit: &Exit, adaptors: &[(Ident, Vec<Expr>)]) -> Term {
        let mut error = error;
        for (method, args) in adaptors {
            match (&*method.to_string(), &args[..]) {
                ("map_err", [function]) => error = syn::parse_quote!((#function)(#error)),
                ("ok", []) => return self.leave_by(&syn::parse_quote!(None)),
                _ => return self.not_yet(method.span(), "this method of a `Result`"),
            }
        }
        if exit.convert {
            error = syn::parse_quote!(::core::convert::From::from(#error));
        }
        self.leave_by(&syn::parse_quote!(Err(#error)))
    }

    pub(super) fn leave_by(&mut self, value: &Expr) -> Term {
        self.effect(&syn::parse_quote!(return #value;))
    }
}

impl Exit {
    /// `expr.map_err(..)?`, marked as the way out that it is.
    pub fn around(&self, expr: &Expr) -> Expr {
        let mut whole = expr.clone();
        for (method, args) in &self.adaptors {
            whole = syn::parse_quote!(#whole.#method(#(#args),*));
        }
        fallible::marked(whole, self.convert)
    }
}
