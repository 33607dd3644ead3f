//! One sweep: where the adjoint of a loop needs nothing that is computed after the loop, and hands nothing from iteration
//! to iteration but sums, it runs in the primal loop itself, each iteration right after its primal half.

mod arms;
mod chain;
mod hoist;
mod memory;

use std::collections::{HashMap, HashSet};

use super::lengths::sizes;
use crate::analysis::{Sizes, effects};
use crate::ir::{Block, BlockId, Body, Builder, Carried, Head, Loop, LoopId, M, Op, Prim, Replay, Stmt, V};
pub use chain::is_sum;
use hoist::Hoist;
use memory::memory;

/// The adjoint of one iteration that runs in the primal loop with this body, or the adjoint of an arm that runs in the arm.
pub struct Fused {
    pub into: BlockId,
    pub block: Block,
    /// The sums that it carries: parameter and next value.
    sums: Vec<(Carried, V)>,
}

/// Takes out of the adjoint sweep the loops and branches that can run in the primal sweep. Variables from `first_var` on are
/// adjoint memory; the seeds are there from the start.
pub fn fuse(body: &mut Body, adjoint: &mut Block, first_var: usize, seeds: &HashSet<V>) -> Vec<Fused> {
    let sizes = sizes(body, &effects(body));
    fuse_within(body, adjoint, Context { first_var, outside: seeds, sizes: &sizes })
}

/// The same for a block of the primal sweep, which is that of the body for now.
fn fuse_within(body: &mut Body, adjoint: &mut Block, context: Context) -> Vec<Fused> {
    let mut all = Vec::new();
    let mut index = 0;
    // Where the function fails, nothing has been written to the caller's buffers.
    let failing = body.block.stmts.iter().rposition(Stmt::may_leave);
    while index < adjoint.stmts.len() {
        let looped = candidate(body, adjoint, index, context).filter(|plan| Some(plan.position) > failing);
        if let Some(plan) = looped {
            let (fused, next) = plan.carry_out(body, adjoint, index);
            all.push(fused);
            index = next;
            continue;
        }
        let branch = arms::candidate(body, adjoint, index, context);
        match branch.filter(|plan| Some(plan.position) > failing) {
            Some(plan) => {
                let (fused, next) = plan.carry_out(body, adjoint, index, context);
                all.extend(fused);
                index = next;
            }
            None => index += 1,
        }
    }
    all
}

/// What the plans for a block go by.
#[derive(Clone, Copy)]
struct Context<'a> {
    /// Variables from this one on are adjoint memory.
    first_var: usize,
    /// The values around the block.
    outside: &'a HashSet<V>,
    /// What is known of integers.
    sizes: &'a Sizes,
}

/// Puts the adjoints into the primal loops and arms; after the residuals are in place.
pub fn join(body: &mut Body, fused: Vec<Fused>) {
    for Fused { into, block, sums } in fused {
        if let Some(home) = block_of(&mut body.block, into) {
            home.stmts.extend(block.stmts);
            home.results.extend(sums.iter().map(|(_, next)| *next));
        }
        if let Some(looped) = loop_of(&mut body.block, into) {
            looped.carried.extend(sums.iter().map(|(carried, _)| *carried));
        }
    }
}

/// The block with this identity.
fn block_of(block: &mut Block, id: BlockId) -> Option<&mut Block> {
    if block.id == id {
        return Some(block);
    }
    block.stmts.iter_mut().flat_map(Stmt::blocks_mut).find_map(|inner| block_of(inner, id))
}

/// The loop with this body.
fn loop_of(block: &mut Block, body: BlockId) -> Option<&mut Loop> {
    for stmt in &mut block.stmts {
        if matches!(stmt, Stmt::Loop(looped) if looped.body.id == body) {
            return if let Stmt::Loop(looped) = stmt { Some(looped) } else { None };
        }
        if let Some(found) = stmt.blocks_mut().into_iter().find_map(|inner| loop_of(inner, body)) {
            return Some(found);
        }
    }
    None
}

/// A loop that can be fused.
struct Plan {
    /// Where the primal loop is in the primal block.
    position: usize,
    hoist: Hoist,
    /// Adjoint variables to declare before the loop: their statements in the adjoint block.
    declares: Vec<usize>,
    /// For each carried value of the adjoint loop: whether it is a sum (or never changes).
    sums: Vec<bool>,
}

fn candidate(body: &Body, adjoint: &Block, index: usize, context: Context) -> Option<Plan> {
    let Stmt::Loop(looped) = &adjoint.stmts[index] else { return None };
    let Head::Replay(Replay { of, range, .. }) = &looped.head else { return None };
    let (position, primal) = find(body, *of)?;
    let sums = kinds(looped)?;
    let declares = memory(body, adjoint, (index, position), &looped.body, context)?;
    let mut inside = HashSet::new();
    defined(&primal.body, &mut inside);
    inside.extend(primal.params());
    defined(&looped.body, &mut inside);
    inside.extend(looped.carried.iter().map(|carried| carried.param));
    inside.extend(range.iter().map(|(index, _)| *index));
    let mut hoist = Hoist::new(body, adjoint, position, index, context);
    for (carried, sum) in looped.carried.iter().zip(&sums) {
        if !sum && !hoist.reach(carried.init) {
            return None;
        }
    }
    let mut all = true;
    looped.body.clone().map_operands(&mut |v| {
        all = all && (inside.contains(&v) || hoist.reach(v));
        v
    });
    for declare in &declares {
        all = all && adjoint.stmts[*declare].own_operands().into_iter().all(|v| hoist.reach(v));
    }
    all.then_some(Plan { position, hoist, declares, sums })
}

