//! Stages that remember how many elements came by.

use proc_macro2::Span;
use syn::Expr;

use super::super::{Lower, Term};
use super::drive::{Each, Run};
use super::{Source, Stage};
use crate::ir::{Op, Prim, Ty, V};

impl<'a> Lower<'a> {
    /// The first of these stages, on an element.
    pub fn counted_stage(&mut self, stages: &[Stage], term: Term, run: &Run, span: Span, each: Each<'_, 'a>) {
        let Some((stage, rest)) = stages.split_first() else { return };
        match stage {
            Stage::SkipWhile(state, function) => {
                let passes = self.skipped_no_more(state, function, &term, span);
                self.passed_where(passes, term, stages, (run, span), each);
            }
            Stage::Skip(counter, count) => {
                let number = self.number(counter, span);
                let passes = self.bind("t", Ty::Bool, Op::Prim(Prim::Ge, vec![number, *count]), span);
                self.passed_where(passes, term, stages, (run, span), each);
            }
            Stage::StepBy(counter, count) => {
                let number = self.number(counter, span);
                let passes = self.integers("a % b == 0", &[number, *count], span);
                self.body.values[passes.0 as usize].ty = Ty::Bool;
                self.passed_where(passes, term, stages, (run, span), each);
            }
            Stage::Take(counter, count) => {
                self.advance(counter, span);
                self.stages(rest, term, run, span, each);
                self.ended_at(counter, *count, stages, run, span);
            }
            Stage::Zip(counter, source) => {
                self.paired(counter, source, stages, (run, span), &mut |lower, other| {
                    lower.stages(rest, Term::Tuple(vec![term.clone(), other]), run, span, each);
                });
            }
            Stage::ZipFirst(counter, source) => {
                self.paired(counter, source, stages, (run, span), &mut |lower, first| {
                    lower.stages(rest, Term::Tuple(vec![first, term.clone()]), run, span, each);
                });
            }
            Stage::Next(counter, source) => {
                self.paired(counter, source, stages, (run, span), &mut |lower, next| {
                    lower.stages(rest, next, run, span, each);
                });
            }
            _ => {}
        }
    }

    /// The number of this element.
    fn number(&mut self, counter: &str, span: Span) -> V {
        let number = self.advance(counter, span);
        self.value(number, span)
    }

    /// What comes through goes on to the other stages.
    pub fn passed_where(
        &mut self,
        passes: V,
        term: Term,
        stages: &[Stage],
        (run, span): (&Run, Span),
        each: Each<'_, 'a>,
    ) {
        let [_, rest @ ..] = stages else { return };
        self.if_else(
            passes,
            span,
            |lower| {
                lower.stages(rest, term, run, span, each);
                Term::Unit
            },
            |lower| lower.passed_over(stages, run),
        );
    }

    /// Whether this element is the first that isn't skipped, or a later one.
    fn skipped_no_more(&mut self, state: &str, function: &Expr, term: &Term, span: Span) -> V {
        let skipping = self.env.get(state).cloned().unwrap_or(Term::Poison);
        let skipping = self.value(skipping, span);
        let seen = term.clone();
        let still = self.if_else(
            skipping,
            span,
            |lower| Term::Value(lower.test(function, &seen, span)),
            |lower| Term::Value(lower.boolean(false, span)),
        );
        let still = self.value(still, span);
        self.learn(still, &Ty::Bool);
        self.env.insert(state.to_owned(), Term::Value(still));
        self.bind("t", Ty::Bool, Op::Prim(Prim::Not, vec![still]), span)
    }

    /// The end, once so many elements have come by.
    fn ended_at(&mut self, counter: &str, count: V, stages: &[Stage], run: &Run, span: Span) {
        let number = self.env.get(counter).cloned().unwrap_or(Term::Poison);
        let number = self.value(number, span);
        let done = self.bind("t", Ty::Bool, Op::Prim(Prim::Ge, vec![number, count]), span);
        let end = run.end_of(stages).clone();
        self.if_else(done, span, |lower| lower.jump(&end, Term::Unit), |_| Term::Unit);
    }

    /// The next element of a source beside the chain; the chain ends where the source does.
    fn paired(
        &mut self,
        counter: &str,
        source: &Source,
        stages: &[Stage],
        (run, span): (&Run, Span),
        then: &mut dyn FnMut(&mut Self, Term),
    ) {
        let number = self.number(counter, span);
        let Some(len) = self.source_len(source, span) else {
            let element = self.element(source, number, span);
            return then(self, element);
        };
        let there = self.bind("t", Ty::Bool, Op::Prim(Prim::Lt, vec![number, len]), span);
        self.if_else(
            there,
            span,
            |lower| {
                let element = lower.element(source, number, span);
                then(lower, element);
                Term::Unit
            },
            |lower| lower.passed_over(stages, run),
        );
    }

    /// One element of `successors`, from which the next one is made before it's used.
    pub fn successor(
        &mut self,
        found: Term,
        (state, function): (&str, &Expr),
        stages: &[Stage],
        (run, span): (&Run, Span),
        each: Each<'_, 'a>,
    ) {
        let [_, rest @ ..] = stages else { return };
        self.where_some(
            found,
            span,
            &mut |lower, term| {
                let next = lower.apply_attempt(function, vec![Lower::referred(term.clone())]);
                let next = lower.owned(next, span);
                lower.env.insert(state.to_owned(), next);
                lower.stages(rest, term, run, span, each);
            },
            &mut |lower| lower.passed_over(stages, run),
        );
    }
}
