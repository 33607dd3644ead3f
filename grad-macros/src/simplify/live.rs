//! What is needed: a marking from the effects, along what they are computed from.

use std::collections::HashMap;

use crate::ir::visit;
use crate::ir::{
    Arg, Block, Body, Branch, BranchKind, Head, Init, Loop, M, Op, Opaque, Output, Slot, Stmt, V, VarKind,
};

/// The number of a statement, in the order of the walk.
type Id = usize;

/// Where a value comes from.
#[derive(Clone)]
enum Source {
    /// Computed by this statement.
    Stmt(Id),
    /// A result of this branch: what the arms hand out.
    Result(Id, Vec<V>),
    /// Carried by this loop: where it starts, and what comes next.
    Carried(Id, V, V),
    /// A field of a tape's records, read by this loop.
    Field(Id, M, usize),
}

/// A statement as far as the marking goes.
#[derive(Default)]
struct Node {
    parent: Option<Id>,
    /// The values that it reads as soon as it's needed.
    operands: Vec<V>,
    /// The variables that it reads.
    reads: Vec<M>,
}

/// What is needed.
#[derive(Default)]
pub struct Live {
    nodes: Vec<Node>,
    sources: HashMap<V, Source>,
    /// The statements that write to a variable.
    writers: HashMap<M, Vec<Id>>,
    /// What the records of a tape hold.
    records: HashMap<M, Vec<Vec<V>>>,
    stmts: Vec<bool>,
    values: HashMap<V, bool>,
    vars: HashMap<M, bool>,
    pending: Vec<Task>,
}

enum Task {
    Stmt(Id),
    Value(V),
    Var(M),
}

impl Live {
    /// Marks from the blocks' results and effects. `kept` are variables that are read afterwards.
    pub fn new(body: &Body, blocks: &[&Block], kept: &[M]) -> Self {
        let mut live = Self::default();
        for block in blocks {
            live.block(block, None);
            live.pending.extend(block.results.iter().map(|v| Task::Value(*v)));
        }
        live.pending.extend(kept.iter().map(|m| Task::Var(*m)));
        live.returned(&body.result);
        for (index, var) in body.vars.iter().enumerate() {
            if matches!(var.kind, VarKind::RefMut | VarKind::Buffer) {
                live.pending.push(Task::Var(M(u32::try_from(index).unwrap_or(u32::MAX))));
            }
        }
        live.mark();
        live
    }

    /// Whether a value is needed.
    pub fn value(&self, v: V) -> bool {
        self.values.contains_key(&v)
    }

    /// Whether a variable is needed.
    pub fn var(&self, m: M) -> bool {
        self.vars.contains_key(&m)
    }

    /// Whether the statement with this number is needed.
    pub fn stmt(&self, id: Id) -> bool {
        self.stmts.get(id).copied().unwrap_or(true)
    }

    /// Which fields of a tape's records are needed.
    pub fn fields(&self, tape: M) -> Vec<bool> {
        let records = self.records.get(&tape).and_then(|records| records.first());
        records.map(|values| values.iter().map(|v| self.value(*v)).collect()).unwrap_or_default()
    }

    fn returned(&mut self, output: &Output) {
        match output {
            Output::Unit | Output::Value(_) => {}
            Output::Var(m) => self.pending.push(Task::Var(*m)),
            Output::Tuple(parts) => parts.iter().for_each(|part| self.returned(part)),
        }
    }

    fn block(&mut self, block: &Block, parent: Option<Id>) {
        for stmt in &block.stmts {
            let id = self.nodes.len();
            let mut operands = stmt.own_operands();
            if let Stmt::Loop(looped) = stmt {
                // Where carried values start matters where they are needed alone.
                operands = loop_operands(looped);
            }
            if matches!(stmt, Stmt::Record { .. }) {
                operands.clear();
            }
            self.nodes.push(Node { parent, operands, reads: reads(stmt) });
            self.stmts.push(false);
            for m in stmt.writes() {
                self.writers.entry(m).or_default().push(id);
            }
            self.define(stmt, id);
            if is_effect(stmt) {
                self.pending.push(Task::Stmt(id));
            }
            for inner in stmt.blocks() {
                self.block(inner, Some(id));
            }
        }
    }

