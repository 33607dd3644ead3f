//! Giving a statement other identities: what it defines, and the memory that it names.

use proc_macro2::Ident;

use super::{Arg, Binding, Branch, BranchKind, Call, Head, Init, M, Op, Place, Slot, Stmt, TangentArg, V};

impl Branch {
    /// What the patterns of its arms bind.
    pub fn binds(&self) -> Vec<V> {
        match &self.kind {
            BranchKind::Match { arms, .. } => {
                arms.iter().flat_map(|arm| arm.binds.iter().map(|(_, v)| *v)).collect()
            }
            BranchKind::If(_) | BranchKind::Switch(_) => Vec::new(),
        }
    }
}

impl Stmt {
    /// Calls `f` on every value that the statement defines, for the enclosing block or for the blocks inside it.
    pub fn map_definitions(&mut self, f: &mut impl FnMut(V) -> V) {
        match self {
            Self::Let { value, .. } => *value = f(*value),
            Self::Branch(branch) => {
                branch.results.iter_mut().for_each(|v| *v = f(*v));
                if let BranchKind::Match { selector, arms, .. } = &mut branch.kind {
                    *selector = f(*selector);
                    arms.iter_mut().flat_map(|arm| &mut arm.binds).for_each(|(_, v)| *v = f(*v));
                }
            }
            Self::Loop(looped) => {
                looped.count = f(looped.count);
                for carried in &mut looped.carried {
                    carried.param = f(carried.param);
                    carried.result = f(carried.result);
                }
                match &mut looped.head {
                    Head::Range { index, .. } => *index = f(*index),
                    Head::While(_) | Head::Forever => {}
                    Head::Replay(replay) => {
                        replay.range.iter_mut().for_each(|(index, _)| *index = f(*index));
                        replay.tape.iter_mut().flat_map(|(_, fields)| fields).for_each(|v| *v = f(*v));
                    }
                }
            }
            Self::Call(call) => {
                let tangent = call.tangent.iter_mut().filter_map(|tangent| tangent.result.as_mut());
                call.result.iter_mut().chain(&mut call.pullback).chain(tangent).for_each(|v| *v = f(*v));
            }
            Self::Pullback(pullback) => {
                let result = pullback.call.iter_mut().filter_map(|call| call.result.as_mut());
                result.for_each(|v| *v = f(*v));
                pullback.slots.iter_mut().for_each(|slot| slot.map_value(f));
            }
            Self::Second(second) => second.all_slots_mut().for_each(|slot| slot.map_value(f)),
            Self::Declare { .. }
            | Self::Store { .. }
            | Self::Effect(_)
            | Self::Record { .. }
            | Self::Swap { .. }
            | Self::Keep { .. }
            | Self::Clear { .. } => {}
        }
    }

    /// Calls `f` on every variable that the statement itself names (not those in the blocks inside it).
    pub fn map_vars(&mut self, f: &mut impl FnMut(M) -> M) {
        match self {
            Self::Let { op, .. } => op_vars(op, f),
            Self::Declare { var, init } => {
                *var = f(*var);
                init_vars(init, f);
            }
            Self::Store { place, .. } | Self::Clear { place, .. } => place_var(place, f),
            Self::Swap { a, b } => {
                *a = f(*a);
                *b = f(*b);
            }
            Self::Effect(effect) => {
                uses_vars(&mut effect.uses, f);
                effect.writes.iter_mut().for_each(|m| *m = f(*m));
            }
            Self::Branch(branch) => {
                if let BranchKind::Match { scrutinee, arms, .. } = &mut branch.kind {
                    uses_vars(&mut scrutinee.uses, f);
                    arms.iter_mut()
                        .filter_map(|arm| arm.guard.as_mut())
                        .for_each(|guard| uses_vars(&mut guard.uses, f));
                }
            }
            Self::Loop(looped) => {
                if let Head::Replay(replay) = &mut looped.head {
                    replay.tape.iter_mut().for_each(|(tape, _)| *tape = f(*tape));
                }
            }
            Self::Call(call) => call_vars(call, f),
            Self::Pullback(pullback) => {
                pullback.call.iter_mut().for_each(|call| call_vars(call, f));
                pullback.slots.iter_mut().for_each(|slot| slot.map_var(f));
            }
            Self::Second(second) => {
                call_vars(&mut second.call, f);
                second.all_slots_mut().for_each(|slot| slot.map_var(f));
            }
            Self::Record { tape, .. } => *tape = f(*tape),
            Self::Keep { tape, place } => {
                *tape = f(*tape);
                place_var(place, f);
            }
        }
    }
}

impl Slot {
    fn map_value(&mut self, f: &mut impl FnMut(V) -> V) {
        if let Self::Value(v) = self {
            *v = f(*v);
        }
    }

    fn map_var(&mut self, f: &mut impl FnMut(M) -> M) {
        if let Self::Ref(place) | Self::Scratch(place) = self {
            place_var(place, f);
        }
    }
}

fn call_vars(call: &mut Call, f: &mut impl FnMut(M) -> M) {
    for arg in &mut call.args {
        match arg {
            Arg::Value(_) => {}
            Arg::Ref { place, .. } => place_var(place, f),
            Arg::Opaque(opaque) => uses_vars(&mut opaque.uses, f),
        }
    }
    call.fails.opaques_mut().for_each(|opaque| uses_vars(&mut opaque.uses, f));
    for arg in call.tangent.iter_mut().flat_map(|tangent| &mut tangent.args) {
        if let TangentArg::Ref { place, .. } = arg {
            place_var(place, f);
        }
    }
}

fn place_var(place: &mut Place, f: &mut impl FnMut(M) -> M) {
    place.base = f(place.base);
}

fn uses_vars(uses: &mut [(Ident, Binding)], f: &mut impl FnMut(M) -> M) {
    for (_, binding) in uses {
        if let Binding::Var(m) = binding {
            *m = f(*m);
        }
    }
}

fn op_vars(op: &mut Op, f: &mut impl FnMut(M) -> M) {
    match op {
        Op::Load(place)
        | Op::Len(place)
        | Op::ZeroTangentAt(place)
        | Op::SumOver(place)
        | Op::Snapshot(place) => {
            place_var(place, f);
        }
        Op::Opaque(opaque) => uses_vars(&mut opaque.uses, f),
        _ => {}
    }
}

fn init_vars(init: &mut Init, f: &mut impl FnMut(M) -> M) {
    match init {
        Init::Fill { len, .. } => uses_vars(&mut len.uses, f),
        Init::Copy { from, .. } => place_var(from, f),
        Init::Opaque(opaque) => uses_vars(&mut opaque.uses, f),
        Init::Zeros { like, .. } => *like = f(*like),
        Init::Row(row) => place_var(&mut row.of, f),
        Init::Kept { tape, .. } => *tape = f(*tape),
        Init::Uninit | Init::Elements(_) | Init::Value(_) | Init::Struct { .. } | Init::Tape(_) => {}
    }
}
