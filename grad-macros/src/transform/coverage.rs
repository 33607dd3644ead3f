//! What a piece of code has written of an array or vector before it reads it.
//!
//! The elements are written from the first on: at each moment those below a bound are, and the bound is a polynomial in the integers of
//! the program (`below`). A loop that writes one element after the other raises the bound from iteration to iteration; where it would
//! start is read off the first store and then shown by induction.

use std::collections::HashSet;

use crate::analysis::{Polynomial, Sizes};
use crate::ir::{Block, Head, Loop, M, Op, Place, Projection, Range, Stmt, StoreHow, V};
use crate::simplify::reads;

/// Whether the block reads nothing of the variable but what it has written itself before.
pub fn is_fresh(m: M, block: &Block, sizes: &Sizes) -> bool {
    let walk = Walk { m, sizes, once: false };
    walk.block(block, Polynomial::default()).is_some()
}

/// Whether whatever the statement reads of the variable is still there when it has run: each element is written once, before it's
/// read.
pub fn is_settled(m: M, stmt: &Stmt, sizes: &Sizes) -> bool {
    let walk = Walk { m, sizes, once: true };
    let mut writers = 0;
    let mut fine = true;
    stmt.for_each(&mut |stmt| {
        if stmt.writes().contains(&m) {
            writers += 1;
            fine &= matches!(stmt, Stmt::Store { how: StoreHow::Set, .. });
        }
    });
    fine && writers == 1 && walk.stmt(stmt, Polynomial::default()).is_some()
}

struct Walk<'a> {
    m: M,
    sizes: &'a Sizes,
    /// Whether each element may be written but once.
    once: bool,
}

