//! Branches, and what becomes of names where their arms meet.

use proc_macro2::Span;

use super::stmt::Rest;
use super::{Env, Lower, Term, floats};
use crate::diag::Message;
use crate::ir::{Block, Branch, BranchKind, Init, Op, Place, Prim, Stmt, StoreHow, Ty, V};

/// An arm after its lowering.
pub struct Arm {
    pub stmts: Vec<Stmt>,
    env: Env,
    term: Term,
    results: Vec<V>,
}

impl<'a> Lower<'a> {
    /// A branch on a boolean.
    pub fn if_else(
        &mut self,
        cond: V,
        span: Span,
        then: impl FnOnce(&mut Self) -> Term,
        otherwise: impl FnOnce(&mut Self) -> Term,
    ) -> Term {
        let before = self.env.clone();
        let first = self.arm(then);
        self.env.clone_from(&before);
        let second = self.arm(otherwise);
        self.join(BranchKind::If(cond), before, vec![first, second], span)
    }

    /// A branch on a boolean whose arms share a continuation, which at most one of them calls.
    pub fn if_else_with(
        &mut self,
        cond: V,
        span: Span,
        rest: Rest<'_, 'a>,
        then: impl FnOnce(&mut Self, Rest<'_, 'a>) -> Term,
        otherwise: impl FnOnce(&mut Self, Rest<'_, 'a>) -> Term,
    ) -> Term {
        let before = self.env.clone();
        let first = self.arm(|lower| then(lower, rest));
        self.env.clone_from(&before);
        let second = self.arm(|lower| otherwise(lower, rest));
        self.join(BranchKind::If(cond), before, vec![first, second], span)
    }

    /// A branch with any number of arms; `arm(self, i)` lowers the arm with number `i`.
    pub fn choose(
        &mut self,
        kind: BranchKind,
        count: usize,
        span: Span,
        mut arm: impl FnMut(&mut Self, usize) -> Term,
    ) -> Term {
        let before = self.env.clone();
        let mut arms = Vec::new();
        for number in 0..count {
            self.env.clone_from(&before);
            arms.push(self.arm(|lower| arm(lower, number)));
        }
        self.join(kind, before, arms, span)
    }

    fn arm(&mut self, inside: impl FnOnce(&mut Self) -> Term) -> Arm {
        let (stmts, term) = self.in_block(inside);
        Arm { stmts, env: self.env.clone(), term, results: Vec::new() }
    }

    fn join(&mut self, kind: BranchKind, before: Env, mut arms: Vec<Arm>, span: Span) -> Term {
        for arm in arms.iter_mut().filter(|arm| crate::ir::diverge(&arm.stmts)) {
            arm.term = Term::Never;
            arm.env.values_mut().for_each(|term| *term = Term::Never);
        }
        if let (BranchKind::If(_), [first, second]) = (&kind, &arms[..])
            && is_dead(first) != is_dead(second)
        {
            return self.only(kind, &before, arms, span);
        }
        let mut results = Vec::new();
        let cond = match &kind {
            BranchKind::If(cond) => Some(*cond),
            _ => None,
        };
        let mut joined = Vec::new();
        for (name, old) in before {
            let terms: Vec<Term> =
                arms.iter().map(|arm| arm.env.get(&name).cloned().unwrap_or(Term::Uninit)).collect();
            // What no jump brought is never asked for.
            let nothing = |term: &Term| {
                name.starts_with('$') && matches!(term, Term::Uninit) || matches!(term, Term::Never)
            };
            let term = if terms.iter().all(|term| term.is_same(&old) || nothing(term)) {
                old
            } else {
                self.join_terms(&name, &terms, &mut arms, &mut results, cond, span)
            };
            joined.push((name, term));
        }
        let terms: Vec<Term> = arms.iter().map(|arm| arm.term.clone()).collect();
        let term = self.join_terms("t", &terms, &mut arms, &mut results, cond, span);
        self.env = joined.into_iter().collect();
        let arms = arms.into_iter().map(|arm| self.finish_block(arm.stmts, arm.results)).collect();
        self.stmts.push(Stmt::Branch(Branch { kind, arms, results, span }));
        term
    }

