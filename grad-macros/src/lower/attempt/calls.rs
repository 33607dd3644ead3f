//! Calls of functions that may fail: followed by `?`, or deciding which arm of a branch runs.

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall};

use super::super::stmt::strip;
use super::super::{Lower, Term, scan};
use crate::ir::{Adaptor, Arg, BranchKind, Callee, Fails, MatchArm, Opaque, Ty, V};
use crate::parse::fallible;

impl Lower<'_> {
    /// Whether an expression is a call of a differentiable function or method of the user's: neither of a closure nor of std's.
    pub fn may_fail(&self, expr: &Expr) -> bool {
        match strip(expr) {
            Expr::Call(call) => self.calls_function(call, expr),
            Expr::MethodCall(call) => self.calls_method(call, expr),
            _ => false,
        }
    }

    fn calls_function(&self, call: &ExprCall, expr: &Expr) -> bool {
        let Expr::Path(path) = strip(&call.func) else { return false };
        let local = scan::callee(&call.func).is_some_and(|name| self.env.contains_key(&name));
        !local
            && path.qself.is_none()
            && (self.facts.taint.flows(expr) || self.may_write_tainted(&call.args))
            && !super::super::construct::is_constructor(&path.path)
    }

    fn calls_method(&self, call: &ExprMethodCall, expr: &Expr) -> bool {
        let name = call.method.to_string();
        let helper = scan::method_of_self(call).is_some_and(|name| self.env.contains_key(&name));
        let plain = !helper && !takes_apart(&name) && !is_known_method(&name) && !self.gives_maybe(call);
        plain && self.facts.taint.flows(expr) && self.is_of_user(&call.receiver)
    }

    /// Whether an expression is a place whose type is the user's, as far as is known.
    fn is_of_user(&self, receiver: &Expr) -> bool {
        match strip(receiver) {
            Expr::Path(_) => match scan::name(receiver).and_then(|name| self.env.get(&name)) {
                Some(Term::Place(place) | Term::Ref { place, .. }) => {
                    matches!(self.place_ty(place), Ty::Named(_) | Ty::Unknown)
                }
                _ => false,
            },
            Expr::Field(field) => self.is_of_user(&field.base),
            Expr::Index(index) => scan::root(&index.expr).is_some(),
            Expr::Reference(reference) => self.is_of_user(&reference.expr),
            _ => false,
        }
    }

    /// What is called, with what.
    fn callee(&mut self, expr: &Expr) -> Option<(Callee, Vec<Arg>)> {
        match strip(expr) {
            Expr::Call(call) => {
                let Expr::Path(path) = strip(&call.func) else { return None };
                let args = call.args.iter().map(|argument| self.argument(argument)).collect();
                Some((Self::named(&path.path), args))
            }
            Expr::MethodCall(call) => {
                let receiver = self.expr(&call.receiver);
                let mut args = vec![match receiver {
                    Term::Place(place) => Arg::Ref { place, mutable: false },
                    other => self.argument_of(other, call.receiver.span()),
                }];
                args.extend(call.args.iter().map(|argument| self.argument(argument)));
                Some((Callee::Method(call.method.clone(), call.turbofish.clone()), args))
            }
            _ => None,
        }
    }

    /// A call whose result is the payload of what the function returns.
    pub(super) fn call_that_fails(&mut self, expr: &Expr, fails: Fails) -> Term {
        let Some((callee, args)) = self.callee(expr) else { return Term::Poison };
        let own = matches!(&callee, Callee::Path(path) if path.is_ident(&self.name));
        let result = self.fallible_call(callee, args, expr.span());
        if let (true, Some(known @ Ty::Float(_))) = (own, &self.own_result) {
            self.body.values[result.0 as usize].ty = known.clone();
        }
        if let Some(crate::ir::Stmt::Call(call)) = self.stmts.last_mut() {
            call.fails = fails;
        }
        Term::Value(result)
    }

    /// A call whose result is the payload.
    pub(super) fn fallible_call(&mut self, callee: Callee, args: Vec<Arg>, span: Span) -> V {
        let ty = self.declared_result(&callee, true);
        let result = self.emit_call(callee, args, span);
        if let Some(ty) = ty {
            self.body.values[result.0 as usize].ty = ty;
        }
        result
    }

    /// A call that may fail, as an `Option` or a `Result` that is taken apart here.
    pub fn kept_call(&mut self, expr: &Expr) -> Option<Term> {
        if !self.may_fail(expr) {
            return None;
        }
        let (callee, args) = self.callee(expr)?;
        Some(self.kept(&callee, &args, expr.span()))
    }

    pub(super) fn kept(&mut self, callee: &Callee, args: &[Arg], span: Span) -> Term {
        self.decided_by(callee, args, span, &mut |lower, outcome| match outcome {
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
                self.kept(&Callee::Path(Box::new(path.path.clone())), &args, function.span())
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
        let Some((callee, args)) = self.callee(expr) else { return Term::Poison };
        self.decided_by(&callee, &args, expr.span(), outcome)
    }

    pub(super) fn decided_by(
        &mut self,
        callee: &Callee,
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
        self.choose(kind, 2, span, |lower, number| {
            if number > 0 {
                return outcome(lower, Err(error));
            }
            let result = lower.fallible_call(callee.clone(), args.to_vec(), span);
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
        if !unwraps || !self.may_fail(&call.receiver) {
            return None;
        }
        let adaptors = self.adaptors(&[(call.method.clone(), call.args.iter().cloned().collect())]);
        Some(self.call_that_fails(&call.receiver, Fails::Unwraps(adaptors)))
    }
}

/// Methods of std and nalgebra whose rules give an `Option` as a value, or that have nothing to do with failures.
fn is_known_method(name: &str) -> bool {
    crate::ir::Prim::method(name).is_some()
        || scan::is_pure_method(name)
        || matches!(
            name,
            "try_inverse"
                | "cholesky"
                | "solve"
                | "try_normalize"
                | "pop"
                | "next"
                | "iter_mut"
                | "push"
                | "insert"
        )
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
            | "is_none_or"
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
