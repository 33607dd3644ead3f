//! What depends on a choice moves into its arms, where it costs nothing in all of them but one.
//!
//! The adjoint of a branch hands out a zero for what an arm doesn't use. A product with it, after the branch, would be
//! computed for nothing, and would turn into NaN where the other factor is infinite. In the arms it's known what is zero.

use std::collections::{HashMap, HashSet};

use super::rewrite::Simpler;
use super::walk::Walk;
use crate::ir::{Block, Op, Prim, Stmt, Ty, V};

/// How long a chain of operations may be that moves along.
const MAX_CHAIN: usize = 12;

/// A block being rearranged.
struct Plan {
    stmts: Vec<Option<Stmt>>,
    /// What goes before a statement.
    before: HashMap<usize, Vec<Stmt>>,
    /// Where in the block a value is defined; values from outside aren't listed.
    position: HashMap<V, usize>,
    /// The results of branches: the branch's place, and the number of the result.
    choices: HashMap<V, (usize, usize)>,
}

impl Walk<'_> {
    /// Moves operations of ours in the block, and in the blocks inside it, into branches.
    pub fn sink(&mut self, block: &mut Block) {
        self.shares = false;
        self.sink_in(block);
        self.shares = true;
    }

    fn sink_in(&mut self, block: &mut Block) {
        let mut plan = Plan::new(std::mem::take(&mut block.stmts));
        for index in 0..plan.stmts.len() {
            if let Some(Stmt::Let { value, op: Op::Prim(prim, operands) }) = &plan.stmts[index]
                && self.is_ours(*value)
                && self.body.value(*value).ty.is_float()
            {
                let (value, prim, operands) = (*value, *prim, operands.clone());
                self.try_to_sink(&mut plan, index, value, prim, &operands);
            }
        }
        block.stmts = plan.finish();
        for stmt in &mut block.stmts {
            stmt.blocks_mut().into_iter().for_each(|inner| self.sink_in(inner));
        }
    }

    fn try_to_sink(
        &mut self,
        plan: &mut Plan,
        index: usize,
        value: V,
        prim: Prim,
        operands: &[V],
    ) -> Option<()> {
        let branch = operands.iter().filter_map(|v| plan.choices.get(v)).map(|(branch, _)| *branch).max()?;
        let arms = plan.arms(branch, operands)?;
        let simpler: Vec<Option<Simpler>> =
            arms.iter().map(|operands| self.equation(prim, operands).filter(is_free)).collect();
        if simpler.iter().filter(|simpler| simpler.is_none()).count() > 1 || arms.len() < 2 {
            return None;
        }
        // What is needed in an arm besides its results has to be there before the branch.
        let mut chain = Vec::new();
        for v in operands.iter().filter(|v| plan.choices.get(v).is_none_or(|(at, _)| *at != branch)) {
            plan.chain(*v, branch, &mut chain)?;
        }
        plan.hoist(chain, branch);
        plan.stmts[index] = None;
        let ty = self.body.value(value).ty.clone();
        let mut stmt = plan.stmts[branch].take();
        if let Some(Stmt::Branch(found)) = &mut stmt {
            for ((arm, operands), simpler) in found.arms.iter_mut().zip(arms).zip(simpler) {
                let result = self.in_arm(&mut arm.stmts, prim, operands, simpler, &ty);
                arm.results.push(result);
            }
            plan.choices.insert(value, (branch, found.results.len()));
            plan.position.insert(value, branch);
            found.results.push(value);
        }
        plan.stmts[branch] = stmt;
        Some(())
    }

    /// The operation in one arm.
    fn in_arm(
        &mut self,
        stmts: &mut Vec<Stmt>,
        prim: Prim,
        operands: Vec<V>,
        simpler: Option<Simpler>,
        ty: &Ty,
    ) -> V {
        if let Some(simpler) = simpler.or_else(|| self.equation(prim, &operands)) {
            return self.bound(simpler, ty, stmts, 0);
        }
        let value = self.body.new_value("t", ty.clone(), proc_macro2::Span::call_site());
        let op = Op::Prim(prim, operands);
        self.remember(value, &op);
        stmts.push(Stmt::Let { value, op });
        value
    }
}

/// Whether the right side of an equation takes no operation.
fn is_free(simpler: &Simpler) -> bool {
    matches!(simpler, Simpler::Value(_) | Simpler::Number(_))
}

impl Plan {
    fn new(stmts: Vec<Stmt>) -> Self {
        let mut plan = Self {
            stmts: Vec::new(),
            before: HashMap::new(),
            position: HashMap::new(),
            choices: HashMap::new(),
        };
        for (index, stmt) in stmts.iter().enumerate() {
            for v in stmt.defines() {
                plan.position.insert(v, index);
            }
            if let Stmt::Branch(branch) = stmt {
                let results = branch.results.iter().enumerate();
                plan.choices.extend(results.map(|(number, v)| (*v, (index, number))));
            }
        }
        plan.stmts = stmts.into_iter().map(Some).collect();
        plan
    }

    /// The operands as each arm of the branch knows them.
    fn arms(&self, branch: usize, operands: &[V]) -> Option<Vec<Vec<V>>> {
        let Some(Stmt::Branch(found)) = &self.stmts[branch] else { return None };
        let known = |arm: &Block, v: &V| match self.choices.get(v) {
            Some((at, number)) if *at == branch => arm.results.get(*number).copied(),
            _ => Some(*v),
        };
        found.arms.iter().map(|arm| operands.iter().map(|v| known(arm, v)).collect()).collect()
    }

    /// The statements that have to move before the branch so that `v` is there; `None` if they can't.
    fn chain(&self, v: V, branch: usize, chain: &mut Vec<usize>) -> Option<()> {
        let Some(&at) = self.position.get(&v) else { return Some(()) };
        if at < branch || chain.contains(&at) {
            return Some(());
        }
        let Some(Stmt::Let { op, .. }) = &self.stmts[at] else { return None };
        if at == branch || chain.len() >= MAX_CHAIN {
            return None;
        }
        match op {
            Op::Number(_) | Op::Literal(_) => {}
            Op::Prim(_, operands) => operands.iter().try_for_each(|v| self.chain(*v, branch, chain))?,
            _ => return None,
        }
        chain.push(at);
        Some(())
    }

    fn hoist(&mut self, chain: Vec<usize>, branch: usize) {
        let moved: HashSet<usize> = chain.iter().copied().collect();
        for at in chain {
            if let Some(stmt) = self.stmts[at].take() {
                self.before.entry(branch).or_default().push(stmt);
            }
        }
        for at in self.position.values_mut().filter(|at| moved.contains(at)) {
            // Just before the branch: there for it, not for the statement before.
            *at = branch.saturating_sub(1);
        }
    }

    fn finish(mut self) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(self.stmts.len());
        for (index, stmt) in self.stmts.into_iter().enumerate() {
            out.extend(self.before.remove(&index).unwrap_or_default());
            out.extend(stmt);
        }
        out
    }
}
