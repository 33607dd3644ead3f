//! `match`, `if let`, `let … else`, `while let`.
//!
//! Where what is matched is constant, the user's patterns stay: the branch is a [`BranchKind::Match`]. Where it's active
//! its shape is known (a tuple, an array, an `Option` made here), and a pattern becomes a boolean and some names.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprIf, ExprMatch, ExprWhile, Pat};

use super::jump::{self, TargetKind};
use super::loops::{Repeat, RepeatHead};
use super::scrutinee::Scrutinee;
use super::stmt::{Rest, strip};
use super::variant::last_is;
use super::{Lower, Term, scan};
use crate::ir::{BranchKind, MatchArm, Opaque, Ty, V};

/// A pattern with its guard.
pub struct Case<'p> {
    pub pat: &'p Pat,
    pub guard: Option<&'p Expr>,
}

impl<'p> Case<'p> {
    fn of(pat: &'p Pat) -> Self {
        match pat {
            Pat::Guard(guarded) => Self { pat: &guarded.pat, guard: Some(&guarded.guard) },
            pat => Self { pat, guard: None },
        }
    }
}

impl<'a> Lower<'a> {
    /// `match`.
    pub fn match_(&mut self, choice: &ExprMatch) -> Term {
        let cases: Vec<Case<'_>> = choice.arms.iter().map(|arm| Case::of(&arm.pat)).collect();
        let scrutinee = self.scrutinee(&choice.expr, &cases);
        self.cases(&scrutinee, &cases, choice.match_token.span, &mut |lower, number| {
            lower.expr(&choice.arms[number].body)
        })
    }

    /// A `match` out of which a jump may lead, then the rest.
    pub fn split_match(&mut self, choice: &ExprMatch, rest: Rest<'_, 'a>) -> Term {
        let falling = choice.arms.iter().filter(|arm| !jump::expr_always_jumps(&arm.body)).count();
        // The arm of alternatives with names may be lowered once for each.
        let several = |arm: &syn::Arm| matches!(&arm.pat, Pat::Or(_)) && !scan::bound(&arm.pat).is_empty();
        if falling > 1 || choice.arms.iter().any(several) {
            let term = self.match_(choice);
            return self.guarded(term, rest, choice.match_token.span);
        }
        let cases: Vec<Case<'_>> = choice.arms.iter().map(|arm| Case::of(&arm.pat)).collect();
        let scrutinee = self.scrutinee(&choice.expr, &cases);
        self.cases(&scrutinee, &cases, choice.match_token.span, &mut |lower, number| {
            let body = &choice.arms[number].body;
            if jump::expr_always_jumps(body) { lower.expr(body) } else { lower.split(body, rest) }
        })
    }

    /// `let pat = expr else { diverge };`, then the rest.
    pub fn let_else(&mut self, pat: &Pat, expr: &Expr, diverge: &Expr, rest: Rest<'_, 'a>) -> Term {
        let wild: Pat = syn::parse_quote!(_);
        let cases = [Case::of(pat), Case::of(&wild)];
        let scrutinee = self.scrutinee(expr, &cases);
        self.cases(&scrutinee, &cases, pat.span(), &mut |lower, number| {
            if number == 0 { rest(lower, Term::Unit) } else { lower.expr(diverge) }
        })
    }

    /// `if` with a `let` in its condition.
    pub fn if_let(&mut self, branch: &ExprIf) -> Term {
        let conditions = conjuncts(&branch.cond);
        let otherwise = |lower: &mut Self| match &branch.else_branch {
            Some((_, otherwise)) => lower.expr(otherwise),
            None => Term::Unit,
        };
        if let [Expr::Let(only)] = &conditions[..] {
            let wild: Pat = syn::parse_quote!(_);
            let cases = [Case::of(&only.pat), Case::of(&wild)];
            let scrutinee = self.scrutinee(&only.expr, &cases);
            return self.cases(&scrutinee, &cases, branch.cond.span(), &mut |lower, number| {
                if number == 0 { lower.block(&branch.then_branch) } else { otherwise(lower) }
            });
        }
        // The first condition that fails leads to `else`: what succeeds jumps over it.
        let target = self.enter(TargetKind::Hidden, None);
        let done = target.clone();
        self.chain_of_conditions(&conditions, &mut |lower| {
            let term = lower.block(&branch.then_branch);
            if matches!(term, Term::Never) { term } else { lower.jump(&done, term) }
        });
        self.guarded(
            Term::Unit,
            &mut |lower, _| {
                let term = otherwise(lower);
                if matches!(term, Term::Never) { term } else { lower.jump(&target, term) }
            },
            branch.cond.span(),
        );
        self.leave(&target).1
    }

