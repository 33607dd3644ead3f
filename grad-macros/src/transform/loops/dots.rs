//! Sums of products of two rows, which an adjoint loop takes one product after the other, are dot products: taken in several parts
//! at once they don't wait for each addition, and what is left of the loop has a vector form.
//!
//! `s_bar += a[k] * b[k]` adds cotangents, whose order is ours to choose; what the user adds up keeps its order.

use std::collections::{HashMap, HashSet};

use super::affine::{Affine, Integers, Pace};
use super::take_block;
use crate::ir::{
    Block, Body, Bound, Float, Head, Init, Loop, M, Op, Place, Prim, Projection, Range, Replay, Stmt,
    StoreHow, Ty, V,
};

/// Loops with fewer iterations are unrolled by rustc.
const FEWEST: u64 = 8;

/// Takes dot products out of the adjoint loops.
pub fn dots(body: &mut Body, adjoint: &mut Block) {
    let mut primal = take_block(body);
    let mut known = Known::default();
    for block in [&mut primal, &mut *adjoint] {
        known.integers.learn(block);
        block.for_each_stmt(&mut |stmt| {
            if let Stmt::Let { value, op: Op::Number(0.0) } = stmt {
                known.zeros.insert(*value);
            }
        });
    }
    for block in [&mut primal, adjoint] {
        in_block(body, block, &known);
    }
    body.block = primal;
}

/// What is known of values.
#[derive(Default)]
struct Known {
    integers: Integers,
    zeros: HashSet<V>,
}

fn in_block(body: &mut Body, block: &mut Block, known: &Known) {
    let mut stmts = Vec::with_capacity(block.stmts.len());
    let mut rows = HashMap::new();
    for mut stmt in block.stmts.drain(..) {
        stmt.blocks_mut().into_iter().for_each(|inner| in_block(body, inner, known));
        if let Stmt::Declare { var, init: Init::Row(row) } = &stmt {
            rows.insert(*var, (row.count, row.mutable));
        }
        let mut after = Vec::new();
        if let Stmt::Loop(looped) = &mut stmt {
            in_loop(body, looped, (&rows, known), &mut after);
        }
        if !is_empty(&stmt) {
            stmts.push(stmt);
        }
        stmts.append(&mut after);
    }
    block.stmts = stmts;
}

fn is_empty(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Loop(looped) if matches!(looped.head, Head::Replay(_))
        && looped.body.stmts.is_empty() && looped.carried.is_empty())
}

/// The rows that are declared before a loop: how many elements they have, and whether they are written to.
type Rows<'a> = (&'a HashMap<M, (V, bool)>, &'a Known);

fn in_loop(body: &mut Body, looped: &mut Loop, (rows, known): Rows<'_>, after: &mut Vec<Stmt>) {
    let Some(range) = walked(looped, &known.integers).cloned() else { return };
    let mut found = Vec::new();
    if let Some(affine) = Affine::of(looped) {
        let uses = Uses::of(looped);
        let look = Look { body, affine, uses, rows, range };
        found.extend(looped.body.stmts.iter().filter_map(|stmt| look.stored(stmt)));
        found.extend((0..looped.carried.len()).filter_map(|which| look.carried(looped, which)));
    }
    // The last of the carried sums first, so that the numbers of the others stay.
    for dot in found.into_iter().rev() {
        dot.take(body, looped, known, after);
    }
    drop_unused(looped);
}

/// The range of an adjoint loop that visits all of it from 0 on.
fn walked<'a>(looped: &'a Loop, integers: &Integers) -> Option<&'a Range> {
    let Head::Replay(Replay { range: Some((_, range)), tape: None, .. }) = &looped.head else { return None };
    let trip = range.trip.as_ref().and_then(|trip| syn::parse2::<syn::LitInt>(trip.clone()).ok());
    let few = trip.and_then(|trip| trip.base10_parse().ok()).is_some_and(|trip: u64| trip < FEWEST);
    let plain = looped.exit.is_none() && range.adapters.is_empty() && !range.inclusive;
    (plain && !few && integers.literal(range.start) == Some(0)).then_some(range)
}

