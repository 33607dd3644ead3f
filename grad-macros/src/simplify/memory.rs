//! Writes to adjoint memory: signs, zeros, and a clearing that is followed by an addition.

use super::rewrite::{Simpler, Term};
use super::walk::Walk;
use crate::ir::{Place, Prim, Stmt, StoreHow, Ty, V};

/// How far back a clearing is looked for.
const MOST_BETWEEN: usize = 16;

impl Walk<'_> {
    /// `place = value`, `place += value`, `place -= value`.
    pub fn store(&mut self, place: Place, how: StoreHow, value: V, out: &mut Vec<Stmt>) {
        let (how, value) = self.without_sign(how, value, out);
        if how != StoreHow::Set && self.is_ours(value) && self.number(value) == Some(0.0) {
            return;
        }
        if let Some(sum) = self.known_sum(&place, how, value, out) {
            // What was written there before is overwritten.
            let _ = self.take_before(&place, sum, out);
            self.writes(&place, Some(sum));
            out.push(Stmt::Store { place, how: StoreHow::Set, value: sum });
            return;
        }
        let before = match how {
            StoreHow::Set => None,
            StoreHow::Add | StoreHow::Sub => self.take_before(&place, value, out),
        };
        let (how, value) = match before {
            None => (how, value),
            Some(before) => self.joined(before, how, value, out),
        };
        self.writes(&place, (how == StoreHow::Set).then_some(value));
        out.push(Stmt::Store { place, how, value });
    }

    /// `place = 0`
    pub fn clear(&mut self, place: Place, ty: Ty, out: &mut Vec<Stmt>) {
        let zero = ty.is_float().then(|| self.bound(Simpler::Number(0.0), &ty, out, 0));
        self.writes(&place, zero);
        out.push(Stmt::Clear { place, ty });
    }

    /// `+= -x` is `-= x`, bit for bit; so for negative factors.
    fn without_sign(&mut self, how: StoreHow, value: V, out: &mut Vec<Stmt>) -> (StoreHow, V) {
        let opposite = match how {
            StoreHow::Set => return (how, value),
            StoreHow::Add => StoreHow::Sub,
            StoreHow::Sub => StoreHow::Add,
        };
        match self.operand(value).term {
            Term::Neg(x) => (opposite, x),
            Term::Scaled(factor, _) if factor < 0.0 => {
                let ty = self.body.value(value).ty.clone();
                (opposite, self.bound(Simpler::Neg(Box::new(Simpler::Value(value))), &ty, out, 0))
            }
            _ => (how, value),
        }
    }

    /// Removes the last write to the place, if it can be one with the addition of `value`: nothing has read or written the
    /// memory since.
    fn take_before(&self, place: &Place, value: V, out: &mut Vec<Stmt>) -> Option<Before> {
        let first = out.len().saturating_sub(MOST_BETWEEN);
        // Additions to other elements don't mind in which order they come.
        let mut passed_addition = false;
        for index in (first..out.len()).rev() {
            let before = match &out[index] {
                Stmt::Clear { place: cleared, .. } if cleared == place && !passed_addition => Before::Zero,
                Stmt::Store { place: other, how, value: before }
                    if other == place
                        && self.may_join(*before, value)
                        && !(passed_addition && *how == StoreHow::Set) =>
                {
                    Before::Value(*how, *before)
                }
                Stmt::Store { place: other, how, value: before }
                    if other.base == place.base && *how != StoreHow::Set && self.may_join(*before, value) =>
                {
                    passed_addition = true;
                    continue;
                }
                Stmt::Let { op, .. } if !op.reads().contains(&place.base) => continue,
                // No two variables overlap.
                Stmt::Store { place: other, .. } | Stmt::Clear { place: other, .. }
                    if other.base != place.base =>
                {
                    continue;
                }
                _ => return None,
            };
            out.remove(index);
            return Some(before);
        }
        None
    }

    fn may_join(&self, a: V, b: V) -> bool {
        self.is_ours(a)
            && self.is_ours(b)
            && self.body.value(a).ty.is_float()
            && self.body.value(b).ty.is_float()
    }

    /// One write for two.
    fn joined(&mut self, before: Before, how: StoreHow, value: V, out: &mut Vec<Stmt>) -> (StoreHow, V) {
        use StoreHow::{Add, Set, Sub};
        let ty = self.body.value(value).ty.clone();
        let mut bind = |simpler: Simpler| self.bound(simpler, &ty, out, 0);
        let both = |prim: Prim, a: V, b: V| {
            Simpler::Prim(prim, Box::new(Simpler::Value(a)), Box::new(Simpler::Value(b)))
        };
        match (before, how) {
            (Before::Zero, Add | Set) => (Set, value),
            (Before::Zero, Sub) => (Set, bind(Simpler::Neg(Box::new(Simpler::Value(value))))),
            (Before::Value(Sub, a), Sub) => (Sub, bind(both(Prim::Add, a, value))),
            (Before::Value(Sub, a), _) => (Add, bind(both(Prim::Sub, value, a))),
            (Before::Value(before, a), Sub) => (before, bind(both(Prim::Sub, a, value))),
            (Before::Value(before, a), _) => (before, bind(both(Prim::Add, a, value))),
        }
    }
}

/// What was written to a place before.
enum Before {
    Zero,
    Value(StoreHow, V),
}