    /// Runs `then` if all the conditions hold.
    fn chain_of_conditions(&mut self, conditions: &[&Expr], then: &mut dyn FnMut(&mut Self) -> Term) -> Term {
        let Some((first, others)) = conditions.split_first() else { return then(self) };
        let span = first.span();
        if let Expr::Let(condition) = first {
            let wild: Pat = syn::parse_quote!(_);
            let cases = [Case::of(&condition.pat), Case::of(&wild)];
            let scrutinee = self.scrutinee(&condition.expr, &cases);
            return self.cases(&scrutinee, &cases, span, &mut |lower, number| {
                if number == 0 { lower.chain_of_conditions(others, then) } else { Term::Unit }
            });
        }
        let cond = self.condition(first);
        self.if_else(cond, span, |lower| lower.chain_of_conditions(others, then), |_| Term::Unit)
    }

    /// `while let`: a loop that ends where the pattern doesn't match.
    pub fn while_let(&mut self, looped: &ExprWhile) -> Term {
        if let Some(term) = self.while_next(looped) {
            return term;
        }
        let conditions = conjuncts(&looped.cond);
        let checkpoint = self.checkpoint(&looped.attrs);
        let mut assigned = self.assigned(&looped.body);
        self.assigned_in(&looped.cond, &mut assigned);
        let span = looped.while_token.span;
        let repeat = Repeat {
            head: RepeatHead::Forever,
            assigned,
            label: looped.label.as_ref(),
            checkpoint,
            breaks: true,
            continues: true,
            span,
        };
        self.repeat(repeat, |lower, _| {
            let Some(end) = lower.targets.iter().rev().nth(1).cloned() else { return };
            let inner = lower.enter(TargetKind::Hidden, None);
            let done = inner.clone();
            lower.chain_of_conditions(&conditions, &mut |lower| {
                let term = lower.block(&looped.body);
                if matches!(term, Term::Never) { term } else { lower.jump(&done, Term::Unit) }
            });
            lower.guarded(Term::Unit, &mut |lower, _| lower.jump(&end, Term::Unit), span);
            lower.leave(&inner);
        });
        Term::Unit
    }

    /// `while let Some(x) = it.next()`, where nothing else uses `it`: a loop over it.
    fn while_next(&mut self, looped: &ExprWhile) -> Option<Term> {
        let Expr::Let(condition) = strip(&looped.cond) else { return None };
        let Expr::MethodCall(call) = strip(&condition.expr) else { return None };
        let name = scan::name(&call.receiver)?;
        let Some(Term::Chain(chain)) = self.env.get(&name).cloned() else { return None };
        let Pat::TupleStruct(some) = &*condition.pat else { return None };
        let alone = self.facts.occurrences.get(&name).copied() == Some(2);
        if call.method != "next" || some.elems.len() != 1 || !alone {
            return None;
        }
        let chain = self.rest_of(&chain);
        let checkpoint = self.checkpoint(&looped.attrs);
        let driven = super::iter::Driven {
            chain: &chain,
            assigned: self.assigned(&looped.body),
            label: looped.label.as_ref(),
            checkpoint,
            name: None,
            user: true,
            span: looped.while_token.span,
        };
        self.drive(driven, &mut |lower, term| {
            lower.bind_pattern(&some.elems[0], term);
            lower.block(&looped.body);
        });
        Some(Term::Unit)
    }

