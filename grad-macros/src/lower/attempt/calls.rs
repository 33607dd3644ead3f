//! Calls of functions that may fail: followed by `?`, or deciding which arm of a branch runs.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

use super::super::stmt::strip;
use super::super::{Lower, Term, scan};
use crate::ir::{Adaptor, Arg, BranchKind, Callee, Fails, MatchArm, Opaque, Ty, V};
use crate::parse::fallible;

impl Lower<'_> {
    /// A call of a differentiable function: neither a closure nor one of std's.
    pub(super) fn is_fallible_call(&self, expr: &Expr) -> bool {
        let Expr::Call(call) = strip(expr) else { return false };
        let Expr::Path(path) = strip(&call.func) else { return false };
        let local = scan::name(&call.func).is_some_and(|name| self.env.contains_key(&name));
        !local
            && path.qself.is_none()
            && (self.facts.taint.flows(expr) || self.may_write_tainted(&call.args))
            && (!super::super::construct::is_constructor(&path.path))
    }

    /// A call whose result is the payload of what the function returns.
    pub(super) fn call_that_fails(&mut self, call: &ExprCall, fails: Fails) -> Term {
        let Expr::Path(path) = strip(&call.func) else { return Term::Poison };
        let args = call.args.iter().map(|argument| self.argument(argument)).collect();
        let result = self.emit_call(Callee::Path(Box::new(path.path.clone())), args, call.span());
        if path.path.is_ident(&self.name)
            && let Some(known @ Ty::Float(_)) = &self.returned
        {
            self.body.values[result.0 as usize].ty = known.clone();
        }
        if let Some(crate::ir::Stmt::Call(call)) = self.stmts.last_mut() {
            call.fails = fails;
        }
        Term::Value(result)
    }

    /// Whether an expression is a call that may fail, of a function with a derivative.
    pub fn may_fail(&self, expr: &Expr) -> bool {
        matches!(strip(expr), Expr::Call(call) if self.is_fallible_call(expr) && !is_std(call))
    }

    /// A call that may fail, as an `Option` or a `Result` that is taken apart here.
    pub fn kept_call(&mut self, expr: &Expr) -> Option<Term> {
        if !self.may_fail(expr) {
            return None;
        }
        let Expr::Call(call) = strip(expr) else { return None };
        let Expr::Path(path) = strip(&call.func) else { return None };
        let args: Vec<Arg> = call.args.iter().map(|argument| self.argument(argument)).collect();
        Some(self.kept(&path.path, &args, expr.span()))
    }

    pub(super) fn kept(&mut self, path: &syn::Path, args: &[Arg], span: Span) -> Term {
        self.decided_by(path, args, span, &mut |lower, outcome| match outcome {
            Ok(payload) => {
                let none = lower.no_error(span);
                Term::outcome(Term::Known(true), payload, none)
            }
            Err(error) => {
                let error = lower.error_value(error, span);
                Term::outcome(Term::Known(false), Term::Uninit, error)
            }
        })
    }

    /// A function that gives an `Option` or a `Result`, applied.
    pub fn apply_attempt(&mut self, function: &Expr, arguments: Vec<Term>) -> Term {
        match strip(function) {
            Expr::Closure(closure) => {
                let mut closure = closure.clone();
                fallible::each_end(&mut closure.body, &mut |end| {
                    if let Expr::Call(call) = end {
                        call.attrs.push(syn::parse_quote!(#[kept]));
                    }
                });
                self.inline(&std::rc::Rc::new(closure), arguments, function.span())
            }
            Expr::Path(path) if !scan::name(function).is_some_and(|name| self.env.contains_key(&name)) => {
                let args: Vec<Arg> =
                    arguments.into_iter().map(|term| self.argument_of(term, function.span())).collect();
                self.kept(&path.path, &args, function.span())
            }
            _ => self.apply(function, arguments),
        }
    }

    /// A branch on whether a call fails; `arm` is given the payload, or the error.
    pub fn decided(
        &mut self,
        expr: &Expr,
        outcome: &mut dyn FnMut(&mut Self, Result<Term, V>) -> Term,
    ) -> Term {
        let Expr::Call(call) = strip(expr) else { return Term::Poison };
        let Expr::Path(path) = strip(&call.func) else { return Term::Poison };
        let args: Vec<Arg> = call.args.iter().map(|argument| self.argument(argument)).collect();
        self.decided_by(&path.path, &args, call.span(), outcome)
    }

    pub(super) fn decided_by(
        &mut self,
        path: &syn::Path,
        args: &[Arg],
        span: Span,
        outcome: &mut dyn FnMut(&mut Self, Result<Term, V>) -> Term,
    ) -> Term {
        if args.iter().any(|arg| matches!(arg, Arg::Ref { mutable: true, .. })) {
            return self.not_yet(span, "a call that changes memory and may fail, other than with `?`");
        }
        let selector = self.new_value("arm", Ty::Int, false, span);
        let error = self.new_value("error", Ty::Constant, false, span);
        let name = Ident::new("error", span);
        let arms =
            vec![arm(syn::parse_quote!(_), Vec::new()), arm(syn::parse_quote!(#name), vec![(name, error)])];
        let scrutinee = Opaque { expr: Box::new(syn::parse_quote!(())), uses: Vec::new(), cheap: true };
        let kind = BranchKind::Match { scrutinee, arms, selector };
        let callee = Callee::Path(Box::new(path.clone()));
        self.choose(kind, 2, span, |lower, number| {
            if number > 0 {
                return outcome(lower, Err(error));
            }
            let result = lower.emit_call(callee.clone(), args.to_vec(), span);
            if let Some(crate::ir::Stmt::Call(call)) = lower.stmts.last_mut() {
                call.fails = Fails::Decides;
            }
            outcome(lower, Ok(Term::Value(result)))
        })
    }

    pub(super) fn adaptors(&mut self, written: &[(Ident, Vec<Expr>)]) -> Vec<Adaptor> {
        let adaptor = |(method, args): &(Ident, Vec<Expr>)| Adaptor {
            method: method.clone(),
            args: args.iter().map(|arg| self.opaque_of(arg)).collect(),
        };
        written.iter().map(adaptor).collect()
    }

    /// `g(x).unwrap()`, `g(x).expect("…")`, where `g` is differentiable.
    pub fn unwrapped_call(&mut self, call: &ExprMethodCall) -> Option<Term> {
        let unwraps =
            matches!((call.method.to_string().as_str(), call.args.len()), ("unwrap", 0) | ("expect", 1));
        let Expr::Call(inner) = strip(&call.receiver) else { return None };
        if !unwraps || !self.is_fallible_call(&call.receiver) || is_std(inner) {
            return None;
        }
        let adaptors = self.adaptors(&[(call.method.clone(), call.args.iter().cloned().collect())]);
        Some(self.call_that_fails(inner, Fails::Unwraps(adaptors)))
    }
}

/// Whether a call is of one of the types' functions, of which the runtime may have a rule of its own.
fn is_std(call: &ExprCall) -> bool {
    matches!(strip(&call.func), Expr::Path(path) if path.path.segments.iter().rev().nth(1).is_some_and(|owner| owner.ident.to_string().starts_with(char::is_uppercase)))
}

pub(super) fn arm(pat: syn::Pat, binds: Vec<(Ident, V)>) -> MatchArm {
    MatchArm { pat: Box::new(pat), guard: None, binds }
}

/// Whether the method is one of `Option`'s and `Result`'s.
pub fn takes_apart(name: &str) -> bool {
    matches!(
        name,
        "is_some"
            | "is_none"
            | "is_ok"
            | "is_err"
            | "is_some_and"
            | "is_ok_and"
            | "unwrap_or"
            | "unwrap_or_else"
            | "unwrap_or_default"
            | "map_or"
            | "map_or_else"
            | "ok"
            | "ok_or"
            | "ok_or_else"
            | "map_err"
            | "and_then"
            | "or_else"
    )
}
