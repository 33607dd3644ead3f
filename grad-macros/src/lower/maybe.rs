//! `Option`s with an active payload that are made in the function itself: a boolean and the payload.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall, Pat};

use super::{Lower, Term, scan};
use crate::ir::{Binding, Effect, Op, Opaque, Place, Prim, Projection, Stmt, Ty, V};

impl<'a> Lower<'a> {
    /// Whether a method call gives an `Option` that is taken apart here.
    pub fn gives_maybe(&self, call: &ExprMethodCall) -> bool {
        let name = call.method.to_string();
        match (name.as_str(), call.args.len()) {
            (
                "first" | "last" | "first_mut" | "last_mut" | "pop" | "split_first" | "split_last"
                | "pop_front" | "pop_back" | "front" | "back" | "front_mut" | "back_mut",
                0,
            )
            | ("get" | "get_mut", 1) => self.facts.taint.flows(&call.receiver),
            ("next", 0) => scan::name(&call.receiver)
                .is_some_and(|name| matches!(self.env.get(&name), Some(Term::Chain(_)))),
            ("peek", 0) => scan::name(&call.receiver)
                .is_some_and(|name| matches!(self.env.get(&name), Some(Term::Chain(_)))),
            (
                "max_by" | "min_by" | "reduce" | "nth" | "find" | "find_map" | "max_by_key" | "min_by_key",
                1,
            )
            | ("try_fold", 2) => {
                super::iter::chain_like(&call.receiver) && self.facts.taint.flows(&call.receiver)
            }
            ("copied" | "cloned", 0) => match super::stmt::strip(&call.receiver) {
                Expr::MethodCall(inner) => self.gives_maybe(inner),
                _ => false,
            },
            _ => false,
        }
    }

