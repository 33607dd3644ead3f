//! Adjoint iterations that don't depend on each other run first to last, as memory likes it.

use std::collections::{HashMap, HashSet};

use super::affine::{Affine, Integers, Pace};
use crate::ir::{
    Block, Body, Head, Init, Loop, M, Op, Opaque, Place, Projection, Stmt, StoreHow, TapeShape, V,
};
use crate::transform::fuse::is_sum;

/// Turns the adjoint loops around whose iterations may run in any order.
pub fn order(body: &mut Body, adjoint: &mut Block, integers: &Integers) {
    let mut tapes = Tapes::default();
    tapes.block(&body.block, 0);
    tapes.block(adjoint, 0);
    in_block(&mut body.block, &tapes, integers, 0);
    in_block(adjoint, &tapes, integers, 0);
}

fn in_block(block: &mut Block, tapes: &Tapes, integers: &Integers, depth: usize) {
    for stmt in &mut block.stmts {
        let inside = depth + usize::from(matches!(stmt, Stmt::Loop(_)));
        stmt.blocks_mut().into_iter().for_each(|inner| in_block(inner, tapes, integers, inside));
        if let Stmt::Loop(looped) = stmt
            && may_turn(looped, tapes, integers, inside)
            && let Head::Replay(replay) = &mut looped.head
        {
            replay.forwards = true;
        }
    }
}

/// Where tapes are declared and recorded, in loops around.
#[derive(Default)]
struct Tapes {
    declared: HashMap<M, usize>,
    recorded: HashMap<M, usize>,
    growing: HashSet<M>,
}

impl Tapes {
    fn block(&mut self, block: &Block, depth: usize) {
        for stmt in &block.stmts {
            match stmt {
                Stmt::Declare { var, init: Init::Tape(shape) } => {
                    self.declared.insert(*var, depth);
                    if !matches!(shape, TapeShape::Fixed(_)) {
                        self.growing.insert(*var);
                    }
                }
                Stmt::Record { tape, .. } => {
                    self.recorded.insert(*tape, depth);
                }
                _ => {}
            }
            let inside = depth + usize::from(matches!(stmt, Stmt::Loop(_)));
            stmt.blocks().into_iter().for_each(|inner| self.block(inner, inside));
        }
    }

    /// Whether the tape has one record per iteration of one loop, so that it can be read in any order by a loop this deep.
    fn is_flat(&self, tape: M, depth: usize) -> bool {
        let inside = self.declared.get(&tape).map(|around| around + 1);
        !self.growing.contains(&tape) || inside == Some(depth) && self.recorded.get(&tape) == inside.as_ref()
    }
}

/// Whether the loop's iterations give the same in any order.
fn may_turn(looped: &Loop, tapes: &Tapes, integers: &Integers, depth: usize) -> bool {
    let Head::Replay(replay) = &looped.head else { return false };
    let Some(affine) = Affine::of(looped) else { return false };
    let sums = looped
        .carried
        .iter()
        .zip(&looped.body.results)
        .all(|(carried, next)| carried.param == *next || is_sum(&looped.body, carried.param, *next));
    sums && replay.tape.iter().all(|(tape, _)| tapes.is_flat(*tape, depth))
        && plain(&looped.body, tapes)
        && memory_commutes(&looped.body, &affine, integers)
}

/// Whether nothing in the block has to happen in order, but for what it does with memory.
fn plain(block: &Block, tapes: &Tapes) -> bool {
    let mut fine = true;
    block.for_each_stmt(&mut |stmt| match stmt {
        Stmt::Effect(_)
        | Stmt::Call(_)
        | Stmt::Pullback(_)
        | Stmt::Second(_)
        | Stmt::Record { .. }
        | Stmt::Keep { .. }
        | Stmt::Declare { init: Init::Kept { .. }, .. }
        | Stmt::Swap { .. } => {
            fine = false;
        }
        Stmt::Let { op: Op::Opaque(Opaque { cheap: false, .. }), .. } => fine = false,
        Stmt::Loop(looped) => match &looped.head {
            Head::Replay(replay) => {
                fine &= replay.tape.iter().all(|(tape, _)| !tapes.growing.contains(tape));
            }
            Head::Range { .. } => {}
            Head::While(_) | Head::Forever => fine = false,
        },
        _ => {}
    });
    fine
}

/// Whether each variable from outside is only read, only added to, or only used at a place of the iteration's own.
fn memory_commutes(block: &Block, affine: &Affine<'_>, integers: &Integers) -> bool {
    let mut accesses = Accesses::default();
    block.for_each_stmt(&mut |stmt| accesses.stmt(stmt));
    accesses.of.iter().filter(|(m, _)| !accesses.own.contains(m)).all(|(_, all)| {
        let any = |how: How| all.iter().any(|access| access.how == how);
        let clash = any(How::Sets) || any(How::Reads) && any(How::Adds);
        !clash || own_place(all, affine) || own_row(all, affine, integers)
    })
}

/// What is done with memory.
#[derive(Default)]
struct Accesses {
    own: HashSet<M>,
    of: HashMap<M, Vec<Access>>,
}

struct Access {
    place: Place,
    how: How,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Reads,
    Adds,
    Sets,
}

impl Accesses {
    fn add(&mut self, place: &Place, how: How) {
        self.of.entry(place.base).or_default().push(Access { place: place.clone(), how });
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Declare { var, init } => {
                self.own.insert(*var);
                if let Init::Copy { from, .. } = init {
                    self.add(from, How::Reads);
                }
            }
            Stmt::Store { place, how: StoreHow::Set, .. } | Stmt::Clear { place, .. } => {
                self.add(place, How::Sets);
            }
            Stmt::Store { place, .. } => self.add(place, How::Adds),
            Stmt::Let { op, .. } => match op {
                Op::Load(place) => self.add(place, How::Reads),
                op => op.reads().into_iter().for_each(|m| self.add(&Place::whole(m), How::Reads)),
            },
            _ => {}
        }
    }
}

/// Whether all accesses are in a row that no two iterations share.
fn own_row(all: &[Access], affine: &Affine<'_>, integers: &Integers) -> bool {
    let width = |access: &Access| match access.place.projections.first() {
        Some(Projection::Index(v)) => affine.width(*v, integers),
        _ => None,
    };
    let first = all.first().and_then(width);
    first.is_some() && all.iter().all(|access| width(access) == first)
}

/// Whether all accesses go through one index, the same, that no two iterations share.
fn own_place(all: &[Access], affine: &Affine<'_>) -> bool {
    let Some(first) = all.first() else { return true };
    let index = |place: &Place, at: usize| match place.projections.get(at) {
        Some(Projection::Index(v)) => Some(*v),
        _ => None,
    };
    let own = |v: V| affine.pace(v) == Pace::Unit;
    let at = (0..first.place.projections.len()).find(|at| index(&first.place, *at).is_some_and(own));
    at.is_some_and(|at| {
        let path = &first.place.projections[..=at];
        all.iter().all(|access| access.place.projections.get(..=at) == Some(path))
            && path.iter().all(|step| match step {
                Projection::Index(v) => affine.pace(*v) != Pace::Unknown,
                Projection::Field(_) => true,
                Projection::Slice { .. }
                | Projection::Payload(_)
                | Projection::View(_)
                | Projection::Coordinates => false,
            })
    })
}