/// A sum of products.
struct Dot {
    rows: [Place; 2],
    /// What is common to all products.
    factors: Vec<Factor>,
    like: V,
    how: StoreHow,
    target: Target,
}

#[derive(Clone, Copy)]
enum Factor {
    Value(V),
    Number(f64),
}

/// Where the sum goes: to memory, or on top of a number that the loop carries.
enum Target {
    Place(Place),
    Carried(usize),
}

/// How often a loop uses values and variables.
struct Uses {
    values: HashMap<V, usize>,
    vars: HashMap<M, usize>,
    written: HashSet<M>,
}

impl Uses {
    fn of(looped: &Loop) -> Self {
        let mut uses = Self { values: HashMap::new(), vars: HashMap::new(), written: HashSet::new() };
        let results = looped.body.results.iter();
        results.for_each(|v| *uses.values.entry(*v).or_default() += 1);
        looped.body.for_each_stmt(&mut |stmt| {
            let inner = stmt.blocks().into_iter().flat_map(|block| block.results.clone());
            for v in stmt.own_operands().into_iter().chain(inner) {
                *uses.values.entry(v).or_default() += 1;
            }
            for m in stmt.writes().into_iter().chain(crate::simplify::reads(stmt)) {
                *uses.vars.entry(m).or_default() += 1;
            }
            uses.written.extend(stmt.writes());
        });
        uses
    }
}

struct Look<'a> {
    body: &'a Body,
    affine: Affine<'a>,
    uses: Uses,
    rows: &'a HashMap<M, (V, bool)>,
    range: Range,
}

impl Look<'_> {
    /// `place += product`, where nothing else in the loop uses the variable.
    fn stored(&self, stmt: &Stmt) -> Option<Dot> {
        let Stmt::Store { place, how: how @ (StoreHow::Add | StoreHow::Sub), value } = stmt else {
            return None;
        };
        let stays = place.operands().iter().all(|v| !self.affine.is_own(*v));
        (stays && self.uses.vars.get(&place.base) == Some(&1)).then_some(())?;
        self.dot(*value, *how, Target::Place(place.clone()))
    }

    /// A carried number to which the iteration adds a product.
    fn carried(&self, looped: &Loop, which: usize) -> Option<Dot> {
        let (param, next) = (looped.carried[which].param, looped.body.results[which]);
        let (how, product) = match self.affine.op(next)? {
            Op::Prim(Prim::Add, operands) if operands[0] == param => (StoreHow::Add, operands[1]),
            Op::Prim(Prim::Add, operands) if operands[1] == param => (StoreHow::Add, operands[0]),
            Op::Prim(Prim::Sub, operands) if operands[0] == param => (StoreHow::Sub, operands[1]),
            _ => return None,
        };
        let once = |v: V| self.uses.values.get(&v) == Some(&1);
        (once(param) && once(next)).then(|| self.dot(product, how, Target::Carried(which)))?
    }

    fn dot(&self, product: V, how: StoreHow, target: Target) -> Option<Dot> {
        matches!(self.body.value(product).ty, Ty::Float(Float::F32 | Float::F64)).then_some(())?;
        let (mut rows, mut factors) = (Vec::new(), Vec::new());
        self.factors(product, &mut rows, &mut factors)?;
        let rows = rows.try_into().ok()?;
        Some(Dot { rows, factors, like: product, how, target })
    }

    /// The factors of a product: elements of rows, and what is the same in all iterations.
    fn factors(&self, v: V, rows: &mut Vec<Place>, factors: &mut Vec<Factor>) -> Option<()> {
        if !self.affine.is_own(v) {
            factors.push(Factor::Value(v));
            return Some(());
        }
        match self.affine.op(v)? {
            Op::Number(number) => factors.push(Factor::Number(*number)),
            Op::Load(place) => rows.push(self.row(place)?),
            Op::Prim(Prim::Mul, operands) => {
                operands.iter().try_for_each(|operand| self.factors(*operand, rows, factors))?;
            }
            _ => return None,
        }
        Some(())
    }

    /// The row that the loop walks over when it loads from here.
    fn row(&self, place: &Place) -> Option<Place> {
        let [Projection::Index(v)] = place.projections[..] else { return None };
        let base = place.base;
        match self.rows.get(&base) {
            Some((count, mutable)) => {
                (self.affine.is_index(v) && *count == self.range.end && !mutable).then(|| Place::whole(base))
            }
            None => {
                let row = matches!(&self.body.var(base).ty, Ty::Slice(_) | Ty::Vec(_));
                let walked = row && self.affine.is_index(v) && self.affine.pace(v) == Pace::Unit;
                let part = Projection::Slice { start: Bound::Open, end: Bound::At(self.range.end) };
                (walked && !self.uses.written.contains(&base))
                    .then(|| Place { base, projections: vec![part] })
            }
        }
    }
}