    /// Where one arm leaves the function, the other one simply follows.
    fn only(&mut self, kind: BranchKind, before: &Env, arms: Vec<Arm>, span: Span) -> Term {
        let mut blocks = Vec::new();
        let mut following = None;
        for arm in arms {
            if is_dead(&arm) {
                blocks.push(self.finish_block(arm.stmts, Vec::new()));
            } else {
                blocks.push(self.finish_block(Vec::new(), Vec::new()));
                following = Some(arm);
            }
        }
        self.stmts.push(Stmt::Branch(Branch { kind, arms: blocks, results: Vec::new(), span }));
        let Some(arm) = following else { return Term::Never };
        self.stmts.extend(arm.stmts);
        self.env = arm.env.into_iter().filter(|(name, _)| before.contains_key(name)).collect();
        arm.term
    }

    pub fn finish_block(&mut self, stmts: Vec<Stmt>, results: Vec<V>) -> Block {
        let mut block = self.body.new_block();
        block.stmts = stmts;
        block.results = results;
        block
    }

    /// What something is after the branch that is `terms[i]` at the end of arm `i`.
    pub fn join_terms(
        &mut self,
        name: &str,
        terms: &[Term],
        arms: &mut [Arm],
        results: &mut Vec<V>,
        cond: Option<V>,
        span: Span,
    ) -> Term {
        if let Some(poison) = terms.iter().find(|term| matches!(term, Term::Poison)) {
            return poison.clone();
        }
        let real: Vec<&Term> =
            terms.iter().filter(|term| !matches!(term, Term::Never | Term::Uninit)).collect();
        let Some(first) = real.first() else {
            return if terms.iter().all(|term| matches!(term, Term::Never)) {
                Term::Never
            } else {
                Term::Uninit
            };
        };
        if terms.iter().all(|term| term.is_same(first)) || real.iter().all(|term| matches!(term, Term::Unit))
        {
            return (*first).clone();
        }
        if let Some(elements) = components(terms) {
            let joined = elements
                .into_iter()
                .map(|terms| self.join_terms(name, &terms, arms, results, cond, span))
                .collect();
            return Term::Tuple(joined);
        }
        if real.iter().all(|term| matches!(term, Term::Maybe(_))) {
            let some: Vec<Term> = terms.iter().map(|term| part(term, |parts| &parts.0)).collect();
            let payload: Vec<Term> = terms.iter().map(|term| part(term, |parts| &parts.1)).collect();
            let some = self.join_terms(name, &some, arms, results, cond, span);
            let error: Vec<Term> = terms.iter().map(|term| part(term, |parts| &parts.2)).collect();
            let payload = self.join_terms(name, &payload, arms, results, cond, span);
            // One of them is an `Option` for sure, so they all are.
            if error.iter().any(|error| matches!(error, Term::Unit)) {
                return Term::maybe(some, payload);
            }
            return Term::outcome(some, payload, self.join_terms(name, &error, arms, results, cond, span));
        }
        if let (Some(cond), [Term::Known(then), Term::Known(otherwise)]) = (cond, terms)
            && then != otherwise
        {
            return Term::Value(if *then {
                cond
            } else {
                self.bind("t", Ty::Bool, Op::Prim(Prim::Not, vec![cond]), span)
            });
        }
        if real.iter().any(|term| matches!(term, Term::Closure(_) | Term::Chain(_) | Term::Unit)) {
            return self.not_yet(span, "a closure or an iterator that depends on a branch");
        }
        if let Some(term) = self.join_references(name, terms, arms, results, cond, span) {
            return term;
        }
        let memory = real.iter().filter_map(|term| term.place()).any(|place| self.is_sequence(place));
        if memory {
            self.join_memory(name, terms, arms, span)
        } else {
            self.join_values(name, terms, arms, results, span)
        }
    }

