//! Puts what is kept into the primal code.

use std::collections::HashMap;

use super::{Keeps, KeptRow};
use crate::ir::{Block, BlockId, Body, Branch, Init, Loop, Op, Place, Stmt, V};

/// Appends the records to the loops and the further results to the branches; declares the tapes.
pub fn apply(body: &mut Body, adjoints: Vec<&mut Block>, keeps: &Keeps) {
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let mut block = std::mem::replace(&mut body.block, empty);
    let left = in_block(body, &mut block, keeps);
    debug_assert!(left.is_empty());
    body.block = block;
    for adjoint in adjoints {
        in_block(body, adjoint, keeps);
    }
}

/// Returns the tapes that live further out, with the blocks they live in.
fn in_block(body: &mut Body, block: &mut Block, keeps: &Keeps) -> Vec<(Option<BlockId>, Stmt)> {
    let mut stmts = Vec::new();
    let mut further = Vec::new();
    for mut stmt in block.stmts.drain(..) {
        let tapes = in_stmt(body, &mut stmt, keeps);
        for (home, tape) in tapes {
            if home.unwrap_or(body.block.id) == block.id {
                stmts.push(tape);
            } else {
                further.push((home, tape));
            }
        }
        stmts.push(stmt);
    }
    block.stmts = stmts;
    further
}

fn in_stmt(body: &mut Body, stmt: &mut Stmt, keeps: &Keeps) -> Vec<(Option<BlockId>, Stmt)> {
    let mut tapes = Vec::new();
    for block in stmt.blocks_mut() {
        tapes.extend(in_block(body, block, keeps));
    }
    match stmt {
        Stmt::Branch(branch) => hand_out(body, branch, &keeps.hoists),
        Stmt::Loop(looped) => {
            copy_rows(looped, keeps, &mut tapes);
            if let Some(record) = keeps.records.get(&looped.body.id) {
                looped.body.stmts.push(Stmt::Record { tape: record.tape, values: record.values.clone() });
                let init = Init::Tape(record.shape.clone());
                tapes.push((record.inside, Stmt::Declare { var: record.tape, init }));
            }
        }
        _ => {}
    }
    tapes
}

/// The copies that an iteration makes, and the tapes that they are appended to.
fn copy_rows(looped: &mut Loop, keeps: &Keeps, tapes: &mut Vec<(Option<BlockId>, Stmt)>) {
    let mut rows: Vec<&KeptRow> =
        keeps.rows.iter().filter(|kept| kept.moment.home == looped.body.id).collect();
    rows.sort_by_key(|kept| std::cmp::Reverse(kept.moment.position));
    for kept in rows {
        let stmt = Stmt::Keep { tape: kept.tape, place: Place::whole(kept.moment.of) };
        looped.body.stmts.insert(kept.moment.position, stmt);
        let init = Init::Tape(kept.shape.clone());
        tapes.push((kept.inside, Stmt::Declare { var: kept.tape, init }));
    }
}

fn hand_out(body: &mut Body, branch: &mut Branch, hoists: &HashMap<BlockId, Vec<(V, V)>>) {
    for index in 0..branch.arms.len() {
        let Some(kept) = hoists.get(&branch.arms[index].id) else { continue };
        for (inside, outside) in kept {
            branch.results.push(*outside);
            for (other, arm) in branch.arms.iter_mut().enumerate() {
                let result = if other == index {
                    handed(body, arm, *inside, *outside)
                } else {
                    undefined(body, arm, *outside)
                };
                arm.results.push(result);
            }
        }
    }
}

fn undefined(body: &mut Body, arm: &mut Block, like: V) -> V {
    let value = body.value(like).clone();
    let undefined = body.new_value(value.name, value.ty, value.span);
    arm.stmts.push(Stmt::Let { value: undefined, op: Op::Undef });
    undefined
}

/// The value as it leaves the arm.
fn handed(body: &mut Body, arm: &mut Block, inside: V, outside: V) -> V {
    let outer = body.value(outside).clone();
    if !matches!(outer.ty, crate::ir::Ty::Option(_)) {
        return inside;
    }
    let wrapped = body.new_value("t", outer.ty, outer.span);
    arm.stmts.push(Stmt::Let { value: wrapped, op: Op::Wrap(inside) });
    wrapped
}
