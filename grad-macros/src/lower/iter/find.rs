//! Searches: the first element that comes through all stages ends the loop.
//!
//! Where the stages have no effects, the loop looks for its index alone, and they run once more for what is there: nothing has
//! to be kept of the elements before it.

use std::collections::BTreeSet;

use proc_macro2::Span;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprMethodCall, Macro};

use super::super::scan::is_pure_method;
use super::super::{Lower, Term};
use super::drive::{Run, functions_of};
use super::{Chain, Source, Stage};

impl Lower<'_> {
    /// `find(f)`, `find_map(f)`, `next()`: the first element that comes through one more stage, if there is one.
    pub fn first(&mut self, chain: &Chain, stage: Option<Stage>, span: Span) -> Term {
        let mut chain = chain.clone();
        chain.stages.extend(stage);
        if !self.can_run_again(&chain) {
            return self.first_kept(chain, span);
        }
        let Term::Maybe(parts) = self.search(&chain, span) else { return Term::Poison };
        let (some, at, _) = *parts;
        let (some, at) = (self.value(some, span), self.value(at, span));
        let counting = self.counting(&chain.source, &mut BTreeSet::new(), span);
        let payload = if only_refers(&chain) {
            self.counted(&counting, Some(at), span)
        } else {
            let there = |lower: &mut Self| {
                let element = lower.counted(&counting, Some(at), span);
                lower.again(&chain.stages, element, span)
            };
            self.if_else(some, span, there, |_| Term::Never)
        };
        Term::maybe(Term::Value(some), payload)
    }

    /// The first element as it came.
    fn first_kept(&mut self, mut chain: Chain, span: Span) -> Term {
        let counter = self.pseudo("counter");
        let one = self.integer(1, span);
        chain.stages.push(Stage::Take(counter, one));
        let nothing = Term::maybe(Term::Known(false), Term::Uninit);
        self.folded(&chain, nothing, BTreeSet::new(), span, &mut |lower, _, next| {
            let next = lower.owned(next, span);
            Term::maybe(Term::Known(true), next)
        })
    }

    /// The index of the first element.
    fn search(&mut self, chain: &Chain, span: Span) -> Term {
        let found = self.pseudo("found");
        let mut chain = chain.clone();
        chain.stages.push(Stage::First(found.clone()));
        self.run(&chain, BTreeSet::new(), span, &mut |_, _| {});
        self.env.remove(&found).unwrap_or(Term::Poison)
    }

    pub fn start_search(&mut self, found: &str) {
        self.env.insert(found.to_owned(), Term::maybe(Term::Known(false), Term::Uninit));
    }

    pub fn found(&mut self, found: &str, run: &Run) {
        let index = run.index.map_or(Term::Poison, Term::Value);
        self.env.insert(found.to_owned(), Term::maybe(Term::Known(true), index));
        self.jump(&run.end, Term::Unit);
    }

    /// Whether a second run of the functions that make the element of a chain goes unnoticed.
    fn can_run_again(&self, chain: &Chain) -> bool {
        let mut functions = Vec::new();
        functions_of(&chain.source, &mut functions);
        let stateless = chain.stages.iter().all(|stage| match stage {
            Stage::Copied | Stage::Filter(_) => true,
            Stage::Map(function) | Stage::FilterMap(function) => {
                functions.push(function);
                true
            }
            _ => false,
        });
        stateless
            && is_counted(&chain.source)
            && functions.into_iter().all(|function| self.is_quiet(function))
    }

    fn is_quiet(&self, function: &Expr) -> bool {
        let mut assigned = BTreeSet::new();
        self.assigned_in(function, &mut assigned);
        let mut effects = Effects(false);
        effects.visit_expr(function);
        matches!(function, Expr::Closure(_))
            && !effects.0
            && !assigned.iter().any(|name| self.env.contains_key(name))
    }

    /// What the stages make of the element that came through them.
    fn again(&mut self, stages: &[Stage], mut term: Term, span: Span) -> Term {
        for stage in stages {
            term = match stage {
                Stage::Copied => self.copied(term, span),
                Stage::Map(function) => {
                    let mapped = self.apply(function, vec![term]);
                    self.owned(mapped, span)
                }
                Stage::FilterMap(function) => {
                    let found = self.apply_attempt(function, vec![term]);
                    self.present(found, span)
                }
                _ => term,
            };
        }
        term
    }

    /// The payload of what is known to be there.
    fn present(&mut self, found: Term, span: Span) -> Term {
        if let Term::Maybe(parts) = found {
            return self.owned(parts.1, span);
        }
        let mut payload = Term::Poison;
        self.where_some(found, span, &mut |_, term| payload = term, &mut |_| Term::Never);
        payload
    }
}

/// Whether an index leads to the element.
fn is_counted(source: &Source) -> bool {
    match source {
        Source::Elements { .. } | Source::Windows { .. } | Source::Chunks { .. } | Source::Index => true,
        Source::Range { end, .. } => end.is_some(),
        Source::Repeat(_) | Source::Chain(..) | Source::Cycle(_) | Source::Stepped(..) => false,
        Source::Zip(a, b) => is_counted(a) && is_counted(b),
        Source::Enumerate(inner)
        | Source::Rev(inner)
        | Source::Skip(inner, _)
        | Source::Take(inner, _)
        | Source::StepBy(inner, _)
        | Source::Map(inner, _)
        | Source::Copied(inner) => is_counted(inner),
    }
}

/// Whether the elements are there whatever the index: references and integers.
fn only_refers(chain: &Chain) -> bool {
    fn refers(source: &Source) -> bool {
        match source {
            Source::Elements { by, .. } => *by == super::By::Ref,
            Source::Windows { .. } => true,
            Source::Zip(a, b) => refers(a) && refers(b),
            Source::Enumerate(inner) | Source::Skip(inner, _) | Source::Take(inner, _) => refers(inner),
            _ => false,
        }
    }
    chain.stages.iter().all(|stage| matches!(stage, Stage::Filter(_))) && refers(&chain.source)
}

/// Whether code may do more than compute.
struct Effects(bool);

impl<'ast> Visit<'ast> for Effects {
    fn visit_macro(&mut self, _: &'ast Macro) {
        self.0 = true;
    }

    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        self.0 |= !matches!(&*call.func, Expr::Path(path) if path.path.is_ident("Some"));
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let name = call.method.to_string();
        self.0 |= !is_pure_method(&name) && !matches!(name.as_str(), "then" | "then_some");
        visit::visit_expr_method_call(self, call);
    }
}
