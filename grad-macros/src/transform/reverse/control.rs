//! The adjoints of branches and loops: the same structure, over the adjoints of their blocks.

use std::collections::{HashMap, HashSet};

use super::Reverse;
use crate::ir::{
    Adapter, Block, Branch, BranchKind, Builder, Carried, Head, Init, Loop, M, Range, Replay, Stmt, Ty, V,
    VarKind,
};
use crate::transform::checkpoint::Copier;

impl Reverse {
    /// The arm that ran runs backwards; the branch hands on the adjoints of what the arms used.
    pub(super) fn branch(&mut self, builder: &mut Builder<'_>, branch: &Branch) {
        let seeds: Vec<Option<V>> = branch.results.iter().map(|result| self.bars.take(*result)).collect();
        let mut arms = Vec::new();
        let mut touched: Vec<V> = Vec::new();
        for arm in &branch.arms {
            let (block, changes) = self.arm(builder, arm, &seeds);
            for (v, _) in &changes {
                if !touched.contains(v) {
                    touched.push(*v);
                }
            }
            arms.push((block, changes));
        }
        let results = self.join(builder, &mut arms, &touched);
        let arms: Vec<Block> = arms.into_iter().map(|(block, _)| block).collect();
        if results.is_empty() && arms.iter().all(|arm| arm.stmts.is_empty()) {
            return;
        }
        let kind = match &branch.kind {
            BranchKind::If(cond) => BranchKind::If(*cond),
            BranchKind::Match { selector, .. } | BranchKind::Switch(selector) => {
                BranchKind::Switch(*selector)
            }
        };
        builder.block.stmts.push(Stmt::Branch(Branch { kind, arms, results, span: branch.span }));
    }

    /// The adjoint of one arm, and the adjoints that it changed.
    fn arm(&mut self, builder: &mut Builder<'_>, arm: &Block, seeds: &[Option<V>]) -> (Block, Changes) {
        let mark = self.bars.mark();
        let mut inner = Builder::new(builder.body, builder.span);
        inner.block.mirrors = Some(arm.id);
        for (result, seed) in arm.results.iter().zip(seeds) {
            if let Some(seed) = seed {
                self.contribute(&mut inner, *result, *seed);
            }
        }
        self.statements(&mut inner, arm);
        (inner.block, self.bars.rollback(mark))
    }

    /// Makes every arm hand on the adjoints that any of them changed.
    fn join(&mut self, builder: &mut Builder<'_>, arms: &mut [(Block, Changes)], touched: &[V]) -> Vec<V> {
        let mut results = Vec::new();
        for v in touched {
            let before = self.bars.get(*v);
            let after = |changes: &Changes| {
                changes.iter().find(|(changed, _)| changed == v).map_or(before, |(_, after)| *after)
            };
            if arms.iter().all(|(_, changes)| after(changes) == before) {
                continue;
            }
            for (block, changes) in arms.iter_mut() {
                let bar = after(changes).or(before);
                let bar = bar.unwrap_or_else(|| zero_in(builder, block, *v));
                block.results.push(bar);
            }
            let name = format!("{}_bar", builder.body.value(*v).name);
            let ty = builder.ty(*v);
            let result = builder.body.new_value(name, ty, builder.span);
            self.bars.set(*v, Some(result));
            results.push(result);
        }
        results
    }

    /// The iterations run backwards, carrying the adjoints of the carried values and of what the body uses from outside.
    pub(super) fn looped(&mut self, builder: &mut Builder<'_>, looped: &Loop) {
        match &looped.checkpoint {
            Some(checkpoint) => self.repeated(builder, looped, &checkpoint.copies),
            None => self.replayed(builder, looped),
        }
    }

