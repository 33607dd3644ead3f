//! What may fail: `?`, and what a function returns that returns an `Option` or a `Result`. A failure leaves the function in the
//! primal sweep, in the user's words, and so leaves the derivative: what follows is lowered as if it couldn't happen.

mod calls;
mod leave;

use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, ExprMethodCall, ExprTry};

use super::stmt::strip;
use super::variant::last_is;
use super::{Lower, Term, scan};
use crate::ir::{Arg, Binding, Callee, Fails, Op, Opaque, Ty};
use crate::parse::fallible;
pub use calls::takes_apart;
use leave::Exit;

impl Lower<'_> {
    /// `expr?`
    pub fn try_(&mut self, attempt: &ExprTry) -> Term {
        if !fallible::leaves(attempt) {
            return self.try_in_closure(attempt);
        }
        let exit = Exit { convert: !fallible::is_returned(attempt), adaptors: Vec::new() };
        self.attempt(&attempt.expr, &exit)
    }

    /// `expr?` in a closure, which is inlined: a failure is what the closure gives.
    fn try_in_closure(&mut self, attempt: &ExprTry) -> Term {
        let span = attempt.span();
        let term = match self.kept_call(&attempt.expr) {
            Some(term) => term,
            None => self.expr(&attempt.expr),
        };
        let term = match self.option_place(&term, span) {
            Some((some, payload)) => Term::maybe(some, payload),
            None => term,
        };
        let Term::Maybe(parts) = term else {
            return match term {
                Term::Never | Term::Poison => term,
                _ => self.not_yet(span, "the operator `?` in a closure on a value of the user's"),
            };
        };
        let (some, payload, error) = *parts;
        let Some(target) = self.target(&[super::jump::TargetKind::Function], None) else {
            return self.not_yet(span, "this `?`");
        };
        let failure = if target.option {
            Term::maybe(Term::Known(false), Term::Uninit)
        } else {
            let error = self.converted(error, span);
            Term::outcome(Term::Known(false), Term::Uninit, error)
        };
        match some {
            Term::Known(true) => payload,
            Term::Known(false) => self.jump(&target, failure),
            some => {
                let some = self.value(some, span);
                self.if_else(some, span, |_| payload, |lower| lower.jump(&target, failure))
            }
        }
    }

    /// The payload of an `Option` or a `Result`; a failure leaves the function.
    fn attempt(&mut self, expr: &Expr, exit: &Exit) -> Term {
        let expr = strip(expr);
        match expr {
            Expr::Path(path) if last_is(&path.path, "None") => self.leave_without(exit, expr.span()),
            Expr::If(_) | Expr::Match(_) | Expr::Block(_) => self.attempt_ends(expr, exit),
            Expr::Call(call) => self.attempt_call(call, exit),
            Expr::MethodCall(call) => self.attempt_method(call, exit),
            _ => self.attempt_term(expr, exit),
        }
    }

    /// `if c { a } else { b }?` is `if c { a? } else { b? }`.
    fn attempt_ends(&mut self, expr: &Expr, exit: &Exit) -> Term {
        let mut expr = expr.clone();
        fallible::each_end(&mut expr, &mut |end| *end = exit.around(end));
        self.expr(&expr)
    }

    fn attempt_call(&mut self, call: &ExprCall, exit: &Exit) -> Term {
        if let (Expr::Path(path), [argument]) = (strip(&call.func), &call.args.iter().collect::<Vec<_>>()[..])
        {
            if last_is(&path.path, "Some") || last_is(&path.path, "Ok") {
                return self.argument_term(argument);
            }
            if last_is(&path.path, "Err") {
                return self.leave_with((*argument).clone(), exit, &exit.adaptors);
            }
        }
        let expr = Expr::Call(call.clone());
        if self.may_fail(&expr) {
            let adaptors = self.adaptors(&exit.adaptors);
            return self.call_that_fails(&expr, Fails::Leaves(adaptors));
        }
        self.attempt_term(&expr, exit)
    }

    fn attempt_method(&mut self, call: &ExprMethodCall, exit: &Exit) -> Term {
        let expr = Expr::MethodCall(call.clone());
        if !self.facts.taint.mentions_expr(&expr) {
            return self.attempt_term(&expr, exit);
        }
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let name = call.method.to_string();
        match (name.as_str(), &arguments[..]) {
            ("ok_or" | "ok_or_else" | "map_err", [_]) | ("ok", []) => {
                let mut exit = exit.clone();
                exit.adaptors.insert(0, (call.method.clone(), call.args.iter().cloned().collect()));
                self.attempt(&call.receiver, &exit)
            }
            ("as_ref" | "as_mut", []) => self.attempt(&call.receiver, exit),
            ("copied" | "cloned", []) => {
                let payload = self.attempt(&call.receiver, exit);
                self.copied(payload, call.span())
            }
            ("map", [function]) if !super::iter::chain_like(&call.receiver) => {
                let payload = self.attempt(&call.receiver, exit);
                if matches!(payload, Term::Never | Term::Poison) {
                    payload
                } else {
                    self.apply(function, vec![payload])
                }
            }
            ("and_then", [function]) => self.and_then(&call.receiver, function, exit),
            ("filter", [predicate]) if !super::iter::chain_like(&call.receiver) => {
                let payload = self.attempt(&call.receiver, exit);
                let payload = self.owned(payload, call.span());
                let kept = self.apply(predicate, vec![referred(&payload)]);
                self.require(kept, exit, call.span(), payload)
            }
            _ if self.may_fail(&expr) => {
                let adaptors = self.adaptors(&exit.adaptors);
                self.call_that_fails(&expr, Fails::Leaves(adaptors))
            }
            _ => self.attempt_term(&expr, exit),
        }
    }

    /// `a.and_then(|x| b)?` is `b?` with the payload of `a?`.
    fn and_then(&mut self, receiver: &Expr, function: &Expr, exit: &Exit) -> Term {
        let payload = self.attempt(receiver, exit);
        if matches!(payload, Term::Never | Term::Poison) {
            return payload;
        }
        match strip(function) {
            Expr::Closure(closure) if !super::jump::may_jump(&closure.body) => {
                let mut closure = closure.clone();
                fallible::each_end(&mut closure.body, &mut |end| *end = exit.around(end));
                self.inline(&std::rc::Rc::new(closure), vec![payload], function.span())
            }
            Expr::Path(path) => {
                let arg = self.argument_of(payload, function.span());
                let callee = Callee::Path(Box::new(path.path.clone()));
                let result = self.fallible_call(callee, vec![arg], function.span());
                let adaptors = self.adaptors(&exit.adaptors);
                if let Some(crate::ir::Stmt::Call(call)) = self.stmts.last_mut() {
                    call.fails = Fails::Leaves(adaptors);
                }
                Term::Value(result)
            }
            _ => self.not_yet(function.span(), "this argument of `and_then`"),
        }
    }

    /// Whatever else is an `Option` or a `Result`.
    fn attempt_term(&mut self, expr: &Expr, exit: &Exit) -> Term {
        let local = scan::name(expr).and_then(|name| self.env.get(&name).cloned());
        let taken_apart = matches!(local, Some(Term::Maybe(_)))
            || matches!(strip(expr), Expr::MethodCall(call) if self.gives_maybe(call));
        if !taken_apart && !self.facts.taint.flows(expr) {
            let whole = exit.around(expr);
            let opaque = self.opaque_of(&whole);
            return Term::Value(self.bind("t", Ty::Constant, Op::Opaque(opaque), expr.span()));
        }
        let span = expr.span();
        let term = self.expr(expr);
        match self.operand(term, span) {
            Term::Maybe(parts) if matches!(parts.2, Term::Unit) || self.is_of_option(exit) => {
                self.require(parts.0, exit, span, parts.1)
            }
            Term::Maybe(parts) => self.require_ok(*parts, exit, span),
            term @ (Term::Never | Term::Poison) => term,
            term => match self.option_place(&term, span) {
                Some((some, payload)) => self.require(some, exit, span, payload),
                None => self.attempt_value(term, exit, span),
            },
        }
    }

    /// An `Option` of which nothing is known but its value: asked, then unwrapped by the rule of its type.
    fn attempt_value(&mut self, term: Term, exit: &Exit, span: Span) -> Term {
        let v = self.value(term, span);
        let name = Ident::new("option", span);
        let expr: Expr = syn::parse_quote!(#name.is_some());
        let opaque = Opaque { expr: Box::new(expr), uses: vec![(name, Binding::Value(v))], cheap: true };
        let some = Term::Value(self.bind("t", Ty::Bool, Op::Opaque(opaque), span));
        let left = self.require(some, exit, span, Term::Unit);
        if matches!(left, Term::Never) {
            return left;
        }
        let callee = Callee::Method(Ident::new("unwrap", span), None);
        Term::Value(self.emit_call(callee, vec![Arg::Value(v)], span))
    }
}

/// A reference to a term.
pub fn referred(term: &Term) -> Term {
    match term {
        Term::Value(v) => Term::ValueRef(*v),
        Term::Place(place) => Term::Ref { place: place.clone(), mutable: false },
        other => other.clone(),
    }
}