    fn define(&mut self, stmt: &Stmt, id: Id) {
        for v in stmt.defines() {
            self.sources.insert(v, Source::Stmt(id));
        }
        match stmt {
            Stmt::Branch(branch) => {
                for (index, result) in branch.results.iter().enumerate() {
                    let parts = branch.arms.iter().map(|arm| arm.results[index]).collect();
                    self.sources.insert(*result, Source::Result(id, parts));
                }
                if let BranchKind::Match { arms, .. } = &branch.kind {
                    for (_, v) in arms.iter().flat_map(|arm| &arm.binds) {
                        self.sources.insert(*v, Source::Stmt(id));
                    }
                }
            }
            Stmt::Loop(looped) => self.define_loop(looped, id),
            Stmt::Record { tape, values } => self.records.entry(*tape).or_default().push(values.clone()),
            _ => {}
        }
    }

    fn define_loop(&mut self, looped: &Loop, id: Id) {
        for v in looped.params() {
            self.sources.insert(v, Source::Stmt(id));
        }
        for (carried, next) in looped.carried.iter().zip(&looped.body.results) {
            let source = Source::Carried(id, carried.init, *next);
            self.sources.insert(carried.param, source.clone());
            self.sources.insert(carried.result, source);
        }
        if let Head::Replay(replay) = &looped.head
            && let Some((tape, fields)) = &replay.tape
        {
            for (index, v) in fields.iter().enumerate() {
                self.sources.insert(*v, Source::Field(id, *tape, index));
            }
        }
    }

    fn mark(&mut self) {
        while let Some(task) = self.pending.pop() {
            match task {
                Task::Stmt(id) => self.mark_stmt(id),
                Task::Value(v) => self.mark_value(v),
                Task::Var(m) => self.mark_var(m),
            }
        }
    }

    fn mark_stmt(&mut self, id: Id) {
        if std::mem::replace(&mut self.stmts[id], true) {
            return;
        }
        let Node { parent, operands, reads } = &self.nodes[id];
        self.pending.extend(parent.map(Task::Stmt));
        self.pending.extend(operands.iter().map(|v| Task::Value(*v)));
        self.pending.extend(reads.iter().map(|m| Task::Var(*m)));
    }

    fn mark_value(&mut self, v: V) {
        if self.values.insert(v, true).is_some() {
            return;
        }
        match self.sources.get(&v).cloned() {
            None => {}
            Some(Source::Stmt(id)) => self.pending.push(Task::Stmt(id)),
            Some(Source::Result(id, parts)) => {
                self.pending.push(Task::Stmt(id));
                self.pending.extend(parts.into_iter().map(Task::Value));
            }
            Some(Source::Carried(id, init, next)) => {
                self.pending.extend([Task::Stmt(id), Task::Value(init), Task::Value(next)]);
            }
            Some(Source::Field(id, tape, index)) => {
                self.pending.extend([Task::Stmt(id), Task::Var(tape)]);
                let records = self.records.get(&tape).cloned().unwrap_or_default();
                self.pending
                    .extend(records.iter().filter_map(|values| values.get(index)).map(|v| Task::Value(*v)));
            }
        }
    }

    fn mark_var(&mut self, m: M) {
        if self.vars.insert(m, true).is_none() {
            let writers = self.writers.remove(&m).unwrap_or_default();
            self.pending.extend(writers.into_iter().map(Task::Stmt));
        }
    }
}

/// What a loop needs to run at all.
fn loop_operands(looped: &Loop) -> Vec<V> {
    let mut operands: Vec<V> = looped.exit.into_iter().collect();
    let mut range_operands = |range: &crate::ir::Range| {
        range.clone().map_operands(&mut |v| {
            operands.push(v);
            v
        });
    };
    match &looped.head {
        Head::Range { range, .. } => range_operands(range),
        Head::While(cond) => operands.extend(&cond.results),
        Head::Forever => {}
        Head::Replay(replay) => match &replay.range {
            Some((_, range)) => range_operands(range),
            None => operands.push(replay.count),
        },
    }
    operands
        .extend(looped.checkpoint.iter().flat_map(|checkpoint| &checkpoint.every).flat_map(Opaque::values));
    operands
}

