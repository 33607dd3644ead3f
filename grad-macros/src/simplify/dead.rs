//! Removes what nothing needs. The user's effects stay.

use super::live::Live;
use crate::ir::{Block, Body, Branch, Head, Loop, M, Stmt};

/// Removes dead statements, results, carried values and fields of records from the blocks, the second of which follows the
/// first.
pub fn remove(body: &Body, primal: Option<&mut Block>, adjoint: Option<&mut Block>, kept: &[M]) {
    let mut blocks: Vec<&mut Block> = primal.into_iter().chain(adjoint).collect();
    let shared: Vec<&Block> = blocks.iter().map(|block| &**block).collect();
    let live = Live::new(body, &shared, kept);
    let mut sweep = Sweep { live: &live, next: 0 };
    for block in &mut blocks {
        sweep.block(block);
    }
}

struct Sweep<'a> {
    live: &'a Live,
    /// The number of the next statement, as the marking counted.
    next: usize,
}

impl Sweep<'_> {
    fn block(&mut self, block: &mut Block) {
        let mut out = Vec::with_capacity(block.stmts.len());
        for mut stmt in std::mem::take(&mut block.stmts) {
            let id = self.next;
            self.next += 1;
            for inner in stmt.blocks_mut() {
                self.block(inner);
            }
            if self.live.stmt(id) {
                self.trim(&mut stmt);
                out.push(stmt);
            }
        }
        block.stmts = out;
    }

    fn trim(&self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Branch(branch) => self.branch(branch),
            Stmt::Loop(looped) => self.looped(looped),
            // A call whose pullback isn't run is a plain call.
            Stmt::Call(call) => call.pullback = call.pullback.filter(|pullback| self.live.value(*pullback)),
            Stmt::Record { tape, values } => retain_by(values, &self.live.fields(*tape)),
            _ => {}
        }
    }

    fn branch(&self, branch: &mut Branch) {
        let needed: Vec<bool> = branch.results.iter().map(|v| self.live.value(*v)).collect();
        retain_by(&mut branch.results, &needed);
        for arm in &mut branch.arms {
            retain_by(&mut arm.results, &needed);
        }
    }

    fn looped(&self, looped: &mut Loop) {
        let needed: Vec<bool> = looped
            .carried
            .iter()
            .map(|carried| self.live.value(carried.param) || self.live.value(carried.result))
            .collect();
        retain_by(&mut looped.carried, &needed);
        retain_by(&mut looped.body.results, &needed);
        if let Head::Replay(replay) = &mut looped.head
            && let Some((tape, fields)) = &mut replay.tape
        {
            retain_by(fields, &self.live.fields(*tape));
            if fields.is_empty() || !self.live.var(*tape) {
                replay.tape = None;
            }
        }
    }
}

/// Keeps the items that are needed.
pub fn retain_by<T>(items: &mut Vec<T>, needed: &[bool]) {
    let mut needed = needed.iter();
    items.retain(|_| needed.next().copied().unwrap_or(true));
}
