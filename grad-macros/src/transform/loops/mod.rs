//! The last look at loops, when all code is there: in which order they run, where their records lie, how they reach memory. What is
//! computed stays the same, but for the order in which cotangents are added.

mod affine;
mod assigned;
mod carry;
mod dots;
mod fission;
mod idle;
mod order;
mod rows;
mod tapes;

use crate::ir::{Block, Body, M};
use affine::Integers;

/// Makes the loops of the primal and the adjoint sweep as an expert writes them; values from number `first_adjoint` on are the adjoint code's,
/// and the variables in `kept` are handed out.
pub fn loops(body: &mut Body, adjoint: &mut Block, first_adjoint: usize, kept: &[M]) {
    let mut integers = Integers::default();
    integers.learn(&body.block);
    integers.learn(adjoint);
    order::order(body, adjoint, &integers);
    idle::idle(body, adjoint, first_adjoint);
    assigned::assigned(body, adjoint, kept);
    let mut primal = take_block(body);
    for block in [&mut primal, &mut *adjoint] {
        fission::fission(body, block);
        carry::carry(body, block, &integers);
    }
    body.block = primal;
    tapes::tapes(body, adjoint);
    rows::rows(body, adjoint);
    dots::dots(body, adjoint);
}

fn take_block(body: &mut Body) -> Block {
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    std::mem::replace(&mut body.block, empty)
}