/// The variables that a statement reads by itself.
pub fn reads(stmt: &Stmt) -> Vec<M> {
    match stmt {
        Stmt::Let { op, .. } => op.reads(),
        Stmt::Declare { init, .. } => match init {
            Init::Copy { from, .. } => vec![from.base],
            Init::Row(row) => vec![row.of.base],
            Init::Kept { tape, .. } => vec![*tape],
            Init::Opaque(opaque) | Init::Fill { len: opaque, .. } => visit::vars(&opaque.uses).collect(),
            Init::Zeros { like, .. } => vec![*like],
            Init::Uninit | Init::Elements(_) | Init::Value(_) | Init::Struct { .. } | Init::Tape(_) => {
                Vec::new()
            }
        },
        Stmt::Effect(effect) => visit::vars(&effect.uses).collect(),
        Stmt::Branch(branch) => match &branch.kind {
            BranchKind::Match { scrutinee, arms, .. } => {
                let guards = arms.iter().filter_map(|arm| arm.guard.as_ref());
                guards.chain([scrutinee]).flat_map(|opaque| visit::vars(&opaque.uses)).collect()
            }
            BranchKind::If(_) | BranchKind::Switch(_) => Vec::new(),
        },
        Stmt::Call(call) => call_reads(call),
        Stmt::Pullback(pullback) => {
            let scratch = pullback.slots.iter().filter_map(|slot| match slot {
                Slot::Scratch(place) | Slot::Ref(place) => Some(place.base),
                Slot::Value(_) | Slot::Constant => None,
            });
            pullback.call.iter().flat_map(|call| call_reads(call)).chain(scratch).collect()
        }
        Stmt::Second(second) => {
            let slots = second.all_slots().filter_map(|slot| match slot {
                Slot::Scratch(place) | Slot::Ref(place) => Some(place.base),
                Slot::Value(_) | Slot::Constant => None,
            });
            call_reads(&second.call).into_iter().chain(slots).collect()
        }
        Stmt::Swap { a, b } => vec![*a, *b],
        Stmt::Keep { place, .. } => vec![place.base],
        Stmt::Store { .. } | Stmt::Loop(_) | Stmt::Record { .. } | Stmt::Clear { .. } => Vec::new(),
    }
}

fn call_reads(call: &crate::ir::Call) -> Vec<M> {
    let args = call.args.iter().flat_map(|arg| match arg {
        Arg::Ref { place, .. } => vec![place.base],
        Arg::Opaque(opaque) => visit::vars(&opaque.uses).collect(),
        Arg::Value(_) => Vec::new(),
    });
    let adaptors = call.fails.opaques().flat_map(|opaque| visit::vars(&opaque.uses));
    let tangents = call.tangent.iter().flat_map(|tangent| &tangent.args).filter_map(|arg| match arg {
        crate::ir::TangentArg::Ref { place, .. } => Some(place.base),
        _ => None,
    });
    args.chain(adaptors).chain(tangents).collect()
}

/// Whether a statement does something besides giving values to what is needed.
fn is_effect(stmt: &Stmt) -> bool {
    match stmt {
        Stmt::Effect(_) | Stmt::Call(_) => true,
        Stmt::Second(second) => second.all_slots().any(|slot| matches!(slot, Slot::Ref(_))),
        Stmt::Let { op: Op::Opaque(opaque), .. } | Stmt::Declare { init: Init::Opaque(opaque), .. } => {
            !opaque.cheap
        }
        Stmt::Pullback(pullback) if pullback.call.is_some() => true,
        Stmt::Pullback(pullback) => pullback.slots.iter().any(|slot| matches!(slot, Slot::Ref(_))),
        Stmt::Branch(Branch { kind: BranchKind::Match { scrutinee, .. }, .. }) => !scrutinee.cheap,
        Stmt::Let { .. }
        | Stmt::Declare { .. }
        | Stmt::Store { .. }
        | Stmt::Branch(_)
        | Stmt::Loop(_)
        | Stmt::Record { .. }
        | Stmt::Keep { .. }
        | Stmt::Swap { .. }
        | Stmt::Clear { .. } => false,
    }
}
