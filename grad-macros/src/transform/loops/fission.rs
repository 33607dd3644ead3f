//! A loop that adds to several elements of the same memory falls into one loop per element: each walks over one row then, and
//! what is cheap is computed again.
//!
//! `b[i - 1] += t; b[i] += u; b[i + 1] += v` can't be done for several `i` at once, as they meet; each by itself can.

use std::collections::{HashMap, HashSet};

use super::affine::{Affine, Pace};
use crate::ir::{Block, Body, Head, Loop, M, Op, Place, Projection, Stmt, StoreHow, V};
use crate::transform::checkpoint::Copier;

/// Into how many loops one may fall.
const MOST_LOOPS: usize = 8;

/// How many operations may be done once more for each.
const MOST_OPERATIONS: usize = 8;

/// Takes the loops of a block apart, and those of the blocks inside it.
pub fn fission(body: &mut Body, block: &mut Block) {
    let mut stmts = Vec::with_capacity(block.stmts.len());
    for mut stmt in block.stmts.drain(..) {
        stmt.blocks_mut().into_iter().for_each(|inner| fission(body, inner));
        match stmt {
            Stmt::Loop(looped) => match groups(&looped) {
                Some(groups) => stmts.extend(apart(body, &looped, &groups)),
                None => stmts.push(Stmt::Loop(looped)),
            },
            other => stmts.push(other),
        }
    }
    block.stmts = stmts;
}

/// For each of the loops the numbers of the statements that write; `None` where the loop stays as it is.
fn groups(looped: &Loop) -> Option<Vec<Vec<usize>>> {
    let Head::Replay(replay) = &looped.head else { return None };
    let simple = looped.body.stmts.iter().all(is_simple);
    if !(replay.forwards && replay.tape.is_none() && looped.carried.is_empty() && simple) {
        return None;
    }
    let affine = Affine::of(looped)?;
    let stmts = &looped.body.stmts;
    let scattered = scattered(stmts, &affine);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut rest = Vec::new();
    for (number, stmt) in stmts.iter().enumerate() {
        match written(stmt) {
            Some(place) if scattered.contains(&place.base) => groups.push(vec![number]),
            Some(_) => rest.push(number),
            None => {}
        }
    }
    // What is overwritten is overwritten in the last of the loops.
    groups.last_mut()?.extend(rest);
    let fits = groups.len() <= MOST_LOOPS
        && reads_come_first(stmts)
        && groups.iter().all(|group| operations(stmts, group) <= MOST_OPERATIONS);
    fits.then_some(groups)
}

fn is_simple(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Let { op: Op::Prim(prim, _), .. } => prim.is_cheap(),
        Stmt::Let { op: Op::Number(_) | Op::Literal(_) | Op::Load(_) | Op::Cast(..), .. }
        | Stmt::Store { .. }
        | Stmt::Clear { .. } => true,
        _ => false,
    }
}

fn written(stmt: &Stmt) -> Option<&Place> {
    match stmt {
        Stmt::Store { place, .. } | Stmt::Clear { place, .. } => Some(place),
        _ => None,
    }
}

/// The variables to which the iterations add at several places that move along with the index.
fn scattered(stmts: &[Stmt], affine: &Affine<'_>) -> HashSet<M> {
    let mut places: HashMap<M, Vec<&Place>> = HashMap::new();
    let mut others = HashSet::new();
    for stmt in stmts {
        match stmt {
            Stmt::Store { place, how: StoreHow::Add | StoreHow::Sub, .. } => {
                places.entry(place.base).or_default().push(place);
                let moves =
                    matches!(place.projections[..], [Projection::Index(v)] if affine.pace(v) == Pace::Unit);
                if !moves {
                    others.insert(place.base);
                }
            }
            Stmt::Let { op, .. } => others.extend(op.reads()),
            stmt => others.extend(stmt.writes()),
        }
    }
    let several = |places: &[&Place]| places.iter().any(|place| *place != places[0]);
    places.into_iter().filter(|(m, places)| !others.contains(m) && several(places)).map(|(m, _)| m).collect()
}

/// Whether nothing is read after it was written in the same iteration.
fn reads_come_first(stmts: &[Stmt]) -> bool {
    let mut changed = HashSet::new();
    stmts.iter().all(|stmt| {
        let fine = match stmt {
            Stmt::Let { op, .. } => op.reads().iter().all(|m| !changed.contains(m)),
            _ => true,
        };
        changed.extend(stmt.writes());
        fine
    })
}

/// How many operations the writes of a group take.
fn operations(stmts: &[Stmt], group: &[usize]) -> usize {
    let needed = needed(stmts, group);
    let counts = |stmt: &&Stmt| match stmt {
        Stmt::Let { value, op: Op::Prim(..) | Op::Cast(..) } => needed.contains(value),
        _ => false,
    };
    stmts.iter().filter(counts).count()
}

/// The values that the writes of a group are computed from.
fn needed(stmts: &[Stmt], group: &[usize]) -> HashSet<V> {
    let mut needed: HashSet<V> = group.iter().flat_map(|number| stmts[*number].own_operands()).collect();
    for stmt in stmts.iter().rev() {
        if let Stmt::Let { value, op } = stmt
            && needed.contains(value)
        {
            needed.extend(op.operands());
        }
    }
    needed
}

/// One loop per group.
fn apart(body: &mut Body, looped: &Loop, groups: &[Vec<usize>]) -> Vec<Stmt> {
    let mut out = Vec::new();
    for group in groups {
        let needed = needed(&looped.body.stmts, group);
        let mut part = looped.clone();
        let mut number = 0;
        part.body.stmts.retain(|stmt| {
            number += 1;
            match stmt {
                Stmt::Let { value, .. } => needed.contains(value),
                _ => group.contains(&(number - 1)),
            }
        });
        let mut copier = Copier { values: HashMap::new(), vars: HashMap::new() };
        out.push(Stmt::Loop(Box::new(copier.copy(body, &part))));
    }
    out
}
