//! Less code that says the same: rewrites, common subexpressions, copies, dead code. Nothing here knows of derivatives.
//!
//! What the user computes stays bit for bit: his values are shared where they are computed twice, and dropped where nothing
//! needs them, never rewritten. Values from `first` on are the compiler's own; the equations of [`rewrite`] hold for them.

mod cells;
mod common;
mod control;
mod dead;
mod equation;
mod learn;
mod live;
mod memory;
mod rewrite;
mod sink;
#[cfg(test)]
mod tests;
mod walk;

use crate::ir::{Block, Body, M};
pub use live::reads;
use walk::Walk;

/// Simplifies adjoint code that still names primal values as if all were in scope. The body stays as it is; what it has
/// computed already isn't computed again. `kept` are variables that are read after the code.
pub fn adjoint(body: &mut Body, block: &mut Block, first: usize, kept: &[M]) {
    let mut walk = Walk::beside(body, block, first);
    walk.block(block);
    walk.sink(block);
    dead::remove(body, None, Some(block), kept);
}

/// Simplifies one block that computes everything: the body's.
pub fn whole(body: &mut Body, first: usize, kept: &[M]) {
    let mut block = take(body);
    Walk::new(body, &[&block], first).block(&mut block);
    dead::remove(body, Some(&mut block), None, kept);
    body.block = block;
}

/// Simplifies the primal and the adjoint sweep, which follows it and sees its values.
pub fn sweeps(body: &mut Body, block: &mut Block, first: usize, kept: &[M]) {
    let mut primal = take(body);
    let mut walk = Walk::new(body, &[&primal, block], first);
    walk.block_and_then(&mut primal, block);
    dead::remove(body, Some(&mut primal), Some(block), kept);
    body.block = primal;
}

fn take(body: &mut Body) -> Block {
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    std::mem::replace(&mut body.block, empty)
}
