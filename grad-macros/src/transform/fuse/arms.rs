//! One sweep through a branch: where the adjoints of the arms need nothing that is computed after the branch, each runs in its
//! arm, right after its primal half.

use std::collections::HashSet;

use super::hoist::Hoist;
use super::memory::memory;
use super::{Context, Fused, defined, fuse_within};
use crate::ir::{Binding, Block, Body, Branch, Stmt};

/// A branch that can be fused.
pub struct Plan {
    /// Where the primal branch is in the primal block.
    pub position: usize,
    hoist: Hoist,
    /// Adjoint variables to declare before the branch: their statements in the adjoint block.
    declares: Vec<usize>,
}

/// Whether the adjoint statement `index` is such a branch.
pub fn candidate(body: &Body, adjoint: &Block, index: usize, context: Context) -> Option<Plan> {
    let Stmt::Branch(branch) = &adjoint.stmts[index] else { return None };
    // Only where there is a loop to run once: values are as well kept.
    if !branch.arms.iter().any(has_loop) {
        return None;
    }
    let (position, primal) = find(body, branch)?;
    let whole = Block {
        id: adjoint.id,
        stmts: vec![adjoint.stmts[index].clone()],
        results: Vec::new(),
        mirrors: None,
    };
    let declares = memory(body, adjoint, (index, position), &whole, context)?;
    let mut inside = HashSet::new();
    for arm in primal.arms.iter().chain([&whole]) {
        defined(arm, &mut inside);
    }
    let primal = Block { stmts: vec![body.block.stmts[position].clone()], ..whole.clone() };
    defined(&primal, &mut inside);
    let mut hoist = Hoist::new(body, adjoint, position, index, context);
    let mut all = true;
    // The condition is there, where the primal branch is.
    for arm in &branch.arms {
        arm.clone().map_operands(&mut |v| {
            all = all && (inside.contains(&v) || hoist.reach(v));
            v
        });
    }
    for declare in &declares {
        all = all && adjoint.stmts[*declare].own_operands().into_iter().all(|v| hoist.reach(v));
    }
    all.then_some(Plan { position, hoist, declares })
}

fn has_loop(block: &Block) -> bool {
    let mut found = false;
    block.for_each_stmt(&mut |stmt| found |= matches!(stmt, Stmt::Loop(_)));
    found
}

/// The primal branch whose arms these are the adjoints of.
fn find<'b>(body: &'b Body, adjoint: &Branch) -> Option<(usize, &'b Branch)> {
    body.block.stmts.iter().enumerate().find_map(|(position, stmt)| match stmt {
        Stmt::Branch(branch) if mirrors(adjoint, branch) => Some((position, branch)),
        _ => None,
    })
}

fn mirrors(adjoint: &Branch, primal: &Branch) -> bool {
    let both = adjoint.arms.iter().zip(&primal.arms);
    adjoint.arms.len() == primal.arms.len() && both.clone().all(|(a, p)| a.mirrors == Some(p.id))
}

impl Plan {
    /// Moves what has to be before the branch, takes the adjoint branch out, and goes on inside the arms; says where the adjoint
    /// sweep goes on.
    pub fn carry_out(
        self,
        body: &mut Body,
        adjoint: &mut Block,
        index: usize,
        context: Context,
    ) -> (Vec<Fused>, usize) {
        let Stmt::Branch(branch) = adjoint.stmts.remove(index) else { return (Vec::new(), index) };
        let left = self.hoist.carry_out(body, adjoint, &self.declares, Vec::new());
        let Some((position, _)) = find(body, &branch) else { return (Vec::new(), index) };
        let mut around = context.outside.clone();
        around.extend(body.params.iter().filter_map(|param| match param.binding {
            Binding::Value(v) => Some(v),
            Binding::Var(_) => None,
        }));
        around.extend(body.block.stmts[..position].iter().flat_map(Stmt::defines));
        if let Stmt::Branch(primal) = &mut body.block.stmts[position] {
            primal.results.extend(&branch.results);
        }
        let mut all = Vec::new();
        for (number, arm) in branch.arms.into_iter().enumerate() {
            all.extend(in_arm(body, (position, number), arm, Context { outside: &around, ..context }));
        }
        (all, index - left)
    }
}

/// The adjoint of one arm, after what can run in the arm's own loops and branches: for these the arm is the body's block.
fn in_arm(
    body: &mut Body,
    (position, number): (usize, usize),
    mut adjoint: Block,
    context: Context,
) -> Vec<Fused> {
    let nothing = body.new_block();
    let mut outer = std::mem::replace(&mut body.block, nothing);
    let mut all = Vec::new();
    if let Stmt::Branch(branch) = &mut outer.stmts[position] {
        std::mem::swap(&mut body.block, &mut branch.arms[number]);
        all = fuse_within(body, &mut adjoint, context);
        body.block.results.append(&mut adjoint.results);
        std::mem::swap(&mut body.block, &mut branch.arms[number]);
        all.push(Fused { into: branch.arms[number].id, block: adjoint, sums: Vec::new() });
    }
    body.block = outer;
    all
}
