//! An `Option` that a loop changes has a payload in each iteration, also where it starts as `None`. What that looks like is found
//! by lowering the body once for nothing.

use std::collections::BTreeSet;

use proc_macro2::Span;

use super::{Lower, Term};
use crate::ir::{Op, Ty, V};

impl Lower<'_> {
    /// Gives every `Option` among the names that a loop assigns the shape that it has in the loop.
    pub fn rehearse(
        &mut self,
        assigned: &BTreeSet<String>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Option<V>),
    ) {
        let mut open = Vec::new();
        for name in assigned {
            let Some(term) = self.env.get(name).cloned() else { continue };
            let term = self.decided_term(term, span);
            if has_open(&term) {
                open.push(name.clone());
            }
            self.env.insert(name.clone(), term);
        }
        if open.is_empty() {
            return;
        }
        let after = self.tried(span, body);
        for name in open {
            if let (Some(now), Some(then)) = (self.env.get(&name).cloned(), after.get(&name)) {
                let term = self.shaped(&name, now, then, span);
                self.env.insert(name, term);
            }
        }
    }

    /// Whether there is something is a value: another iteration may change it.
    fn decided_term(&mut self, term: Term, span: Span) -> Term {
        match term {
            Term::Maybe(parts) => {
                let some = match parts.0 {
                    Term::Known(some) => Term::Value(self.boolean(some, span)),
                    some => some,
                };
                let payload = self.decided_term(parts.1, span);
                Term::outcome(some, payload, parts.2)
            }
            Term::Tuple(elements) => {
                Term::Tuple(elements.into_iter().map(|element| self.decided_term(element, span)).collect())
            }
            other => other,
        }
    }

    /// A term in the shape that it has later.
    fn shaped(&mut self, name: &str, now: Term, then: &Term, span: Span) -> Term {
        match (now, then) {
            (Term::Maybe(now), Term::Maybe(then)) => {
                let payload = if is_open(&now.1) {
                    self.like_payload(name, &then.1, span)
                } else {
                    self.shaped(name, now.1, &then.1, span)
                };
                Term::outcome(now.0, payload, now.2)
            }
            (Term::Tuple(now), Term::Tuple(then)) if now.len() == then.len() => Term::Tuple(
                now.into_iter().zip(then).map(|(now, then)| self.shaped(name, now, then, span)).collect(),
            ),
            (now, _) => now,
        }
    }

    /// What the names are after an iteration that isn't kept.
    pub fn tried(&mut self, span: Span, body: &mut dyn FnMut(&mut Self, Option<V>)) -> super::Env {
        let mark = self.errors.mark();
        let (env, targets) = (self.env.clone(), self.targets.clone());
        let (fresh, parts) = (self.fresh.clone(), self.part_types.clone());
        let index = self.new_value("index", Ty::Int, false, span);
        self.in_block(|lower| body(lower, Some(index)));
        self.errors.forget(mark);
        self.targets = targets;
        self.fresh = fresh;
        self.part_types = parts;
        std::mem::replace(&mut self.env, env)
    }

    /// A payload that isn't there, in the shape of one that is.
    fn like_payload(&mut self, name: &str, payload: &Term, span: Span) -> Term {
        match payload {
            Term::Value(v) => {
                let ty = self.ty(*v).opened();
                Term::Value(self.bind(name, ty, Op::Undef, span))
            }
            Term::Place(place) if matches!(self.place_ty(place), Ty::Float(_) | Ty::Int | Ty::Bool) => {
                let ty = self.place_ty(place);
                Term::Value(self.bind(name, ty, Op::Undef, span))
            }
            Term::Tuple(elements) => {
                Term::Tuple(elements.iter().map(|element| self.like_payload(name, element, span)).collect())
            }
            Term::Maybe(parts) => {
                let payload = self.like_payload(name, &parts.1, span);
                Term::outcome(Term::Value(self.boolean(false, span)), payload, parts.2.clone())
            }
            Term::Ref { place, mutable } => self.reference_like(name, place, *mutable, span),
            _ => Term::Uninit,
        }
    }
}

/// Whether there is an `Option` in a term whose payload was never there.
fn has_open(term: &Term) -> bool {
    match term {
        Term::Maybe(parts) => is_open(&parts.1) || has_open(&parts.1),
        Term::Tuple(elements) => elements.iter().any(has_open),
        _ => false,
    }
}

/// Whether a payload was never there.
fn is_open(payload: &Term) -> bool {
    match payload {
        Term::Uninit | Term::Never => true,
        Term::Tuple(elements) => elements.iter().any(is_open),
        _ => false,
    }
}
