//! The lengths of slices don't change: they are read once, at the start, so that no iteration has to keep them.

use std::collections::HashMap;

use crate::ir::{Block, Body, M, Op, Place, Stmt, Ty, V, VarKind};

/// Moves the lengths of the parameters that are slices to the start of the function.
pub fn lengths(body: &mut Body) {
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let mut block = std::mem::replace(&mut body.block, empty);
    let mut known: HashMap<M, V> = HashMap::new();
    let mut same: HashMap<V, V> = HashMap::new();
    take(body, &mut block, &mut known, &mut same);
    block.map_operands(&mut |v| same.get(&v).copied().unwrap_or(v));
    let mut first: Vec<(M, V)> = known.into_iter().collect();
    first.sort_by_key(|(_, v)| *v);
    let lets = first.into_iter().map(|(m, value)| Stmt::Let { value, op: Op::Len(Place::whole(m)) });
    block.stmts.splice(0..0, lets);
    body.block = block;
}

fn take(body: &Body, block: &mut Block, known: &mut HashMap<M, V>, same: &mut HashMap<V, V>) {
    block.stmts.retain_mut(|stmt| {
        for inner in stmt.blocks_mut() {
            take(body, inner, known, same);
        }
        let Stmt::Let { value, op: Op::Len(place) } = stmt else { return true };
        let var = body.var(place.base);
        let parameter = matches!(var.kind, VarKind::Ref | VarKind::RefMut);
        if !parameter || !place.projections.is_empty() || !matches!(var.ty, Ty::Slice(_)) {
            return true;
        }
        let first = *known.entry(place.base).or_insert(*value);
        if first != *value {
            same.insert(*value, first);
        }
        false
    });
}
