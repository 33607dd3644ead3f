//! Chains that end at the first failure: `try_fold`, sums and collections of `Option`s and `Result`s. Whether there was one is a boolean
//! beside what has come together so far.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::{Expr, ExprMethodCall};

use super::super::{Lower, Term};
use super::drive::Run;
use super::{Chain, Source, Stage};
use crate::parse::fallible::fallible;

/// The names of what a chain that may fail has come to.
#[derive(Clone)]
pub struct Outcome {
    /// Whether all went well.
    well: String,
    /// The error; of an `Option` there is none.
    error: String,
    /// The accumulator of a `try_fold`.
    acc: Option<String>,
}

impl Outcome {
    pub fn names(&self) -> impl Iterator<Item = &String> {
        [&self.well, &self.error].into_iter().chain(&self.acc)
    }
}

impl Lower<'_> {
    /// The chain without its failures, if what closes it is to be an `Option` or a `Result`; and what is wanted of the rest.
    pub fn unfailing(
        &mut self,
        chain: &Chain,
        call: &ExprMethodCall,
    ) -> Option<(Chain, Outcome, Option<syn::Type>)> {
        let written = call.turbofish.as_ref().and_then(|arguments| match arguments.args.first() {
            Some(syn::GenericArgument::Type(ty)) => Some(ty.clone()),
            _ => None,
        });
        let wanted = written.or_else(|| match &self.expected {
            Some(crate::ir::Ty::Named(ty)) => Some((**ty).clone()),
            _ => None,
        })?;
        let inner = fallible(&wanted).map(|(_, inner)| inner.clone())?;
        let outcome = self.outcome(None);
        let mut chain = chain.clone();
        let function = taken_function(&mut chain);
        chain.stages.push(Stage::Attempt(function, outcome.clone()));
        Some((chain, outcome, Some(inner)))
    }

    fn outcome(&mut self, acc: Option<String>) -> Outcome {
        Outcome { well: self.pseudo("well"), error: self.pseudo("error"), acc }
    }

    /// `try_fold(first, |acc, x| ..)`
    pub fn try_fold(&mut self, chain: &Chain, first: Term, function: &Expr, span: Span) -> Term {
        let acc = self.pseudo("acc");
        let first = self.accumulator(first, span);
        self.env.insert(acc.clone(), first);
        let outcome = self.outcome(Some(acc.clone()));
        let mut chain = chain.clone();
        chain.stages.push(Stage::Attempt(Some(function.clone()), outcome.clone()));
        self.run(&chain, BTreeSet::new(), span, &mut |_, _| {});
        let result = self.env.remove(&acc).unwrap_or(Term::Poison);
        self.come_to(&outcome, result)
    }

    /// The `Option` or the `Result`.
    pub fn come_to(&mut self, outcome: &Outcome, payload: Term) -> Term {
        let well = self.env.remove(&outcome.well).unwrap_or(Term::Poison);
        let error = self.env.remove(&outcome.error).unwrap_or(Term::Poison);
        match error {
            Term::Uninit => Term::maybe(well, payload),
            error => Term::outcome(well, payload, error),
        }
    }

    pub fn start_attempt(&mut self, outcome: &Outcome, span: Span) {
        let well = Term::Value(self.boolean(true, span));
        self.env.insert(outcome.well.clone(), well);
        self.env.insert(outcome.error.clone(), Term::Uninit);
    }

    /// One element: what it fails with ends the loop.
    pub fn attempt_stage(
        &mut self,
        function: Option<&Expr>,
        outcome: &Outcome,
        term: Term,
        (run, span): (&Run, Span),
        then: &mut dyn FnMut(&mut Self, Term),
    ) {
        let old = outcome.acc.as_ref().and_then(|acc| self.env.get(acc).cloned());
        let arguments = old.clone().into_iter().chain([term.clone()]).collect();
        if let Some(old) = &old {
            self.lend(old);
        }
        let found = match function {
            Some(function) => self.apply_attempt(function, arguments),
            None => term,
        };
        let error = match &found {
            Term::Maybe(parts) if !matches!(parts.2, Term::Unit) => Some(parts.2.clone()),
            _ => None,
        };
        let end = run.end.clone();
        if let Some(error) = &error
            && matches!(self.env.get(&outcome.error), Some(Term::Uninit))
        {
            let error = error.clone();
            self.env.insert(outcome.error.clone(), error);
        }
        self.where_some(
            found,
            span,
            &mut |lower, payload| match (&outcome.acc, &old) {
                (Some(acc), Some(old)) => {
                    let new = lower.stepped(old, payload, span);
                    lower.env.insert(acc.clone(), new);
                }
                _ => then(lower, payload),
            },
            &mut |lower| {
                let failed = Term::Value(lower.boolean(false, span));
                lower.env.insert(outcome.well.clone(), failed);
                lower.jump(&end, Term::Unit)
            },
        );
    }
}

/// The function of the last step, which says what fails.
fn taken_function(chain: &mut Chain) -> Option<Expr> {
    if let Some(Stage::Map(_)) = chain.stages.last() {
        return match chain.stages.pop() {
            Some(Stage::Map(function)) => Some(function),
            _ => None,
        };
    }
    if chain.stages.is_empty()
        && let Source::Map(inner, function) = chain.source.clone()
    {
        chain.source = *inner;
        return Some(function);
    }
    None
}