    /// Runs a segment once more, on copies of the memory that it changed, and then backwards.
    fn repeated(&mut self, builder: &mut Builder<'_>, looped: &Loop, copies: &[(M, V)]) {
        let mut copier = Copier { values: HashMap::new(), vars: HashMap::new() };
        for (m, copy) in copies {
            let var = builder.body.var(*m).clone();
            let own =
                builder.body.new_var(format!("{}_again", var.name), var.ty, VarKind::Local, looped.span);
            builder.body.vars[own.0 as usize].mutable = true;
            builder.block.stmts.push(Stmt::Declare { var: own, init: Init::Value(*copy) });
            copier.vars.insert(*m, own);
            if self.activity.var_varied(*m) {
                let shadow = self.shadow(builder, *m);
                self.shadows.insert(own, shadow);
            }
        }
        let copy = copier.copy(builder.body, looped);
        for (of, own) in &copier.values {
            self.activity.inherit(*own, *of);
        }
        for (of, own) in &copier.vars {
            self.activity.inherit_var(*own, *of);
            self.prepared.inherit(*own, *of, &copier.values);
        }
        for (original, own) in looped.carried.iter().zip(&copy.carried) {
            if let Some(bar) = self.bars.take(original.result) {
                self.bars.set(own.result, Some(bar));
            }
        }
        builder.block.stmts.push(Stmt::Loop(Box::new(copy.clone())));
        self.replayed(builder, &copy);
    }

    fn replayed(&mut self, builder: &mut Builder<'_>, looped: &Loop) {
        let finals: Vec<Option<V>> =
            looped.carried.iter().map(|carried| self.bars.take(carried.result)).collect();
        if finals.iter().all(Option::is_none) && !self.changes_memory(&looped.body) {
            return;
        }
        let invariants = self.invariants(looped);
        let mark = self.bars.mark();
        let mut inner = Builder::new(builder.body, looped.span);
        inner.block.mirrors = Some(looped.body.id);
        let sums: Vec<V> = invariants.iter().map(|v| bar_of(&mut inner, *v)).collect();
        for (v, sum) in invariants.iter().zip(&sums) {
            self.bars.set(*v, Some(*sum));
        }
        let states: Vec<Option<V>> =
            looped.carried.iter().map(|carried| self.state(&mut inner, carried)).collect();
        for (next, state) in looped.body.results.iter().zip(&states) {
            if let Some(state) = state {
                self.contribute(&mut inner, *next, *state);
            }
        }
        self.statements(&mut inner, &looped.body);
        let nexts: Vec<Option<V>> =
            looped.carried.iter().map(|carried| self.bars.take(carried.param)).collect();
        let after: Vec<Option<V>> = invariants.iter().map(|v| self.bars.get(*v)).collect();
        self.bars.rollback(mark);
        let mut body = inner.block;
        let mut replay = Replaying { carried: Vec::new(), results: Vec::new() };
        for (index, carried) in looped.carried.iter().enumerate() {
            let Some(state) = states[index] else { continue };
            let init = finals[index].unwrap_or_else(|| Self::zero(builder, carried.result));
            let next = nexts[index].unwrap_or_else(|| zero_in(builder, &mut body, carried.param));
            let result = replay.carry(builder, &mut body, state, init, next, carried.init);
            replay.results.push((carried.init, result, true));
        }
        for ((v, sum), after) in invariants.iter().zip(&sums).zip(after) {
            let Some(after) = after.filter(|after| after != sum) else { continue };
            let init = self.bars.get(*v).unwrap_or_else(|| Self::zero(builder, *v));
            let result = replay.carry(builder, &mut body, *sum, init, after, *v);
            replay.results.push((*v, result, false));
        }
        self.finish(builder, looped, body, replay);
    }

    /// Whether anything active is written in a block, besides values.
    fn changes_memory(&self, block: &Block) -> bool {
        let mut found = false;
        block.for_each_stmt(&mut |stmt| {
            found |=
                matches!(stmt, Stmt::Call(_)) || stmt.writes().iter().any(|m| self.activity.var_varied(*m));
        });
        found
    }

