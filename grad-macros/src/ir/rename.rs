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
        self.map_places(&mut |place| place.base = f(place.base));
        for (_, binding) in self.uses_mut().into_iter().flatten() {
            if let Binding::Var(m) = binding {
                *m = f(*m);
            }
        }
        match self {
            Self::Declare { var, init } => {
                *var = f(*var);
                if let Init::Zeros { like: m, .. } | Init::Kept { tape: m, .. } = init {
                    *m = f(*m);
                }
            }
            Self::Swap { a, b } => {
                *a = f(*a);
                *b = f(*b);
            }
            Self::Effect(effect) => effect.writes.iter_mut().for_each(|m| *m = f(*m)),
            Self::Loop(looped) => {
                if let Head::Replay(replay) = &mut looped.head {
                    replay.tape.iter_mut().for_each(|(tape, _)| *tape = f(*tape));
                }
            }
            Self::Record { tape, .. } | Self::Keep { tape, .. } => *tape = f(*tape),
            Self::Let { .. }
            | Self::Store { .. }
            | Self::Clear { .. }
            | Self::Branch(_)
            | Self::Call(_)
            | Self::Pullback(_)
            | Self::Second(_) => {}
        }
    }

    /// Calls `f` on every place that the statement itself names (not those in the blocks inside it).
    pub fn map_places(&mut self, f: &mut dyn FnMut(&mut Place)) {
        match self {
            Self::Let {
                op:
                    Op::Load(place)
                    | Op::Len(place)
                    | Op::ZeroTangentAt(place)
                    | Op::SumOver(place)
                    | Op::Snapshot(place),
                ..
            }
            | Self::Declare { init: Init::Copy { from: place, .. }, .. }
            | Self::Store { place, .. }
            | Self::Clear { place, .. }
            | Self::Keep { place, .. } => f(place),
            Self::Let { op: Op::Dot(places), .. } => {
                f(&mut places.0);
                f(&mut places.1);
            }
            Self::Declare { init: Init::Row(row), .. } => f(&mut row.of),
            Self::Call(call) => call_places(call, f),
            Self::Pullback(pullback) => {
                pullback.call.iter_mut().for_each(|call| call_places(call, f));
                pullback.slots.iter_mut().for_each(|slot| slot.map_place(f));
            }
            Self::Second(second) => {
                call_places(&mut second.call, f);
                second.all_slots_mut().for_each(|slot| slot.map_place(f));
            }
            Self::Let { .. }
            | Self::Declare { .. }
            | Self::Effect(_)
            | Self::Branch(_)
            | Self::Loop(_)
            | Self::Record { .. }
            | Self::Swap { .. } => {}
        }
    }

    /// What the names in the user's words are, in the statement itself.
    pub fn uses_mut(&mut self) -> Vec<&mut Vec<(Ident, Binding)>> {
        match self {
            Self::Let { op: Op::Opaque(opaque), .. }
            | Self::Declare { init: Init::Opaque(opaque) | Init::Fill { len: opaque, .. }, .. } => {
                vec![&mut opaque.uses]
            }
            Self::Effect(effect) => vec![&mut effect.uses],
            Self::Branch(Branch { kind: BranchKind::Match { scrutinee, arms, .. }, .. }) => {
                let guards = arms.iter_mut().filter_map(|arm| arm.guard.as_mut());
                guards.chain([scrutinee]).map(|opaque| &mut opaque.uses).collect()
            }
            Self::Call(call) => call_uses(call),
            Self::Pullback(pullback) => pullback.call.iter_mut().flat_map(|call| call_uses(call)).collect(),
            Self::Second(second) => call_uses(&mut second.call),
            _ => Vec::new(),
        }
    }
}

impl Slot {
    fn map_value(&mut self, f: &mut impl FnMut(V) -> V) {
        if let Self::Value(v) = self {
            *v = f(*v);
        }
    }

    fn map_place(&mut self, f: &mut dyn FnMut(&mut Place)) {
        if let Self::Ref(place) | Self::Scratch(place) = self {
            f(place);
        }
    }
}

fn call_places(call: &mut Call, f: &mut dyn FnMut(&mut Place)) {
    for arg in &mut call.args {
        if let Arg::Ref { place, .. } = arg {
            f(place);
        }
    }
    for arg in call.tangent.iter_mut().flat_map(|tangent| &mut tangent.args) {
        if let TangentArg::Ref { place, .. } = arg {
            f(place);
        }
    }
}

fn call_uses(call: &mut Call) -> Vec<&mut Vec<(Ident, Binding)>> {
    let args = call.args.iter_mut().filter_map(|arg| match arg {
        Arg::Opaque(opaque) => Some(&mut opaque.uses),
        Arg::Value(_) | Arg::Ref { .. } => None,
    });
    args.chain(call.fails.opaques_mut().map(|opaque| &mut opaque.uses)).collect()
}