    /// Whether memory is joined as memory; anything else is joined as a value.
    fn is_sequence(&self, place: &Place) -> bool {
        matches!(self.place_ty(place), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_) | Ty::Tuple(_))
    }

    /// One value out of one per arm.
    fn join_values(
        &mut self,
        name: &str,
        terms: &[Term],
        arms: &mut [Arm],
        results: &mut Vec<V>,
        span: Span,
    ) -> Term {
        let reference = terms.iter().any(|term| matches!(term, Term::ValueRef(_) | Term::Ref { .. }));
        if terms.iter().any(|term| matches!(term, Term::Ref { mutable: true, .. })) {
            return self.refuse(span, &Message::branching_reference());
        }
        let mut values = Vec::new();
        for (term, arm) in terms.iter().zip(arms.iter_mut()) {
            std::mem::swap(&mut self.stmts, &mut arm.stmts);
            values.push(match term {
                Term::Never | Term::Uninit => None,
                term => Some(self.value(term.clone(), span)),
            });
            std::mem::swap(&mut self.stmts, &mut arm.stmts);
        }
        let known: Vec<V> = values.iter().copied().flatten().collect();
        let ty = self.common(&known);
        let varied = known.iter().any(|v| self.is_varied(*v));
        for (value, arm) in values.into_iter().zip(arms.iter_mut()) {
            let value = value.unwrap_or_else(|| {
                std::mem::swap(&mut self.stmts, &mut arm.stmts);
                let undef = self.bind("t", ty.clone(), Op::Undef, span);
                std::mem::swap(&mut self.stmts, &mut arm.stmts);
                undef
            });
            arm.results.push(value);
        }
        let result = self.new_value(name, ty, varied, span);
        results.push(result);
        if reference { Term::ValueRef(result) } else { Term::Value(result) }
    }

    /// What is known of the one type that these values have; each learns it.
    pub fn common(&mut self, values: &[V]) -> Ty {
        let mut ty = Ty::Unknown;
        for &v in values {
            let known = self.body.value(v).ty.clone();
            self.floats.unify(&ty, &known);
            ty = floats::merge(&ty, &known);
        }
        for &v in values {
            self.learn(v, &ty);
        }
        self.floats.resolve(&ty)
    }

    /// A value is known to be of this type.
    pub fn learn(&mut self, v: V, ty: &Ty) {
        let value = &mut self.body.values[v.0 as usize];
        self.floats.unify(&value.ty, ty);
        value.ty = floats::merge(&value.ty, ty);
    }

    /// Memory that each arm fills: declared before the branch.
    pub fn join_memory(&mut self, name: &str, terms: &[Term], arms: &mut [Arm], span: Span) -> Term {
        if terms.iter().any(|term| matches!(term, Term::Ref { .. })) {
            return self.refuse(span, &Message::branching_reference());
        }
        let mut ty = Ty::Unknown;
        let mut varied = false;
        for place in terms.iter().filter_map(Term::place) {
            let known = self.place_ty(place);
            self.floats.unify(&ty, &known);
            ty = floats::merge(&ty, &known);
            varied |= self.is_varied_place(place);
        }
        let var = self.new_var(name, ty, varied, span);
        self.stmts.push(Stmt::Declare { var, init: Init::Uninit });
        for (term, arm) in terms.iter().zip(arms.iter_mut()) {
            if matches!(term, Term::Never | Term::Uninit) {
                continue;
            }
            std::mem::swap(&mut self.stmts, &mut arm.stmts);
            let value = self.value(term.clone(), span);
            self.store(Place::whole(var), StoreHow::Set, value);
            std::mem::swap(&mut self.stmts, &mut arm.stmts);
        }
        self.fresh.insert(var);
        Term::Place(Place::whole(var))
    }
}

/// Whether the end of an arm is never reached, as the function is left in it.
fn is_dead(arm: &Arm) -> bool {
    crate::ir::diverge(&arm.stmts)
}

/// A part of an `Option`.
fn part(term: &Term, which: impl Fn(&(Term, Term, Term)) -> &Term) -> Term {
    match term {
        Term::Maybe(parts) => which(parts).clone(),
        _ => Term::Never,
    }
}

/// The components of tuples of one arity, per component.
fn components(terms: &[Term]) -> Option<Vec<Vec<Term>>> {
    let arity = terms.iter().find_map(|term| match term {
        Term::Tuple(elements) => Some(elements.len()),
        _ => None,
    })?;
    let mut out = vec![Vec::new(); arity];
    for term in terms {
        match term {
            Term::Tuple(elements) if elements.len() == arity => {
                out.iter_mut().zip(elements).for_each(|(slot, element)| slot.push(element.clone()));
            }
            Term::Never | Term::Uninit => out.iter_mut().for_each(|slot| slot.push(Term::Never)),
            _ => return None,
        }
    }
    Some(out)
}
