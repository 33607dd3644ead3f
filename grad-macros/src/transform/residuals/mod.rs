//! What the backward half has to keep: adjoint code names primal values as if all were in scope, and this pass makes it so.
//!
//! For each adjoint block and the primal block that it mirrors, innermost first, the primal values that it needs are read
//! again, recomputed, or kept: in the record of the loop's iteration, or as a further result of the branch.

mod again;
mod apply;
mod cut;
mod rows;
mod scope;

use std::collections::{HashMap, HashSet};

use crate::analysis::Effects;
use crate::ir::{
    Block, BlockId, Body, BranchKind, Head, Init, M, Op, Place, Replay, Stmt, TapeShape, Ty, V, VarKind,
};
use rows::{Moment, Rows};
use scope::Scope;

/// What may be read again.
#[derive(Clone, Copy)]
pub struct Reading {
    /// Whether anything is recomputed or read again at all.
    pub enabled: bool,
    /// Whether the variables that the function returns are gone when the adjoint sweep runs.
    pub results_moved: bool,
}

/// Makes every primal value that the adjoint blocks name available where they name it. A block that runs in a primal loop's
/// body comes with that body.
pub fn residuals<'b>(
    body: &mut Body,
    effects: &Effects,
    blocks: impl Iterator<Item = (Option<BlockId>, &'b mut Block)>,
    reading: Reading,
) {
    let blocks: Vec<_> = blocks.collect();
    let scope = Scope::of(body, blocks.iter().map(|(_, block)| &**block));
    let rows = Rows::of(body, effects);
    let (records, hoists, kept) = (HashMap::new(), HashMap::new(), Vec::new());
    let mut residuals =
        Residuals { body, effects, scope, reading, inside: None, rows, records, hoists, kept };
    let mut adjoints = Vec::new();
    for (inside, block) in blocks {
        residuals.inside = inside;
        residuals.inside(block);
        if inside.is_none() && reading.enabled {
            again::again(&mut residuals, block);
        }
        adjoints.push(block);
    }
    let Residuals { records, hoists, kept, body, .. } = residuals;
    apply::apply(body, adjoints, &Keeps { records, hoists, rows: kept });
}

/// A tape and the values that one iteration records.
pub struct Record {
    tape: M,
    shape: TapeShape,
    values: Vec<V>,
    /// The body of the loop in which the tape lives, if not in the whole function.
    inside: Option<BlockId>,
}

/// A variable that is copied in each iteration of a loop.
pub struct KeptRow {
    moment: Moment,
    tape: M,
    shape: TapeShape,
    /// The copy, as the adjoint of the iteration knows it.
    row: M,
    inside: Option<BlockId>,
}

/// All that is kept: what the bodies of primal loops record, what arms hand out (the value, and its name outside), and copies.
pub struct Keeps {
    records: HashMap<BlockId, Record>,
    hoists: HashMap<BlockId, Vec<(V, V)>>,
    rows: Vec<KeptRow>,
}

struct Residuals<'a> {
    body: &'a mut Body,
    effects: &'a Effects,
    scope: Scope,
    reading: Reading,
    rows: Rows,
    /// The body of the primal loop in which the adjoint block at hand runs.
    inside: Option<BlockId>,
    /// What the body of a primal loop records.
    records: HashMap<BlockId, Record>,
    /// What an arm of a primal branch hands out: the value, and its name outside.
    hoists: HashMap<BlockId, Vec<(V, V)>>,
    kept: Vec<KeptRow>,
}