    fn finish(&mut self, builder: &mut Builder<'_>, looped: &Loop, body: Block, replay: Replaying) {
        if body.stmts.is_empty()
            && replay.carried.iter().zip(&body.results).all(|(carried, next)| carried.param == *next)
        {
            for ((v, _, contributes), carried) in replay.results.iter().zip(&replay.carried) {
                if *contributes {
                    self.contribute(builder, *v, carried.init);
                }
            }
            return;
        }
        let count = builder.body.new_value("count", Ty::Int, looped.span);
        let id = builder.body.new_loop();
        let head = Head::Replay(self.replay(builder, looped));
        builder.block.stmts.push(Stmt::Loop(Box::new(Loop {
            id,
            head,
            carried: replay.carried,
            body,
            exit: None,
            count,
            checkpoint: None,
            span: looped.span,
        })));
        // A value may be both used in the loop and what a carried value starts from: the totals first.
        let (contributions, totals): (Vec<_>, Vec<_>) =
            replay.results.into_iter().partition(|(_, _, contributes)| *contributes);
        for (v, total, _) in totals {
            self.bars.set(v, Some(total));
        }
        for (v, contribution, _) in contributions {
            self.contribute(builder, v, contribution);
        }
    }

    fn replay(&self, builder: &mut Builder<'_>, looped: &Loop) -> Replay {
        let range = match &looped.head {
            Head::Range { index, range } if looped.exit.is_none() && is_reversible(range) => {
                let name = builder.body.value(*index).name.clone();
                let ty = builder.ty(*index);
                Some((builder.body.new_value(name, ty, looped.span), range.clone()))
            }
            _ => None,
        };
        Replay { of: looped.id, forwards: false, range, count: looped.count, tape: None }
    }

    /// The adjoint that one iteration hands to the one before it, for a carried value that has one.
    fn state(&self, inner: &mut Builder<'_>, carried: &Carried) -> Option<V> {
        let varied = self.activity.varied(carried.param) || self.activity.varied(carried.result);
        varied.then(|| bar_of(inner, carried.param))
    }

    /// The active values from outside that the body uses.
    fn invariants(&self, looped: &Loop) -> Vec<V> {
        let mut inside: HashSet<V> = looped.params().into_iter().collect();
        let mut used = Vec::new();
        uses(&looped.body, &mut inside, &mut used);
        let mut seen = HashSet::new();
        used.retain(|v| !inside.contains(v) && self.activity.varied(*v) && seen.insert(*v));
        used
    }
}

/// The values whose adjoint an arm changed, each with what it is then.
type Changes = Vec<(V, Option<V>)>;

/// What an adjoint loop carries.
struct Replaying {
    carried: Vec<Carried>,
    /// The primal value that each result belongs to, and whether it's a contribution (or the new total).
    results: Vec<(V, V, bool)>,
}

impl Replaying {
    fn carry(&mut self, builder: &mut Builder<'_>, body: &mut Block, param: V, init: V, next: V, of: V) -> V {
        let name = format!("{}_bar", builder.body.value(of).name);
        let ty = builder.ty(param);
        let result = builder.body.new_value(name, ty, builder.span);
        self.carried.push(Carried { param, init, result });
        body.results.push(next);
        result
    }
}

/// A value for the adjoint of `v` in a loop's body.
fn bar_of(inner: &mut Builder<'_>, v: V) -> V {
    let name = format!("{}_bar", inner.body.value(v).name);
    let ty = inner.ty(v);
    let span = inner.span;
    inner.body.new_value(name, ty, span)
}

/// A zero for the adjoint of `v`, at the end of `block`.
fn zero_in(builder: &mut Builder<'_>, block: &mut Block, v: V) -> V {
    std::mem::swap(&mut builder.block, block);
    let zero = Reverse::zero(builder, v);
    std::mem::swap(&mut builder.block, block);
    zero
}

/// Collects the values that a block uses, and those that it defines.
fn uses(block: &Block, defined: &mut HashSet<V>, used: &mut Vec<V>) {
    for stmt in &block.stmts {
        used.extend(stmt.own_operands());
        defined.extend(stmt.defines());
        if let Stmt::Loop(looped) = stmt {
            defined.extend(looped.params());
            used.extend(looped.exit);
        }
        for inner in stmt.blocks() {
            uses(inner, defined, used);
        }
    }
    used.extend(block.results.iter().copied());
}

/// Whether the range can be walked backwards by `rev`.
pub fn is_reversible(range: &Range) -> bool {
    !range.inclusive || range.adapters.iter().all(|adapter| *adapter == Adapter::Rev)
}
