//! The stages of a chain, around what is done with each element.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::Expr;

use super::super::loops::Repeat;
use super::super::{Lower, Term};
use super::drive::{Each, Run};
use super::{Chain, Stage};
use crate::ir::{Binding, Init, Op, Opaque, Place, Stmt, Ty, V};

impl<'a> Lower<'a> {
    /// What a stage hands from element to element.
    pub fn start_stage(&mut self, stage: &Stage, span: Span) {
        match stage {
            Stage::Enumerate(counter)
            | Stage::Skip(counter, _)
            | Stage::Take(counter, _)
            | Stage::StepBy(counter, _)
            | Stage::Zip(counter, _)
            | Stage::ZipFirst(counter, _) => {
                let zero = self.integer(0, span);
                self.env.insert(counter.clone(), Term::Value(zero));
            }
            Stage::SkipWhile(state, _) => {
                let skipping = self.boolean(true, span);
                self.env.insert(state.clone(), Term::Value(skipping));
            }
            Stage::Successors(state, first, _) => {
                let first = self.apply_attempt(&syn::parse_quote!(|| #first), Vec::new());
                let first = self.owned(first, span);
                self.env.insert(state.clone(), first);
            }
            Stage::Scan(state, start, _) => {
                let start = self.argument_term(start);
                let v = self.value(start, span);
                let var = self.new_var("state", self.ty(v), true, span);
                self.stmts.push(Stmt::Declare { var, init: Init::Value(v) });
                self.body.vars[var.0 as usize].mutable = true;
                self.env.insert(state.clone(), Term::Place(Place::whole(var)));
            }
            Stage::Attempt(_, outcome) => self.start_attempt(outcome, span),
            Stage::First(found) => self.start_search(found),
            _ => {}
        }
    }

    pub fn stages(&mut self, stages: &[Stage], term: Term, run: &Run, span: Span, each: Each<'_, 'a>) {
        let Some((stage, rest)) = stages.split_first() else { return each(self, term) };
        match stage {
            Stage::Map(function) => {
                let term = self.apply(function, vec![term]);
                let term = self.owned(term, span);
                self.stages(rest, term, run, span, each);
            }
            Stage::Copied => {
                let term = self.copied(term, span);
                self.stages(rest, term, run, span, each);
            }
            Stage::Inspect(function) => {
                let seen = Lower::referred(term.clone());
                self.apply(function, vec![seen]);
                self.stages(rest, term, run, span, each);
            }
            Stage::Filter(function) | Stage::TakeWhile(function) => {
                let cond = self.test(function, &term, span);
                self.passed_where(cond, term, stages, (run, span), each);
            }
            Stage::Attempt(function, outcome) => {
                self.attempt_stage(function.as_ref(), outcome, term, (run, span), &mut |lower, term| {
                    lower.stages(rest, term, run, span, each);
                });
            }
            Stage::FilterMap(function) | Stage::MapWhile(function) => {
                let found = self.apply_attempt(function, vec![term]);
                self.on_found(found, stages, run, span, each);
            }
            Stage::Scan(state, _, function) => {
                let Some(place) = self.env.get(state).and_then(Term::place).cloned() else { return };
                let found = self.apply_attempt(function, vec![Term::Ref { place, mutable: true }, term]);
                self.on_found(found, stages, run, span, each);
            }
            Stage::First(found) => self.found(found, run),
            Stage::Enumerate(counter) => {
                let number = self.advance(counter, span);
                self.stages(rest, Term::Tuple(vec![number, term]), run, span, each);
            }
            Stage::SkipWhile(..)
            | Stage::Skip(..)
            | Stage::Take(..)
            | Stage::StepBy(..)
            | Stage::Zip(..)
            | Stage::ZipFirst(..)
            | Stage::Next(..) => self.counted_stage(stages, term, run, span, each),
            Stage::Made(function) => {
                let found = self.apply_attempt(function, Vec::new());
                self.on_found(found, stages, run, span, each);
            }
            Stage::Successors(state, _, function) => {
                let found = self.env.get(state).cloned().unwrap_or(Term::Poison);
                self.successor(found, (state, function), stages, (run, span), each);
            }
            Stage::FlatMap(function) => {
                let inner = self.apply(function, vec![term]);
                self.nested(&inner, function, rest, run, span, each);
            }
            Stage::Flatten if self.option_place(&term, span).is_some() => {
                self.where_some(
                    term,
                    span,
                    &mut |lower, term| lower.stages(rest, term, run, span, each),
                    &mut |_| Term::Unit,
                );
            }
            Stage::Flatten => {
                let written: Expr = syn::parse_quote!(inner);
                self.nested(&term, &written, rest, run, span, each);
            }
        }
    }

    /// What the first stage found goes on through the others.
    fn on_found(&mut self, found: Term, stages: &[Stage], run: &Run, span: Span, each: Each<'_, 'a>) {
        let [_, rest @ ..] = stages else { return };
        self.where_some(
            found,
            span,
            &mut |lower, term| lower.stages(rest, term, run, span, each),
            &mut |lower| lower.passed_over(stages, run),
        );
    }

    /// What happens to an element that the first of these stages doesn't let through: the next one's turn, or the end of the chain.
    pub fn passed_over(&mut self, stages: &[Stage], run: &Run) -> Term {
        match stages.first() {
            Some(
                Stage::Filter(_)
                | Stage::FilterMap(_)
                | Stage::SkipWhile(..)
                | Stage::Skip(..)
                | Stage::StepBy(..),
            ) => Term::Unit,
            _ => self.jump(run.end_of(stages), Term::Unit),
        }
    }

    /// A branch on whether there is something.
    pub fn where_some(
        &mut self,
        found: Term,
        span: Span,
        then: &mut dyn FnMut(&mut Self, Term),
        otherwise: &mut dyn FnMut(&mut Self) -> Term,
    ) {
        let parts = match found {
            Term::Maybe(parts) => Some((parts.0, parts.1)),
            Term::Poison | Term::Never => return,
            other => match (self.option_place(&other, span), other) {
                (None, Term::Value(v)) if !self.is_varied(v) => {
                    return self.where_constant(v, span, then, otherwise);
                }
                (parts, _) => parts,
            },
        };
        match parts {
            None => {
                self.not_yet(span, "an `Option` like this in an iterator");
            }
            Some((Term::Known(true), payload)) => then(self, payload),
            Some((Term::Known(false), _)) => {
                otherwise(self);
            }
            Some((some, payload)) => {
                let some = self.value(some, span);
                let then = |lower: &mut Self| {
                    let payload = lower.owned(payload, span);
                    then(lower, payload);
                    Term::Unit
                };
                self.if_else(some, span, then, otherwise);
            }
        }
    }

    /// A branch on whether a constant `Option` has something.
    fn where_constant(
        &mut self,
        option: V,
        span: Span,
        then: &mut dyn FnMut(&mut Self, Term),
        otherwise: &mut dyn FnMut(&mut Self) -> Term,
    ) {
        let name = syn::Ident::new("option", span);
        let of = |expr: Expr| {
            let uses = vec![(name.clone(), Binding::Value(option))];
            Op::Opaque(Opaque { expr: Box::new(expr), uses, cheap: true })
        };
        let some = self.bind("t", Ty::Bool, of(syn::parse_quote!(#name.is_some())), span);
        let payload = of(syn::parse_quote!(#name.clone().unwrap()));
        let then = |lower: &mut Self| {
            let payload = lower.bind("t", Ty::Constant, payload, span);
            then(lower, Term::Value(payload));
            Term::Unit
        };
        self.if_else(some, span, then, otherwise);
    }

    /// An iterator inside an iterator.
    fn nested(
        &mut self,
        inner: &Term,
        written: &Expr,
        rest: &[Stage],
        run: &Run,
        span: Span,
        each: Each<'_, 'a>,
    ) {
        let chain = match inner {
            Term::Chain(chain) => Some((**chain).clone()),
            Term::Poison => return,
            other => Self::elements_of(other, written),
        };
        let Some(chain) = chain else {
            self.not_yet(span, "an iterator like this inside an iterator");
            return;
        };
        let chain = Chain { stages: chain.stages.iter().chain(rest).cloned().collect(), ..chain };
        let mut assigned: BTreeSet<String> = self
            .env
            .iter()
            .filter(|(_, term)| matches!(term, Term::Value(_) | Term::Tuple(_) | Term::Maybe(_)))
            .map(|(name, _)| name.clone())
            .collect();
        let counting = self.counting(&chain.source, &mut assigned, span);
        let repeat = Repeat {
            head: counting.head(),
            assigned,
            label: None,
            checkpoint: None,
            breaks: false,
            continues: run.user,
            span,
        };
        self.repeat(repeat, |lower, index| {
            let term = lower.counted(&counting, index, span);
            lower.stages(&chain.stages, term, run, span, each);
        });
    }

    /// Calls a predicate on a reference to an element.
    pub fn test(&mut self, function: &Expr, term: &Term, span: Span) -> V {
        let seen = Lower::referred(term.clone());
        let cond = self.apply(function, vec![seen]);
        let v = self.value(cond, span);
        self.learn(v, &Ty::Bool);
        v
    }
}