/// The primal loop, at the top of the function.
fn find(body: &Body, of: LoopId) -> Option<(usize, &Loop)> {
    body.block.stmts.iter().enumerate().find_map(|(position, stmt)| match stmt {
        Stmt::Loop(looped) if looped.id == of && looped.checkpoint.is_none() => Some((position, &**looped)),
        _ => None,
    })
}

/// For each carried adjoint whether it's a sum; `None` if one is neither a sum nor constant.
fn kinds(looped: &Loop) -> Option<Vec<bool>> {
    looped
        .carried
        .iter()
        .zip(&looped.body.results)
        .map(|(carried, next)| {
            if carried.param == *next {
                Some(false)
            } else {
                chain::is_sum(&looped.body, carried.param, *next).then_some(true)
            }
        })
        .collect()
}

fn defined(block: &Block, out: &mut HashSet<V>) {
    block.for_each_stmt(&mut |stmt| {
        out.extend(stmt.defines());
        match stmt {
            Stmt::Loop(looped) => out.extend(looped.params()),
            Stmt::Branch(branch) => {
                if let crate::ir::BranchKind::Match { arms, .. } = &branch.kind {
                    out.extend(arms.iter().flat_map(|arm| arm.binds.iter().map(|(_, v)| *v)));
                }
            }
            _ => {}
        }
    });
}

impl Plan {
    /// Moves what has to be before the loop, takes the adjoint loop out, and says where the adjoint sweep goes on.
    fn carry_out(self, body: &mut Body, adjoint: &mut Block, index: usize) -> (Fused, usize) {
        let Self { position, hoist, declares, sums } = self;
        let stmt =
            std::mem::replace(&mut adjoint.stmts[index], Stmt::Record { tape: M(0), values: Vec::new() });
        let Stmt::Loop(looped) = stmt else {
            adjoint.stmts[index] = stmt;
            let nothing = body.new_block();
            return (Fused { into: BlockId(0), block: nothing, sums: Vec::new() }, index + 1);
        };
        let primal_index = find_index(body, position);
        let into = primal_body(body, position);
        let mut renamed: HashMap<V, V> = HashMap::new();
        if let (Head::Replay(Replay { range: Some((own, _)), .. }), Some(primal)) =
            (&looped.head, primal_index)
        {
            renamed.insert(*own, primal);
        }
        let (before, after, carried) = plan_sums(body, &looped, &sums, &mut renamed);
        let mut block = looped.body;
        block.map_operands(&mut |v| renamed.get(&v).copied().unwrap_or(v));
        let next_values = std::mem::take(&mut block.results);
        let carried = carried.into_iter().map(|(which, carried)| (carried, next_values[which])).collect();
        let after_count = after.len();
        adjoint.stmts.splice(index..=index, after);
        let moved = hoist.carry_out(body, adjoint, &declares, before);
        (Fused { into, block, sums: carried }, index + after_count - moved)
    }
}

fn find_index(body: &Body, position: usize) -> Option<V> {
    match &body.block.stmts[position] {
        Stmt::Loop(looped) => match &looped.head {
            Head::Range { index, .. } => Some(*index),
            _ => None,
        },
        _ => None,
    }
}

fn primal_body(body: &Body, position: usize) -> BlockId {
    match &body.block.stmts[position] {
        Stmt::Loop(looped) => looped.body.id,
        _ => BlockId(0),
    }
}

/// The starts of the sums (before the primal loop), the totals (in the adjoint sweep), and what the primal loop carries.
type Sums = (Vec<Stmt>, Vec<Stmt>, Vec<(usize, Carried)>);

fn plan_sums(body: &mut Body, looped: &Loop, sums: &[bool], renamed: &mut HashMap<V, V>) -> Sums {
    let (mut before, mut after, mut carries) = (Vec::new(), Vec::new(), Vec::new());
    for (which, (carried, sum)) in looped.carried.iter().zip(sums).enumerate() {
        if !sum {
            renamed.insert(carried.param, carried.init);
            after.push(Stmt::Let { value: carried.result, op: Op::Copy(carried.init) });
            continue;
        }
        let mut builder = Builder::new(body, looped.span);
        let zero = builder.number(0.0, carried.param);
        before.append(&mut builder.block.stmts);
        let like = body.value(carried.result).clone();
        let total = body.new_value(like.name, like.ty, like.span);
        carries.push((which, Carried { param: carried.param, init: zero, result: total }));
        let op = Op::Prim(Prim::Add, vec![carried.init, total]);
        after.push(Stmt::Let { value: carried.result, op });
    }
    (before, after, carries)
}
