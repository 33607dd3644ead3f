//! What is the same in all iterations of a loop, and what the adjoint sweep needs, is computed before the loop, so that no iteration
//! has to keep it. Only floats and booleans: their operations are total, so that a loop without iterations may have them too. The
//! adjoints stay where they are, since a partial derivative that isn't finite must not meet a zero.

use std::collections::HashSet;

use crate::ir::{Block, Body, Op, Stmt, Ty, V};

/// Moves what the adjoint needs and the primal loops don't change out of these loops.
pub fn invariant(body: &mut Body, adjoint: &Block) {
    let mut needed = HashSet::new();
    adjoint.clone().map_operands(&mut |v| {
        needed.insert(v);
        v
    });
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let mut block = std::mem::replace(&mut body.block, empty);
    in_block(body, &mut block, &needed);
    body.block = block;
}

fn in_block(body: &Body, block: &mut Block, needed: &HashSet<V>) {
    let mut stmts = Vec::with_capacity(block.stmts.len());
    for mut stmt in block.stmts.drain(..) {
        stmt.blocks_mut().into_iter().for_each(|inner| in_block(body, inner, needed));
        if let Stmt::Loop(looped) = &mut stmt {
            let mut inside: HashSet<V> = looped.params().into_iter().collect();
            looped.body.for_each_stmt(&mut |stmt| {
                inside.extend(stmt.defines());
                if let Stmt::Loop(inner) = stmt {
                    inside.extend(inner.params());
                }
            });
            let leaving = leaving(body, &looped.body, &mut inside, needed);
            stmts.extend(
                looped.body.stmts.extract_if(.., |stmt| defines(stmt).is_some_and(|v| leaving.contains(&v))),
            );
        }
        stmts.push(stmt);
    }
    block.stmts = stmts;
}

fn defines(stmt: &Stmt) -> Option<V> {
    match stmt {
        Stmt::Let { value, .. } => Some(*value),
        _ => None,
    }
}

/// The values of a loop's body that are needed and the same in all iterations, with what they are computed from. `inside` are the
/// values that may differ.
fn leaving(body: &Body, block: &Block, inside: &mut HashSet<V>, needed: &HashSet<V>) -> HashSet<V> {
    let mut steady: Vec<(V, &Op)> = Vec::new();
    for stmt in &block.stmts {
        if let Stmt::Let { value, op } = stmt
            && is_total(body, *value, op)
            && !op.operands().iter().any(|v| inside.contains(v))
        {
            inside.remove(value);
            steady.push((*value, op));
        }
    }
    let mut leaving = HashSet::new();
    for (value, op) in steady.into_iter().rev() {
        let computes = !matches!(op, Op::Literal(_) | Op::Number(_));
        if leaving.contains(&value) || computes && needed.contains(&value) {
            leaving.insert(value);
            leaving.extend(op.operands());
        }
    }
    leaving
}

/// Whether the operation may run where it didn't run before.
fn is_total(body: &Body, value: V, op: &Op) -> bool {
    let number = |v: V| matches!(body.value(v).ty, Ty::Float(_) | Ty::Bool);
    match op {
        Op::Literal(_) | Op::Number(_) => true,
        Op::Prim(..) | Op::Cast(..) | Op::Copy(_) | Op::Stop(_) => number(value),
        _ => false,
    }
}