impl Dot {
    /// Takes the sum out of the loop and writes it after the loop.
    fn take(self, body: &mut Body, looped: &mut Loop, known: &Known, after: &mut Vec<Stmt>) {
        let like = body.value(self.like).clone();
        let [a, b] = self.rows;
        let mut sum = body.new_value("t", like.ty.clone(), like.span);
        after.push(Stmt::Let { value: sum, op: Op::Dot(Box::new((a, b))) });
        for factor in self.factors {
            let factor = match factor {
                Factor::Value(v) => v,
                Factor::Number(number) => {
                    let value = body.new_value("t", like.ty.clone(), like.span);
                    after.push(Stmt::Let { value, op: Op::Number(number) });
                    value
                }
            };
            let value = body.new_value("t", like.ty.clone(), like.span);
            after.push(Stmt::Let { value, op: Op::Prim(Prim::Mul, vec![factor, sum]) });
            sum = value;
        }
        match self.target {
            Target::Place(place) => {
                looped.body.stmts.retain(|stmt| {
                    !matches!(stmt, Stmt::Store { place: to, value, .. } if *to == place && *value == self.like)
                });
                after.push(Stmt::Store { place, how: self.how, value: sum });
            }
            Target::Carried(which) => {
                let carried = looped.carried.remove(which);
                looped.body.results.remove(which);
                let op = match (self.how, known.zeros.contains(&carried.init)) {
                    (StoreHow::Sub, true) => Op::Prim(Prim::Neg, vec![sum]),
                    (StoreHow::Sub, false) => Op::Prim(Prim::Sub, vec![carried.init, sum]),
                    (_, true) => Op::Copy(sum),
                    (_, false) => Op::Prim(Prim::Add, vec![carried.init, sum]),
                };
                after.push(Stmt::Let { value: carried.result, op });
            }
        }
    }
}

/// Removes what nothing in the loop uses any more.
fn drop_unused(looped: &mut Loop) {
    let mut used: HashSet<V> = looped.body.results.iter().copied().collect();
    let mut stmts: Vec<Stmt> = Vec::with_capacity(looped.body.stmts.len());
    for stmt in looped.body.stmts.drain(..).rev() {
        if matches!(&stmt, Stmt::Let { value, .. } if !used.contains(value)) {
            continue;
        }
        used.extend(stmt.own_operands());
        for block in stmt.blocks() {
            used.extend(block.results.iter().copied());
            block.for_each_stmt(&mut |stmt| {
                used.extend(stmt.own_operands());
                used.extend(stmt.blocks().into_iter().flat_map(|block| block.results.clone()));
            });
        }
        stmts.push(stmt);
    }
    stmts.reverse();
    looped.body.stmts = stmts;
}