    /// A method of an `Option` of constants that goes on with something active: the `match` that it is.
    pub fn constant_option(&mut self, call: &ExprMethodCall) -> Option<Expr> {
        let receiver = &call.receiver;
        if self.facts.taint.flows(receiver) || !gives_option(receiver) {
            return None;
        }
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let ((pat, there), missing): ((Pat, Expr), Expr) = match (name.as_str(), &arguments[..]) {
            ("map_or", [other, f]) => (self.given_payload(f), (*other).clone()),
            ("map_or_else", [other, f]) => (self.given_payload(f), syn::parse_quote!((#other)())),
            ("unwrap_or", [other]) => (self.payload(call.span()), (*other).clone()),
            ("unwrap_or_else", [other]) => (self.payload(call.span()), syn::parse_quote!((#other)())),
            ("map", [f]) => {
                let (pat, there) = self.given_payload(f);
                ((pat, syn::parse_quote!(Some(#there))), syn::parse_quote!(None))
            }
            ("and_then", [f]) => (self.given_payload(f), syn::parse_quote!(None)),
            _ => return None,
        };
        Some(syn::parse_quote!(match #receiver { Some(#pat) => #there, None => #missing }))
    }

    /// A function of a payload: what the payload is called, and the function's value.
    fn given_payload(&mut self, function: &Expr) -> (Pat, Expr) {
        if let Expr::Closure(closure) = super::stmt::strip(function)
            && let (Some(pat), 1) = (closure.inputs.first(), closure.inputs.len())
            && !matches!(pat, Pat::Type(_))
            && !super::jump::may_jump(&closure.body)
        {
            return (pat.clone(), (*closure.body).clone());
        }
        let (pat, payload) = self.payload(function.span());
        (pat, syn::parse_quote!((#function)(#payload)))
    }

    fn payload(&mut self, span: Span) -> (Pat, Expr) {
        let name = self.pseudo("payload");
        let name = syn::Ident::new(name.trim_start_matches('$'), span);
        (syn::parse_quote!(#name), syn::parse_quote!(#name))
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

    /// A method of an `Option` or a `Result`.
    pub fn maybe_method(&mut self, maybe: (Term, Term, Term), call: &ExprMethodCall) -> Term {
        let span = call.span();
        let (some, payload, error) = maybe;
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (name.as_str(), &arguments[..]) {
            ("unwrap", []) | ("expect", [_]) => self.unwrapped(&some, payload, span),
            ("is_some" | "is_ok", []) => some,
            ("is_none" | "is_err", []) => self.absent(some, span),
            ("copied" | "cloned", []) => {
                let copied = self.mapped(&some, span, &mut |lower| lower.copied(payload.clone(), span));
                Term::outcome(some, copied, error)
            }
            ("as_ref" | "as_mut" | "as_deref" | "as_deref_mut" | "clone", []) => {
                Term::outcome(some, payload, error)
            }
            ("map", [function]) => {
                let mapped =
                    self.mapped(&some, span, &mut |lower| lower.apply(function, vec![payload.clone()]));
                Term::outcome(some, mapped, error)
            }
            ("ok", []) => Term::maybe(some, payload),
            ("ok_or", [other]) => {
                let other = self.opaque_of(other);
                self.or_error(some, payload, other, span)
            }
            ("ok_or_else", [function]) => {
                let function = self.opaque_of(&syn::parse_quote!((#function)()));
                self.or_error(some, payload, function, span)
            }
            ("map_err", [function]) => {
                let error = self.mapped_error(error, function, span);
                Term::outcome(some, payload, error)
            }
            ("unwrap_or" | "or", [other]) => {
                let other = self.argument_term(other);
                self.either(some, payload, name == "or", span, |_| other)
            }
            ("unwrap_or_default", []) => {
                let zero = payload.clone();
                self.either(some, payload, false, span, |lower| lower.default_like(&zero, span))
            }
            ("unwrap_or_else", [function]) => self.either(some, payload, false, span, |lower| {
                let arguments = lower.error_arguments(function, &error, span);
                lower.apply(function, arguments)
            }),
            ("or_else", [function]) => self.either(some, payload, true, span, |lower| {
                let arguments = lower.error_arguments(function, &error, span);
                lower.apply_attempt(function, arguments)
            }),
            _ => self.maybe_mapped(some, payload, error, call),
        }
    }

    /// The methods that go on with the payload.
    fn maybe_mapped(&mut self, some: Term, payload: Term, error: Term, call: &ExprMethodCall) -> Term {
        let span = call.span();
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (name.as_str(), &arguments[..]) {
            ("map_or", [other, function]) => {
                let other = self.argument_term(other);
                self.branch_on(some, span, |lower| lower.apply(function, vec![payload]), |_| other)
            }
            ("map_or_else", [other, function]) if matches!(error, Term::Unit) => self.branch_on(
                some,
                span,
                |lower| lower.apply(function, vec![payload]),
                |lower| lower.apply(other, Vec::new()),
            ),
            ("is_some_and" | "is_ok_and", [function]) => self.branch_on(
                some,
                span,
                |lower| lower.apply(function, vec![payload]),
                |_| Term::Known(false),
            ),
            ("is_none_or", [function]) => self.branch_on(
                some,
                span,
                |lower| lower.apply(function, vec![payload]),
                |_| Term::Known(true),
            ),
            ("and_then", [function]) => self.branch_on(
                some,
                span,
                |lower| lower.apply_attempt(function, vec![payload]),
                |_| Term::outcome(Term::Known(false), Term::Uninit, error),
            ),
            ("filter", [predicate]) => self.branch_on(
                some,
                span,
                |lower| {
                    let payload = lower.owned(payload, span);
                    let kept = lower.apply(predicate, vec![super::attempt::referred(&payload)]);
                    Term::maybe(kept, payload)
                },
                |_| Term::maybe(Term::Known(false), Term::Uninit),
            ),
            ("zip", [other]) => match self.expr(other) {
                Term::Maybe(parts) => {
                    let (a, b) = (self.value(some, span), self.value(parts.0, span));
                    let both = self.bind("t", Ty::Bool, Op::Prim(Prim::And, vec![a, b]), span);
                    Term::maybe(Term::Value(both), Term::Tuple(vec![payload, parts.1]))
                }
                _ => self.not_yet(call.method.span(), "this argument of `zip`"),
            },
            _ => self
                .not_yet(call.method.span(), &format!("the method `{name}` of an `Option` of active data")),
        }
    }

    /// What a function is given where there is nothing: of a `Result` the error.
    fn error_arguments(&mut self, function: &Expr, error: &Term, span: Span) -> Vec<Term> {
        let wanted = match super::stmt::strip(function) {
            Expr::Closure(closure) => closure.inputs.len(),
            _ => usize::from(!matches!(error, Term::Unit)),
        };
        if wanted == 0 { Vec::new() } else { vec![self.error_of(error, span)] }
    }

    /// `cond.then_some(x)`, `cond.then(|| x)`
    pub fn then_some(&mut self, cond: V, call: &ExprMethodCall, lazy: bool) -> Term {
        let span = call.span();
        self.learn(cond, &Ty::Bool);
        let argument = &call.args[0];
        let payload = if lazy {
            self.mapped(&Term::Value(cond), span, &mut |lower| lower.apply(argument, Vec::new()))
        } else {
            self.argument_term(argument)
        };
        Term::maybe(Term::Value(cond), payload)
    }

    /// A branch on whether there is something.
    fn branch_on(
        &mut self,
        some: Term,
        span: Span,
        then: impl FnOnce(&mut Self) -> Term,
        otherwise: impl FnOnce(&mut Self) -> Term,
    ) -> Term {
        match some {
            Term::Known(true) => then(self),
            Term::Known(false) => otherwise(self),
            some => {
                let cond = self.value(some, span);
                self.if_else(cond, span, then, otherwise)
            }
        }
    }

    /// The payload, or something else: an `Option` again, if `wrapped`.
    fn either(
        &mut self,
        some: Term,
        payload: Term,
        wrapped: bool,
        span: Span,
        otherwise: impl FnOnce(&mut Self) -> Term,
    ) -> Term {
        self.branch_on(
            some,
            span,
            |lower| {
                let payload = lower.owned(payload, span);
                if !wrapped {
                    return payload;
                }
                let none = lower.no_error(span);
                Term::outcome(Term::Known(true), payload, none)
            },
            otherwise,
        )
    }

    fn absent(&mut self, some: Term, span: Span) -> Term {
        if let Term::Known(some) = some {
            return Term::Known(!some);
        }
        let v = self.value(some, span);
        Term::Value(self.bind("t", Ty::Bool, Op::Prim(Prim::Not, vec![v]), span))
    }

    fn default_like(&mut self, payload: &Term, span: Span) -> Term {
        match self.term_ty(payload) {
            ty @ Ty::Float(_) => Term::Value(self.bind("t", ty, Op::Number(0.0), span)),
            _ => self.not_yet(span, "`unwrap_or_default` of this"),
        }
    }

    /// `option.ok_or(error)`
    fn or_error(&mut self, some: Term, payload: Term, error: Opaque, span: Span) -> Term {
        let error = self.branch_on(
            some.clone(),
            span,
            |lower| lower.no_error(span),
            |lower| {
                let v = lower.bind("error", Ty::Constant, Op::Opaque(error), span);
                lower.error_value(v, span)
            },
        );
        Term::outcome(some, payload, error)
    }

    /// Another payload, which exists only where there is one.
    fn mapped(&mut self, some: &Term, span: Span, f: &mut dyn FnMut(&mut Lower<'a>) -> Term) -> Term {
        match some {
            Term::Known(true) => return f(self),
            Term::Known(false) => return Term::Uninit,
            _ => {}
        }
        let cond = self.value(some.clone(), span);
        self.if_else(
            cond,
            span,
            |lower| {
                let term = f(lower);
                lower.owned(term, span)
            },
            |_| Term::Never,
        )
    }

    /// An `Option` as a value.
    pub fn option_value(&mut self, maybe: (Term, Term, Term), span: Span) -> V {
        let (some, payload, error) = maybe;
        if !matches!(error, Term::Unit) {
            return self.result_value(&some, payload, error, span);
        }
        if self.term_varies(&payload) {
            return self.active_option(some, payload, span);
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

    /// An `Option` of active data as a value.
    fn active_option(&mut self, some: Term, payload: Term, span: Span) -> V {
        let option = self.branch_on(
            some,
            span,
            |lower| {
                let payload = lower.owned(payload, span);
                let payload = lower.value(payload, span);
                let runtime = &lower.runtime;
                let path: syn::Path = syn::parse_quote!(#runtime::__private::some);
                let callee = crate::ir::Callee::Path(Box::new(path));
                Term::Value(lower.emit_call(callee, vec![crate::ir::Arg::Value(payload)], span))
            },
            |lower| {
                let none: Expr = syn::parse_quote!(::core::option::Option::None);
                Term::Value(lower.literal(none, Ty::Constant, span))
            },
        );
        self.value(option, span)
    }

    /// A `Result` as a value: of constants alone.
    fn result_value(&mut self, ok: &Term, payload: Term, error: Term, span: Span) -> V {
        if self.term_varies(&payload) {
            self.not_yet(span, "a `Result` of active data as a value");
        }
        let (what, error_name) = (syn::Ident::new("payload", span), syn::Ident::new("error", span));
        let mut uses = vec![(error_name.clone(), Binding::Value(self.value(error, span)))];
        let expr: Expr = if matches!(ok, Term::Known(false)) {
            syn::parse_quote!(#error_name.map_or_else(|| ::core::unreachable!(), ::core::result::Result::Err))
        } else {
            uses.push((what.clone(), Binding::Value(self.value(payload, span))));
            syn::parse_quote!(#error_name.map_or(::core::result::Result::Ok(#what), ::core::result::Result::Err))
        };
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: false };
        self.bind("t", Ty::Constant, Op::Opaque(opaque), span)
    }

    /// `unwrap()`: there has to be something. `v[i]` checks itself whether `i` is below the length.
    fn unwrapped(&mut self, some: &Term, payload: Term, span: Span) -> Term {
        if let Term::Value(v) = some
            && !payload.place().is_some_and(|place| self.checks_itself(*v, place))
        {
            let name = syn::Ident::new("present", span);
            let stmt: syn::Stmt =
                syn::parse_quote!(::core::assert!(#name, "called `Option::unwrap()` on a `None` value"););
            let uses = vec![(name, Binding::Value(*v))];
            self.stmts.push(Stmt::Effect(Effect { stmt: Box::new(stmt), uses, writes: Vec::new() }));
        }
        payload
    }

    /// Whether a place can be read only if this comparison of its index with a length holds.
    fn checks_itself(&self, some: V, place: &crate::ir::Place) -> bool {
        let operands = |v: V| {
            let defined = self.stmts.iter().rev().find_map(|stmt| match stmt {
                Stmt::Let { value, op: op @ (Op::Prim(..) | Op::Opaque(_)) } if *value == v => {
                    Some(op.operands())
                }
                _ => None,
            });
            defined.unwrap_or_default()
        };
        let Some(crate::ir::Projection::Index(at)) = place.projections.last() else { return false };
        let compared = operands(some);
        compared.contains(at) || operands(*at).iter().any(|part| compared.contains(part))
    }
}

/// Whether a method of std that gives an `Option` was called last.
fn gives_option(expr: &Expr) -> bool {
    let Expr::MethodCall(call) = super::stmt::strip(expr) else { return false };
    match (call.method.to_string().as_str(), call.args.len()) {
        ("first" | "last" | "pop" | "next" | "max" | "min", 0) => true,
        ("get" | "position" | "rposition" | "find" | "find_map" | "nth" | "reduce", 1) => true,
        ("checked_sub" | "checked_add" | "max_by" | "min_by" | "max_by_key" | "min_by_key", 1) => true,
        ("copied" | "cloned", 0) | ("filter", 1) => gives_option(&call.receiver),
        _ => false,
    }
}
