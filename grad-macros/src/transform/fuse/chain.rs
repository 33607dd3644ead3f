//! Whether a carried value is only ever added to.

use std::collections::HashSet;

use crate::ir::{Block, Op, Prim, Stmt, V};

/// Whether `next` is `param` plus contributions, and nothing else depends on `param`.
pub fn is_sum(block: &Block, param: V, next: V) -> bool {
    let mut chain = HashSet::from([param]);
    passes(block, &mut chain)
        && chain.contains(&next)
        && block.results.iter().filter(|v| chain.contains(v)).count() == 1
}

/// Follows the chain through a block; `false` if a link is used for anything but an addition.
fn passes(block: &Block, chain: &mut HashSet<V>) -> bool {
    block.stmts.iter().all(|stmt| link(stmt, chain))
}

fn link(stmt: &Stmt, chain: &mut HashSet<V>) -> bool {
    match stmt {
        Stmt::Let { value, op: Op::Prim(Prim::Add, operands) } => {
            match operands.iter().filter(|v| chain.contains(v)).count() {
                0 => true,
                1 => chain.insert(*value),
                _ => false,
            }
        }
        // What is subtracted from the sum is one more contribution.
        Stmt::Let { value, op: Op::Prim(Prim::Sub, operands) } => match operands[..] {
            [a, b] if chain.contains(&a) && !chain.contains(&b) => chain.insert(*value),
            [a, b] => !chain.contains(&a) && !chain.contains(&b),
            _ => false,
        },
        Stmt::Branch(branch) => {
            if stmt.own_operands().iter().any(|v| chain.contains(v))
                || !branch.arms.iter().all(|arm| passes(arm, chain))
            {
                return false;
            }
            branch.results.iter().enumerate().all(|(index, result)| {
                let linked = branch.arms.iter().filter(|arm| chain.contains(&arm.results[index])).count();
                if linked == branch.arms.len() {
                    chain.insert(*result);
                }
                linked == 0 || linked == branch.arms.len()
            })
        }
        Stmt::Loop(looped) => {
            let linked: Vec<bool> =
                looped.carried.iter().map(|carried| chain.contains(&carried.init)).collect();
            let starts = stmt.own_operands().iter().filter(|v| chain.contains(v)).count();
            if starts != linked.iter().filter(|linked| **linked).count() {
                return false;
            }
            for (carried, _) in looped.carried.iter().zip(&linked).filter(|(_, linked)| **linked) {
                chain.insert(carried.param);
                chain.insert(carried.result);
            }
            passes(&looped.body, chain)
                && looped
                    .body
                    .results
                    .iter()
                    .zip(&linked)
                    .all(|(next, linked)| chain.contains(next) == *linked)
        }
        _ => !stmt.own_operands().iter().any(|v| chain.contains(v)),
    }
}
