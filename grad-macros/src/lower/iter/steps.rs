//! Iterators with a name that are stepped through: `it.next()`, `it.peek()`, `it.by_ref().take(n)`. What they have come to is a number.

use proc_macro2::Span;
use syn::{Expr, ExprMethodCall};

use super::super::{Lower, Term, scan};
use super::{Chain, Source, Stage};
use crate::ir::{Op, Prim, Ty, V};

impl Lower<'_> {
    /// What a variable that is declared `mut` holds: an iterator that remembers how far it has come.
    pub fn made_to_step(&mut self, chain: &Chain, span: Span) -> Option<Chain> {
        let plain =
            chain.stages.is_empty() && !matches!(chain.source, Source::Chain(..) | Source::Stepped(..));
        if !plain {
            return None;
        }
        let counter = self.pseudo("stepped");
        let zero = self.integer(0, span);
        self.env.insert(counter.clone(), Term::Value(zero));
        let source = Source::Stepped(Box::new(chain.source.clone()), counter);
        Some(Chain { source, ..chain.clone() })
    }

    /// The source and the counter of an iterator that is stepped through.
    pub fn progress(&self, expr: &Expr) -> Option<(Source, String)> {
        match self.env.get(&scan::name(expr)?) {
            Some(Term::Chain(chain)) => match &chain.source {
                Source::Stepped(source, counter) => Some(((**source).clone(), counter.clone())),
                _ => None,
            },
            _ => None,
        }
    }

    /// The rest of an iterator, from where it has come to.
    pub fn rest_of(&mut self, chain: &Chain) -> Chain {
        let Source::Stepped(source, counter) = &chain.source else { return chain.clone() };
        let source = match self.env.get(counter) {
            Some(Term::Value(at)) if self.literal_of(*at) != Some(0) => Source::Skip(source.clone(), *at),
            _ => (**source).clone(),
        };
        Chain { source, ..chain.clone() }
    }

    /// `it.by_ref()`, `&mut it`: each element that is taken is one step.
    pub fn taken_from(&mut self, expr: &Expr) -> Option<Chain> {
        let (source, counter) = self.progress(expr)?;
        let stages = vec![Stage::Next(counter, Box::new(source))];
        Some(Chain { written: expr.clone(), source: Source::Index, stages })
    }

    /// `it.next()`, `it.peek()`, `it.nth(n)` of an iterator that is stepped through.
    pub fn step(&mut self, call: &ExprMethodCall, span: Span) -> Option<Term> {
        let (source, counter) = self.progress(&call.receiver)?;
        let Some(Term::Value(at)) = self.env.get(&counter).cloned() else { return None };
        let at = match (call.method.to_string().as_str(), call.args.first()) {
            ("next", None) => {
                self.advance(&counter, span);
                at
            }
            ("peek", None) => at,
            ("nth", Some(count)) => {
                let count = self.count(count);
                let at = self.bind("t", Ty::Int, Op::Prim(Prim::Add, vec![at, count]), span);
                self.env.insert(counter.clone(), Term::Value(at));
                self.advance(&counter, span);
                at
            }
            _ => return None,
        };
        Some(self.element_at(&source, at, span))
    }

    /// The element with a number, if there is one.
    pub fn element_at(&mut self, source: &Source, at: V, span: Span) -> Term {
        match self.source_len(source, span) {
            Some(len) => {
                let some = self.bind("t", Ty::Bool, Op::Prim(Prim::Lt, vec![at, len]), span);
                self.element_where(some, source, at, span)
            }
            None => Term::maybe(Term::Known(true), self.element(source, at, span)),
        }
    }
}
