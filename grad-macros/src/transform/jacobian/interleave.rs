//! Several adjoints of one block as one adjoint: each branch and each loop of the primal code runs backwards once, for all of them.

use crate::ir::{Block, BlockId, Branch, Head, Loop, Stmt, V};

/// Blocks that mirror the same primal block, as one; its results are theirs, one block after the other.
pub fn interleave(blocks: Vec<Block>, id: BlockId) -> Block {
    let mirrors = blocks.first().and_then(|block| block.mirrors);
    let (mut stmts, mut results) = (Vec::new(), Vec::new());
    let mut rests = Vec::new();
    for block in blocks {
        results.extend(block.results);
        let later = block.stmts.iter().rev().filter_map(mirrored).collect();
        rests.push(Rest { stmts: block.stmts.into_iter().peekable(), later });
    }
    loop {
        for rest in &mut rests {
            while let Some(stmt) = rest.stmts.next_if(|stmt| mirrored(stmt).is_none()) {
                stmts.push(stmt);
            }
        }
        let Some(next) = next(&rests) else { break };
        let same = rests.iter_mut().filter_map(|rest| rest.take(next));
        stmts.extend(same.reduce(merged));
    }
    Block { id, stmts, results, mirrors }
}

/// What hasn't been taken of a block.
struct Rest {
    stmts: std::iter::Peekable<std::vec::IntoIter<Stmt>>,
    /// The branches and loops among it, last first, by the primal block that they mirror.
    later: Vec<BlockId>,
}

impl Rest {
    fn take(&mut self, key: BlockId) -> Option<Stmt> {
        let stmt = self.stmts.next_if(|stmt| mirrored(stmt) == Some(key))?;
        self.later.pop();
        Some(stmt)
    }
}

/// The branch or loop that comes next wherever it occurs: all blocks have them in the same order, but some lack some.
fn next(rests: &[Rest]) -> Option<BlockId> {
    let mut candidates = rests.iter().filter_map(|rest| rest.later.last());
    let first =
        |key: &BlockId| rests.iter().all(|rest| rest.later.last() == Some(key) || !rest.later.contains(key));
    candidates.clone().copied().find(first).or_else(|| candidates.next().copied())
}

/// The primal block that a branch or a loop mirrors, the first of them.
fn mirrored(stmt: &Stmt) -> Option<BlockId> {
    match stmt {
        Stmt::Branch(branch) => branch.arms.first().and_then(|arm| arm.mirrors),
        Stmt::Loop(looped) => looped.body.mirrors,
        _ => None,
    }
}

/// Two adjoints of one branch or loop.
fn merged(first: Stmt, second: Stmt) -> Stmt {
    match (first, second) {
        (Stmt::Branch(first), Stmt::Branch(second)) => Stmt::Branch(branch(first, second)),
        (Stmt::Loop(first), Stmt::Loop(second)) => Stmt::Loop(Box::new(looped(*first, *second))),
        (first, _) => first,
    }
}

fn branch(first: Branch, second: Branch) -> Branch {
    let Branch { kind, arms, mut results, span } = first;
    results.extend(second.results);
    let arms = arms.into_iter().zip(second.arms);
    Branch { kind, arms: arms.map(|(a, b)| pair(a, b)).collect(), results, span }
}

fn looped(mut first: Loop, mut second: Loop) -> Loop {
    if let (Some(index), Some(other)) = (index(&first.head), index(&second.head)) {
        second.body.map_operands(&mut |v| if v == other { index } else { v });
    }
    first.carried.extend(second.carried);
    Loop { body: pair(first.body, second.body), ..first }
}

fn pair(first: Block, second: Block) -> Block {
    let id = first.id;
    interleave(vec![first, second], id)
}

/// The index of a loop that runs another one's iterations.
fn index(head: &Head) -> Option<V> {
    match head {
        Head::Replay(replay) => replay.range.as_ref().map(|(index, _)| *index),
        _ => None,
    }
}
