//! One walk over the code, operands before uses: copies are seen through, the compiler's values rewritten, what was computed
//! before is used again.

use std::collections::{HashMap, HashSet};

use super::cells::Cells;
use super::common::{self, Table};
use crate::ir::{Binding, Block, BlockId, Body, M, Op, Stmt, V, VarKind};

/// The state of the walk.
pub struct Walk<'a> {
    pub body: &'a mut Body,
    /// Values from here on are the compiler's own.
    pub first: usize,
    pub renamed: HashMap<V, V>,
    /// The operations of values that the equations look at.
    pub ops: HashMap<V, Op>,
    pub uses: HashMap<V, u32>,
    pub table: Table,
    /// What is in memory at places by name.
    pub cells: Cells,
    /// The primal blocks that the blocks around mirror.
    pub mirrors: Vec<BlockId>,
    /// Scalars behind a reference: their name in user code is that of the reference, so they have no copies.
    pub behind_references: HashSet<V>,
    /// Per tape the fields that say the same as an earlier one: both numbers, last first.
    pub doubled: HashMap<M, Vec<(usize, usize)>>,
    /// Whether what was computed before is used again: not while statements change places.
    pub shares: bool,
}

impl<'a> Walk<'a> {
    /// Over all the code there is.
    pub fn new(body: &'a mut Body, blocks: &[&Block], first: usize) -> Self {
        let behind_references = body.params.iter().filter_map(|param| match (param.binding, param.passing) {
            (Binding::Value(v), VarKind::Ref | VarKind::RefMut) => Some(v),
            _ => None,
        });
        let behind_references = behind_references.collect();
        let mut uses = HashMap::new();
        for block in blocks {
            count(block, &mut uses);
        }
        Self {
            body,
            first,
            renamed: HashMap::new(),
            ops: HashMap::new(),
            uses,
            table: Table::default(),
            cells: Cells::default(),
            mirrors: Vec::new(),
            behind_references,
            doubled: HashMap::new(),
            shares: true,
        }
    }

    pub fn remember(&mut self, value: V, op: &Op) {
        if matches!(op, Op::Prim(..) | Op::Number(_) | Op::Literal(_) | Op::ZeroTangent(_) | Op::Undef) {
            self.ops.insert(value, op.clone());
        }
    }

    pub fn resolve(&self, v: V) -> V {
        self.renamed.get(&v).copied().unwrap_or(v)
    }

    pub fn is_ours(&self, v: V) -> bool {
        v.0 as usize >= self.first
    }

    /// A block, and one that follows it and sees its values.
    pub fn block_and_then(&mut self, block: &mut Block, next: &mut Block) {
        let mark = self.table.mark();
        self.statements(block);
        self.block(next);
        self.table.rollback(mark);
    }

    /// A block of its own.
    pub fn block(&mut self, block: &mut Block) {
        let mark = self.table.mark();
        let mirrors = self.mirrors.len();
        self.mirrors.extend(block.mirrors);
        self.statements(block);
        self.mirrors.truncate(mirrors);
        self.table.rollback(mark);
    }

    fn statements(&mut self, block: &mut Block) {
        let mut out = Vec::with_capacity(block.stmts.len());
        for mut stmt in std::mem::take(&mut block.stmts) {
            stmt.map_own_operands(&mut |v| self.resolve(v));
            match stmt {
                Stmt::Let { value, op } => self.binding(value, op, &mut out),
                Stmt::Branch(branch) => self.branch(branch, &mut out),
                Stmt::Loop(looped) => self.looped(looped, &mut out),
                Stmt::Store { place, how, value } => self.store(place, how, value, &mut out),
                Stmt::Clear { place, ty } => self.clear(place, ty, &mut out),
                Stmt::Declare { var, init } => {
                    self.starts(var, &init);
                    out.push(Stmt::Declare { var, init });
                }
                mut stmt => {
                    if let Stmt::Record { tape, values } = &mut stmt {
                        self.record(*tape, values);
                    }
                    for m in stmt.writes() {
                        self.table.changes(m);
                    }
                    out.push(stmt);
                }
            }
        }
        for v in &mut block.results {
            *v = self.renamed.get(v).copied().unwrap_or(*v);
        }
        block.stmts = out;
    }

    fn binding(&mut self, value: V, op: Op, out: &mut Vec<Stmt>) {
        if let Op::Copy(of) | Op::Stop(of) = op
            && !self.behind_references.contains(&of)
        {
            self.renamed.insert(value, of);
            return;
        }
        if let Op::Load(place) = &op
            && let Some(known) = self.in_memory(value, place, out)
        {
            self.renamed.insert(value, known);
            return;
        }
        let op = match self.simpler(value, &op) {
            None => op,
            Some(simpler) => {
                let ty = self.body.value(value).ty.clone();
                match self.built(simpler, &ty, out, 0) {
                    Ok(same) => {
                        self.renamed.insert(value, same);
                        return;
                    }
                    Err(op) => op,
                }
            }
        };
        if let Some(known) = self.computed_before(value, &op) {
            self.renamed.insert(value, known);
            return;
        }
        self.remember(value, &op);
        out.push(Stmt::Let { value, op });
    }

    /// A value that says the same; if there is none, `value` does from now on.
    pub fn computed_before(&mut self, value: V, op: &Op) -> Option<V> {
        if !self.shares {
            return None;
        }
        let key = self.table.key(op, &|v| self.operand_key(v))?;
        if let Some(primal) = self.table.primal.get(&key)
            && let Some((v, _)) = primal.iter().find(|(_, home)| self.mirrors.contains(home))
        {
            return Some(*v);
        }
        // What the user computes isn't taken from ours, so that it's plain to see that it stays what it is.
        let known = self.table.find_or_insert(key, value)?;
        (self.is_ours(value) || !self.is_ours(known)).then_some(known)
    }

    pub fn operand_key(&self, v: V) -> common::Operand {
        match (self.number(v), self.ops.get(&v)) {
            (Some(number), _) => common::Operand::Number(number.to_bits()),
            (None, Some(Op::Literal(expr))) => {
                common::Operand::Literal(quote::ToTokens::to_token_stream(expr).to_string())
            }
            _ => common::Operand::Value(v),
        }
    }
}

fn count(block: &Block, uses: &mut HashMap<V, u32>) {
    let mut add = |v: V| *uses.entry(v).or_default() += 1;
    block.for_each_stmt(&mut |stmt| {
        stmt.own_operands().into_iter().for_each(&mut add);
        for inner in stmt.blocks() {
            inner.results.iter().copied().for_each(&mut add);
        }
        if let Stmt::Loop(looped) = stmt {
            looped.exit.into_iter().for_each(&mut add);
        }
    });
    block.results.iter().copied().for_each(add);
}
