//! Folds: what is handed from element to element.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::Expr;

use super::super::{Lower, Term};
use super::Chain;
use crate::ir::Ty;

impl<'a> Lower<'a> {
    /// Hands a value from element to element.
    pub fn folded(
        &mut self,
        chain: &Chain,
        first: Term,
        mut assigned: BTreeSet<String>,
        span: Span,
        step: &mut dyn FnMut(&mut Lower<'a>, Term, Term) -> Term,
    ) -> Term {
        let acc = self.pseudo("acc");
        let first = self.accumulator(first, span);
        // A reference to the best so far refers to another one when there is a better one.
        self.facts.rebound.insert(acc.clone());
        self.env.insert(acc.clone(), first);
        assigned.insert(acc.clone());
        self.run(chain, assigned, span, &mut |lower, term| {
            let old = lower.env.get(&acc).cloned().unwrap_or(Term::Poison);
            lower.lend(&old);
            let new = step(lower, old.clone(), term);
            let new = lower.stepped(&old, new, span);
            lower.env.insert(acc.clone(), new);
        });
        self.env.remove(&acc).unwrap_or(Term::Poison)
    }

    /// What goes around a fold: arrays and structs are memory that the steps overwrite. What isn't known to be one may well be a number.
    pub fn accumulator(&mut self, first: Term, span: Span) -> Term {
        match first {
            Term::Place(place) if matches!(self.place_ty(&place), Ty::Unknown | Ty::Algebra(..)) => {
                Term::Value(self.load(place, span))
            }
            Term::Place(place) if self.is_fresh(&place) => Term::Place(place),
            Term::Place(place) => self.copy_of(place, "acc", span),
            Term::Tuple(elements) => {
                Term::Tuple(elements.into_iter().map(|element| self.accumulator(element, span)).collect())
            }
            other => other,
        }
    }

    /// The function of a fold takes its accumulator by value: the first name for it may own it.
    pub fn lend(&mut self, accumulator: &Term) {
        match accumulator {
            Term::Place(place) => {
                self.fresh.insert(place.base);
            }
            Term::Tuple(elements) => elements.iter().for_each(|element| self.lend(element)),
            _ => {}
        }
    }

    /// What a step of a fold gives, where the next one finds it.
    pub fn stepped(&mut self, old: &Term, new: Term, span: Span) -> Term {
        match (old, new) {
            (Term::Place(place), new) => {
                if !new.is_same(old) {
                    self.write(&Term::Place(place.clone()), new, span);
                }
                old.clone()
            }
            (Term::Tuple(olds), Term::Tuple(news)) if olds.len() == news.len() => {
                // All are there before the first is overwritten.
                let news = news.into_iter().zip(olds).map(|(new, old)| match old {
                    Term::Place(_) if new.is_same(old) => new,
                    _ => self.owned(new, span),
                });
                let news: Vec<Term> = news.collect();
                let pairs = olds.iter().zip(news);
                Term::Tuple(pairs.map(|(old, new)| self.stepped(old, new, span)).collect())
            }
            (old, new) => {
                let new = self.owned(new, span);
                self.like(old, new, span)
            }
        }
    }

    pub fn fold(&mut self, chain: &Chain, first: Term, function: &Expr, span: Span) -> Term {
        let mut assigned = BTreeSet::new();
        self.assigned_in(function, &mut assigned);
        self.folded(chain, first, assigned, span, &mut |lower, acc, term| {
            lower.apply(function, vec![acc, term])
        })
    }
}