    /// A branch with one arm per case.
    fn cases(
        &mut self,
        scrutinee: &Scrutinee,
        cases: &[Case<'_>],
        span: Span,
        arm: &mut dyn FnMut(&mut Self, usize) -> Term,
    ) -> Term {
        match scrutinee {
            Scrutinee::Constant(opaque, ty) => self.constant_cases(opaque.clone(), ty, cases, span, arm),
            Scrutinee::Call(call) => self.call_cases(call, cases, arm),
            Scrutinee::Active(term @ (Term::Poison | Term::Never)) => term.clone(),
            Scrutinee::Active(term) => match self.variant_place(term, cases, span) {
                Some(place) => self.variant_cases(term, &place, cases, span, arm),
                None => self.active_cases(term, cases, 0, span, arm),
            },
        }
    }

    /// A call that fails or doesn't, with a case for each.
    fn call_cases(
        &mut self,
        call: &Expr,
        cases: &[Case<'_>],
        arm: &mut dyn FnMut(&mut Self, usize) -> Term,
    ) -> Term {
        let Some((success, failure)) = ends(cases) else { return Term::Poison };
        self.decided(call, &mut |lower, outcome| {
            let (number, term) = match outcome {
                Ok(payload) => (success, payload),
                Err(error) => (failure, Term::Value(error)),
            };
            if let Pat::TupleStruct(tuple) = cases[number].pat
                && let Some(inner) = tuple.elems.first()
            {
                lower.bind_pattern(inner, term);
            }
            arm(lower, number)
        })
    }

    /// The user's patterns, as they are.
    fn constant_cases(
        &mut self,
        scrutinee: Opaque,
        ty: &Ty,
        cases: &[Case<'_>],
        span: Span,
        arm: &mut dyn FnMut(&mut Self, usize) -> Term,
    ) -> Term {
        let mut arms = Vec::new();
        for case in cases {
            let mut binds = Vec::new();
            self.pattern_names(case.pat, ty, &mut binds);
            let guard = case.guard.map(|guard| self.opaque_of(guard));
            arms.push(MatchArm { pat: Box::new(case.pat.clone()), guard, binds });
        }
        let selector = self.new_value("arm", Ty::Int, false, span);
        let count = arms.len();
        let names: Vec<Vec<(syn::Ident, V)>> = arms.iter().map(|arm| arm.binds.clone()).collect();
        self.choose(BranchKind::Match { scrutinee, arms, selector }, count, span, |lower, number| {
            for (name, v) in &names[number] {
                lower.bind_name(name, Term::Value(*v));
            }
            arm(lower, number)
        })
    }

    /// A value for each name of a pattern.
    fn pattern_names(&mut self, pat: &Pat, ty: &Ty, binds: &mut Vec<(syn::Ident, V)>) {
        match pat {
            Pat::Ident(ident) if scan::is_constant_pattern(ident) => {}
            Pat::Ident(ident) => {
                let known = if matches!(ty, Ty::Int | Ty::Bool) { ty.clone() } else { Ty::Constant };
                let name = ident.ident.to_string();
                if !binds.iter().any(|(other, _)| *other == ident.ident) {
                    let v = self.new_value(&name, known, false, ident.ident.span());
                    self.env.insert(name, Term::Value(v));
                    binds.push((ident.ident.clone(), v));
                }
            }
            Pat::Or(or) => or.cases.iter().for_each(|case| self.pattern_names(case, ty, binds)),
            Pat::Paren(inner) => self.pattern_names(&inner.pat, ty, binds),
            Pat::Reference(inner) => self.pattern_names(&inner.pat, ty, binds),
            Pat::Tuple(tuple) => {
                for (index, element) in tuple.elems.iter().enumerate() {
                    self.pattern_names(element, &ty.tuple_field(index), binds);
                }
            }
            Pat::TupleStruct(tuple) => {
                let payload = match super::variant::payload_ty(ty, &tuple.path, &self.scalars) {
                    known @ (Ty::Int | Ty::Bool) => known,
                    _ => Ty::Constant,
                };
                for element in &tuple.elems {
                    self.pattern_names(element, &payload, binds);
                }
            }
            Pat::Struct(fields) => {
                fields.fields.iter().for_each(|field| self.pattern_names(&field.pat, &Ty::Constant, binds));
            }
            Pat::Slice(slice) => {
                slice.elems.iter().for_each(|element| self.pattern_names(element, &Ty::Constant, binds));
            }
            _ => {}
        }
    }

    /// Patterns over active data become booleans.
    fn active_cases(
        &mut self,
        term: &Term,
        cases: &[Case<'_>],
        first: usize,
        span: Span,
        arm: &mut dyn FnMut(&mut Self, usize) -> Term,
    ) -> Term {
        let Some(case) = cases.get(first) else { return Term::Never };
        let test = match self.matches(case.pat, term) {
            Ok(test) => test,
            Err(message) => return self.refuse(case.pat.span(), &message),
        };
        let test = match (test, case.guard) {
            (test, None) => test,
            (None, Some(guard)) => {
                self.bind_matched(case.pat, term);
                Some(self.condition(guard))
            }
            (Some(test), Some(guard)) => {
                let guarded = self.if_else(
                    test,
                    span,
                    |lower| {
                        lower.bind_matched(case.pat, term);
                        Term::Value(lower.condition(guard))
                    },
                    |lower| Term::Value(lower.boolean(false, span)),
                );
                Some(self.value(guarded, span))
            }
        };
        match test {
            Some(test) if first + 1 < cases.len() => {
                // Two closures want the same `arm`: the branch calls one after the other.
                let arm = std::cell::RefCell::new(arm);
                self.if_else(
                    test,
                    span,
                    |lower| {
                        lower.bind_matched(case.pat, term);
                        (arm.borrow_mut())(lower, first)
                    },
                    |lower| lower.active_cases(term, cases, first + 1, span, &mut **arm.borrow_mut()),
                )
            }
            _ => {
                self.bind_matched(case.pat, term);
                arm(self, first)
            }
        }
    }

    /// Binds the names of a pattern that matches.
    fn bind_matched(&mut self, pat: &Pat, term: &Term) {
        match (pat, term) {
            // There never is anything: nothing is said of it.
            (_, Term::Uninit) => {
                for name in scan::bound(pat) {
                    self.env.insert(name, Term::Uninit);
                }
            }
            (Pat::Paren(inner), _) => self.bind_matched(&inner.pat, term),
            (Pat::Reference(inner), _) => {
                let term = Self::deref(term.clone());
                self.bind_matched(&inner.pat, &term);
            }
            (Pat::TupleStruct(some), Term::Maybe(parts)) => {
                if last_is(&some.path, "Err") {
                    self.bind_error(some, &parts.2);
                } else if let Some(payload) = some.elems.first() {
                    self.bind_matched(payload, &parts.1);
                }
            }
            (Pat::Tuple(tuple), Term::Tuple(elements)) if tuple.elems.len() == elements.len() => {
                tuple.elems.iter().zip(elements).for_each(|(pat, element)| self.bind_matched(pat, element));
            }
            (Pat::Ident(ident), _) if ident.subpat.is_some() => self.bind_name(&ident.ident, term.clone()),
            (Pat::Ident(ident), _) if scan::is_constant_pattern(ident) => {}
            (Pat::Lit(_) | Pat::Range(_) | Pat::Path(_) | Pat::Wild(_) | Pat::Or(_), _) => {}
            _ => self.bind_pattern(pat, term.clone()),
        }
    }
}

impl Lower<'_> {
    /// Binds what `Err(..)` names: errors are constants.
    fn bind_error(&mut self, pat: &syn::PatTupleStruct, error: &Term) {
        let names = pat.elems.iter().any(|pat| !scan::bound(pat).is_empty());
        if let (true, Some(inner)) = (names, pat.elems.first()) {
            let error = self.error_of(error, pat.span());
            self.bind_pattern(inner, error);
        }
    }
}

/// Of two cases: which one is for what is there, and which for what isn't.
pub fn ends(cases: &[Case<'_>]) -> Option<(usize, usize)> {
    let [first, second] = cases else { return None };
    if first.guard.is_some() || second.guard.is_some() {
        return None;
    }
    let is_success = |pat: &Pat| matches!(pat, Pat::TupleStruct(tuple) if !last_is(&tuple.path, "Err"));
    let plain = |pat: &Pat| match pat {
        Pat::Wild(_) => true,
        Pat::TupleStruct(tuple) => !tuple.elems.iter().any(super::pattern_test::refutable),
        other => scan::is_of_outcome(other) && !matches!(other, Pat::Or(_)),
    };
    if !plain(first.pat) || !plain(second.pat) {
        return None;
    }
    match (is_success(first.pat), is_success(second.pat)) {
        (true, false) => Some((0, 1)),
        (false, true) => Some((1, 0)),
        _ => None,
    }
}

/// The conditions that `&&` joins.
fn conjuncts(cond: &Expr) -> Vec<&Expr> {
    match strip(cond) {
        Expr::Binary(binary) if matches!(binary.op, syn::BinOp::And(_)) => {
            let mut all = conjuncts(&binary.left);
            all.extend(conjuncts(&binary.right));
            all
        }
        other => vec![other],
    }
}