impl Residuals<'_> {
    /// Handles the blocks inside an adjoint block.
    fn inside(&mut self, adjoint: &mut Block) {
        let mut repeated = Vec::new();
        for stmt in &mut adjoint.stmts {
            match stmt {
                Stmt::Branch(branch) => {
                    for (index, arm) in branch.arms.iter_mut().enumerate() {
                        self.inside(arm);
                        let binds = match &branch.kind {
                            BranchKind::Match { arms, .. } => {
                                arms[index].binds.iter().map(|(_, v)| *v).collect()
                            }
                            BranchKind::If(_) | BranchKind::Switch(_) => Vec::new(),
                        };
                        self.arm(arm, &binds);
                    }
                }
                Stmt::Loop(looped) => {
                    if let Head::Replay(replay) = &looped.head {
                        let mut replay = replay.clone();
                        // The tapes of a segment that ran in this block live in this block.
                        let around = self.inside;
                        if repeated.contains(&replay.of) {
                            self.inside = Some(adjoint.id);
                        }
                        self.inside(&mut looped.body);
                        self.iteration(&mut looped.body, &mut replay);
                        self.inside = around;
                        looped.head = Head::Replay(replay);
                    } else {
                        repeated.push(looped.id);
                    }
                }
                _ => {}
            }
        }
    }

    fn arm(&mut self, arm: &mut Block, binds: &[V]) {
        let Some(home) = arm.mirrors else { return };
        let mut renamed: HashMap<V, V> = HashMap::new();
        for (old, new) in self.scope.binds(home).iter().zip(binds) {
            renamed.insert(*old, *new);
        }
        let kept = self.provide(arm, home, &mut renamed);
        let mut unwrapped = Vec::new();
        for v in kept {
            let outside = self.hoist(home, v);
            let outer = self.body.value(outside).clone();
            if let Ty::Option(ty) = outer.ty {
                let inner = self.body.new_value(outer.name, *ty, outer.span);
                unwrapped.push(Stmt::Let { value: inner, op: Op::Unwrap(outside) });
                renamed.insert(v, inner);
            } else {
                renamed.insert(v, outside);
            }
        }
        self.finish(arm, home, renamed);
        unwrapped.append(&mut arm.stmts);
        arm.stmts = unwrapped;
    }

    /// A name outside the arm for a value inside it.
    fn hoist(&mut self, home: BlockId, v: V) -> V {
        if let Some((_, outside)) =
            self.hoists.get(&home).and_then(|known| known.iter().find(|(inside, _)| *inside == v))
        {
            return *outside;
        }
        let value = self.body.value(v).clone();
        let is_scalar = value.ty.is_scalar();
        if let Some(outside) = self.scope.handed(home, v).filter(|_| is_scalar) {
            return outside;
        }
        let ty = if is_scalar { value.ty } else { Ty::Option(Box::new(value.ty)) };
        let outside = self.body.new_value(value.name, ty, value.span);
        self.scope.define(outside, self.scope.parent(home));
        self.hoists.entry(home).or_default().push((v, outside));
        outside
    }

    fn iteration(&mut self, block: &mut Block, replay: &mut Replay) {
        let Some(home) = block.mirrors else { return };
        let mut renamed: HashMap<V, V> = HashMap::new();
        if let Some((index, _)) = &replay.range
            && let Some(primal) = self.scope.index(home)
        {
            renamed.insert(primal, *index);
        }
        let kept = self.provide(block, home, &mut renamed);
        if !kept.is_empty() {
            let mut fields = Vec::new();
            for v in &kept {
                let value = self.body.value(*v).clone();
                let field = self.body.new_value(value.name, value.ty, value.span);
                renamed.insert(*v, field);
                fields.push(field);
            }
            let tape = self.body.new_var("tape", Ty::Unknown, VarKind::Tape, replay_span(self.body, &kept));
            let shape = self.scope.shape(home, self.inside);
            self.records.insert(home, Record { tape, shape, values: kept, inside: self.inside });
            replay.tape = Some((tape, fields));
        }
        self.finish(block, home, renamed);
        self.take_rows(block, home);
    }

    /// The needs of `adjoint` among the values of `home`: what has to be kept of them. `renamed` has those that are there anyway.
    fn provide(&mut self, adjoint: &Block, home: BlockId, renamed: &mut HashMap<V, V>) -> Vec<V> {
        let needed = self.needed(adjoint, home, renamed);
        let graph = cut::Graph::new(&needed, |v| self.node(v, home, renamed));
        graph.cut()
    }

    /// The values of `home` that the block names, in order of appearance.
    fn needed(&self, adjoint: &Block, home: BlockId, renamed: &HashMap<V, V>) -> Vec<V> {
        let mut seen = HashSet::new();
        let mut needed = Vec::new();
        adjoint.clone().map_operands(&mut |v| {
            if self.scope.home(v) == Some(home) && !renamed.contains_key(&v) && seen.insert(v) {
                needed.push(v);
            }
            v
        });
        needed
    }

    /// How a value of `home` can be had: kept only, or recomputed from others.
    fn node(&self, v: V, home: BlockId, renamed: &HashMap<V, V>) -> cut::Node {
        let weight = if matches!(self.body.value(v).ty, Ty::Bool) { 1 } else { 8 };
        let from = self.recomputable(v).map(|op| {
            op.operands()
                .into_iter()
                .filter(|operand| self.scope.home(*operand) == Some(home) && !renamed.contains_key(operand))
                .collect()
        });
        cut::Node { weight, from }
    }

    /// The operation that computes a value again, if it's cheap and gives the same.
    fn recomputable(&self, v: V) -> Option<&Op> {
        let op = self.scope.op(v)?;
        let can = match op {
            Op::Number(_) | Op::Literal(_) | Op::Undef => true,
            _ if !self.reading.enabled => false,
            Op::Prim(prim, _) => prim.is_cheap(),
            Op::Cast(..) | Op::Copy(_) | Op::Stop(_) => true,
            Op::Load(place) => self.readable(v, place.base) || self.moment(v, place.base).is_some(),
            Op::Len(place) => self.readable(v, place.base) || self.has_lasting_length(place),
            Op::Opaque(opaque) => {
                opaque.cheap && crate::ir::visit::vars(&opaque.uses).all(|m| self.readable(v, m))
            }
            // A copy that is kept has the shape.
            Op::ZeroTangent(copy) => matches!(self.scope.op(*copy), Some(Op::Snapshot(_))),
            Op::ZeroTangentAt(_)
            | Op::SumOver(_)
            | Op::Dot(_)
            | Op::TangentSum(..)
            | Op::Snapshot(_)
            | Op::TripCount(_)
            | Op::Wrap(_)
            | Op::Unwrap(_) => false,
        };
        can.then_some(op)
    }

    /// Whether the length of a place can be asked for again, whatever was stored in it.
    fn has_lasting_length(&self, place: &Place) -> bool {
        let m = place.base;
        let moved = self.reading.results_moved && self.scope.is_result(m);
        let owned = self.body.var(m).kind != VarKind::RefMut;
        place.projections.is_empty()
            && owned
            && self.scope.is_global(m)
            && !moved
            && self.effects.keeps_its_length(m)
    }

    /// Whether what `v` read from `m` can be read again in the adjoint sweep.
    fn readable(&self, v: V, m: M) -> bool {
        let moved = self.reading.results_moved && self.scope.is_result(m);
        let here = self.inside.unwrap_or(self.scope.top());
        let local = self.inside.is_some_and(|inside| self.scope.is_declared_in(m, inside));
        if self.scope.is_global(m) && !moved && self.effects.unchanged_since(v, m) {
            return true;
        }
        let lent = self.inside.is_none() && self.body.var(m).kind == VarKind::RefMut;
        (self.scope.is_global(m) || local) && !moved && !lent && self.rows.is_intact(v, m, here)
    }

    /// The copy that `v` may read instead of `m`.
    fn moment(&self, v: V, m: M) -> Option<Moment> {
        let moment = self.rows.moment(v, m, self.inside, &self.scope)?;
        // Arrays of arrays on the stack are there without an allocator.
        let grows = !matches!(self.scope.shape(self.scope.home(v)?, self.inside), TapeShape::Fixed(_));
        (grows && self.rows.count(self.body, m, &self.scope).is_some()).then_some(moment)
    }

    /// A load from memory that is gone reads the copy.
    fn redirect(&mut self, v: V, op: &mut Op) {
        let Op::Load(place) = op else { return };
        if self.readable(v, place.base) {
            return;
        }
        let Some(moment) = self.moment(v, place.base) else { return };
        place.base = match self.row(moment) {
            Some(row) => row,
            None => self.keep(moment),
        };
    }

    fn keep(&mut self, moment: Moment) -> M {
        let var = self.body.var(moment.of).clone();
        let row = self.body.new_var(var.name, Ty::Slice(Box::new(var.ty.element())), VarKind::Row, var.span);
        let tape = self.body.new_var("tape", Ty::Unknown, VarKind::Tape, var.span);
        let shape = TapeShape::Growing { capacity: None, buffer: None, span: var.span };
        self.kept.push(KeptRow { moment, tape, shape, row, inside: self.inside });
        row
    }

    /// The copy of this moment that the adjoint sweep reads, if there is one.
    fn row(&self, moment: Moment) -> Option<M> {
        let known = self.kept.iter().find(|kept| kept.moment == moment && kept.inside == self.inside);
        known.map(|kept| kept.row)
    }

    /// Whether the variable is an array of numbers whose length is known in the whole function.
    fn can_be_kept(&self, m: M) -> bool {
        self.rows.is_plain(m) && self.rows.count(self.body, m, &self.scope).is_some()
    }

    /// The copies that the iteration made are there at the start of its adjoint.
    fn take_rows(&mut self, adjoint: &mut Block, home: BlockId) {
        let mut start = self.taken(home, &adjoint.stmts);
        start.append(&mut adjoint.stmts);
        adjoint.stmts = start;
    }

    /// What takes the copies that an iteration made from their tapes, but for those that are there.
    fn taken(&mut self, home: BlockId, there: &[Stmt]) -> Vec<Stmt> {
        let mut start = Vec::new();
        for kept in self.kept.iter().filter(|kept| kept.moment.home == home && kept.inside == self.inside) {
            if there.iter().any(|stmt| matches!(stmt, Stmt::Declare { var, .. } if *var == kept.row)) {
                continue;
            }
            let Some(op) = self.rows.count(self.body, kept.moment.of, &self.scope) else { continue };
            let count = match op {
                Op::Copy(length) => length,
                op => {
                    let count = self.body.new_value("count", Ty::Int, self.body.var(kept.row).span);
                    start.push(Stmt::Let { value: count, op });
                    count
                }
            };
            start.push(Stmt::Declare { var: kept.row, init: Init::Kept { tape: kept.tape, count } });
        }
        start
    }

    /// Writes the recomputations at the start of the block and uses the new names.
    fn finish(&mut self, adjoint: &mut Block, home: BlockId, mut renamed: HashMap<V, V>) {
        let needed = self.needed(adjoint, home, &renamed);
        let mut order = Vec::new();
        for v in needed {
            self.order(v, home, &renamed, &mut order);
        }
        let mut start = Vec::new();
        for v in order {
            let Some(mut op) = self.recomputable(v).cloned() else { continue };
            op.map_operands(&mut |operand| renamed.get(&operand).copied().unwrap_or(operand));
            self.redirect(v, &mut op);
            let value = self.body.value(v).clone();
            let again = self.body.new_value(value.name, value.ty, value.span);
            renamed.insert(v, again);
            start.push(Stmt::Let { value: again, op });
        }
        adjoint.map_operands(&mut |v| renamed.get(&v).copied().unwrap_or(v));
        start.append(&mut adjoint.stmts);
        adjoint.stmts = start;
    }

    /// Adds `v` and what it is recomputed from, operands first.
    fn order(&self, v: V, home: BlockId, renamed: &HashMap<V, V>, order: &mut Vec<V>) {
        let mut pending = vec![(v, false)];
        let mut seen: HashSet<V> = order.iter().copied().collect();
        while let Some((v, ready)) = pending.pop() {
            if ready {
                if seen.insert(v) {
                    order.push(v);
                }
            } else if self.scope.home(v) == Some(home) && !renamed.contains_key(&v) && !seen.contains(&v) {
                pending.push((v, true));
                let operands = self.recomputable(v).map(Op::operands).unwrap_or_default();
                pending.extend(operands.into_iter().map(|operand| (operand, false)));
            }
        }
    }
}

fn replay_span(body: &Body, kept: &[V]) -> proc_macro2::Span {
    kept.first().map_or_else(proc_macro2::Span::call_site, |v| body.value(*v).span)
}