impl Walk<'_> {
    /// What is written after the block, given what was before; `None` where anything else is read.
    fn block(&self, block: &Block, mut below: Polynomial) -> Option<Polynomial> {
        for stmt in &block.stmts {
            below = self.stmt(stmt, below)?;
        }
        Some(below)
    }

    fn stmt(&self, stmt: &Stmt, below: Polynomial) -> Option<Polynomial> {
        match stmt {
            Stmt::Let { op: Op::Load(place), .. } if place.base == self.m => {
                self.is_written(place, &below).then_some(below)
            }
            Stmt::Let { op: Op::Len(_), .. } => Some(below),
            Stmt::Store { place, how, .. } if place.base == self.m => self.store(place, *how, below),
            Stmt::Branch(branch) if !reads(stmt).contains(&self.m) => {
                let arms: Option<Vec<Polynomial>> =
                    branch.arms.iter().map(|arm| self.block(arm, below.clone())).collect();
                let arms = arms?;
                let agreed = arms.iter().all(|arm| Some(arm) == arms.first());
                Some(arms.into_iter().next().filter(|_| agreed).unwrap_or(below))
            }
            Stmt::Loop(looped) => self.looped(looped, below),
            Stmt::Swap { .. } if stmt.writes().contains(&self.m) => None,
            other => {
                let touched = reads(other).contains(&self.m) || other.writes().contains(&self.m);
                (!touched || self.is_whole(&below)).then_some(below)
            }
        }
    }

    fn store(&self, place: &Place, how: StoreHow, below: Polynomial) -> Option<Polynomial> {
        if how != StoreHow::Set {
            return self.is_written(place, &below).then_some(below);
        }
        let Some((index, true)) = self.element(place) else { return Some(below) };
        let after = index.plus(&Polynomial::constant(1), 1);
        let next = self.sizes.is_at_most(&index, &below) && self.sizes.is_at_most(&below, &after);
        Some(if next { after } else { below })
    }

    /// The number of the element that a place is, or is in, and whether it's all of it.
    fn element(&self, place: &Place) -> Option<(Polynomial, bool)> {
        let mut first = Polynomial::default();
        for (at, projection) in place.projections.iter().enumerate() {
            match projection {
                Projection::Slice { start, .. } => {
                    first = start.operand().map_or(first.clone(), |v| first.plus(&self.sizes.value(v), 1));
                }
                Projection::Index(v) => {
                    let whole = at + 1 == place.projections.len();
                    return Some((first.plus(&self.sizes.value(*v), 1), whole));
                }
                _ => return None,
            }
        }
        None
    }

    fn is_written(&self, place: &Place, below: &Polynomial) -> bool {
        let known = self
            .element(place)
            .is_some_and(|(index, _)| self.sizes.is_at_most(&index.plus(&Polynomial::constant(1), 1), below));
        known || self.is_whole(below)
    }

    fn is_whole(&self, below: &Polynomial) -> bool {
        let length = self.sizes.length(&Place::whole(self.m));
        length.is_some_and(|length| self.sizes.is_at_most(&length, below))
    }

    fn looped(&self, looped: &Loop, below: Polynomial) -> Option<Polynomial> {
        if let Head::While(cond) = &looped.head {
            self.block(cond, below.clone())?;
        }
        if !writes(&looped.body, self.m) {
            return self.block(&looped.body, below.clone()).map(|_| below);
        }
        let raised = self.raised(looped, &below);
        if raised.is_some() || self.once {
            return raised;
        }
        self.block(&looped.body, below.clone()).map(|_| below)
    }

    /// What is written after a loop that writes one element after the other, from where the bound is or before.
    fn raised(&self, looped: &Loop, below: &Polynomial) -> Option<Polynomial> {
        let (index, range) = counted(looped)?;
        let start = self.first_store(&looped.body)?;
        if start.values().any(|v| v != index && defines(looped, v)) {
            return None;
        }
        let at = |v: &Polynomial| start.with(index, v);
        let next = at(&self.sizes.value(index).plus(&Polynomial::constant(1), 1));
        let first = at(&self.sizes.value(range.start));
        let after = self.block(&looped.body, start.clone())?;
        let holds = self.sizes.is_at_most(&first, below)
            && self.sizes.is_at_most(&start, &next)
            && if self.once { after == next } else { self.sizes.is_at_most(&next, &after) };
        let end = at(&self.sizes.value(range.end));
        // Where the loop doesn't get beyond the bound, what is below the loop's end is written all the same; but more may be.
        let raised =
            if self.once { self.sizes.is_at_most(below, &end) } else { !self.sizes.is_at_most(&end, below) };
        holds.then(|| if raised { end } else { below.clone() })
    }

    /// The first element that a block stores to, if it's sure to, in terms of what is known where the block starts.
    fn first_store(&self, block: &Block) -> Option<Polynomial> {
        block.stmts.iter().find_map(|stmt| match stmt {
            Stmt::Store { place, how: StoreHow::Set, .. } if place.base == self.m => {
                self.element(place).filter(|(_, whole)| *whole).map(|(index, _)| index)
            }
            Stmt::Loop(inner) => {
                let (index, range) = counted(inner)?;
                let first = self.first_store(&inner.body)?;
                Some(first.with(index, &self.sizes.value(range.start)))
            }
            _ => None,
        })
    }
}

/// The index and the range of a loop over numbers that follow each other, which runs to its end.
fn counted(looped: &Loop) -> Option<(V, &Range)> {
    match &looped.head {
        Head::Range { index, range }
            if looped.exit.is_none() && range.adapters.is_empty() && !range.inclusive =>
        {
            Some((*index, range))
        }
        _ => None,
    }
}

fn writes(block: &Block, m: M) -> bool {
    let mut found = false;
    block.for_each_stmt(&mut |stmt| found |= stmt.writes().contains(&m));
    found
}

/// Whether the loop's body, or a block inside it, defines the value.
fn defines(looped: &Loop, v: V) -> bool {
    let mut inside: HashSet<V> = looped.params().into_iter().collect();
    looped.body.for_each_stmt(&mut |stmt| {
        inside.extend(stmt.defines());
        match stmt {
            Stmt::Loop(inner) => inside.extend(inner.params()),
            Stmt::Branch(branch) => inside.extend(branch.binds()),
            _ => {}
        }
    });
    inside.contains(&v)
}

#[cfg(test)]
mod tests;
