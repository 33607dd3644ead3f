//! Sine and cosine of one angle cost little more than one of them. Where a sweep computes the one and its adjoint needs the other, the
//! primal sweep computes both side by side, and keeps the one that is needed in place of the angle.

use std::collections::HashSet;

use crate::ir::{Block, Body, Op, Prim, Stmt, V};

/// Computes in the primal sweep the cosines and sines of the adjoint whose angle has the other one there.
pub fn angles(body: &mut Body, adjoint: &Block) {
    let mut wanted = HashSet::new();
    adjoint.for_each_stmt(&mut |stmt| wanted.extend(circular(stmt)));
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let mut block = std::mem::replace(&mut body.block, empty);
    complete(body, &mut block, &wanted);
    body.block = block;
}

/// Writes beside each sine and cosine of the block the wanted other one.
fn complete(body: &mut Body, block: &mut Block, wanted: &HashSet<(Prim, V)>) {
    let there: HashSet<(Prim, V)> = block.stmts.iter().filter_map(circular).collect();
    let mut stmts = Vec::with_capacity(block.stmts.len());
    for mut stmt in block.stmts.drain(..) {
        stmt.blocks_mut().into_iter().for_each(|inner| complete(body, inner, wanted));
        let other = circular(&stmt).map(|(prim, angle)| (other(prim), angle));
        stmts.push(stmt);
        if let Some((prim, angle)) = other.filter(|other| wanted.contains(other) && !there.contains(other)) {
            let like = body.value(angle).clone();
            let value = body.new_value("t", like.ty, like.span);
            stmts.push(Stmt::Let { value, op: Op::Prim(prim, vec![angle]) });
        }
    }
    block.stmts = stmts;
}

/// The sine or cosine that the statement computes, and its angle.
fn circular(stmt: &Stmt) -> Option<(Prim, V)> {
    match stmt {
        Stmt::Let { op: Op::Prim(prim @ (Prim::Sin | Prim::Cos), operands), .. } => {
            Some((*prim, operands[0]))
        }
        _ => None,
    }
}

fn other(prim: Prim) -> Prim {
    if prim == Prim::Sin { Prim::Cos } else { Prim::Sin }
}
