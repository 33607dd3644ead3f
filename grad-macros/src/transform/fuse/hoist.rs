//! What a fused loop needs of the code after it, moved before it: pure statements on values that are there.

use std::collections::{HashMap, HashSet};

use super::Context;
use crate::ir::{Binding, Block, Body, Op, Prim, Stmt, Ty, V, VarKind};

/// The statements to move.
pub struct Hoist {
    position: usize,
    /// Where each value is defined by a `let` that may move: in the primal block or in the adjoint block.
    movable: HashMap<V, Place>,
    /// Values that are there before the loop.
    there: HashSet<V>,
    /// What moves, in order.
    primal: Vec<usize>,
    adjoint: Vec<usize>,
    order: Vec<Place>,
    operands: HashMap<V, Vec<V>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Primal(usize),
    Adjoint(usize),
}

impl Hoist {
    /// For the primal loop or branch at `position`, whose adjoint is the statement `index` of the adjoint block. What is
    /// `outside` is there.
    pub fn new(body: &Body, adjoint: &Block, position: usize, index: usize, context: Context) -> Self {
        let Context { first_var, outside, .. } = context;
        let mut hoist = Self {
            position,
            movable: HashMap::new(),
            there: outside.clone(),
            primal: Vec::new(),
            adjoint: Vec::new(),
            order: Vec::new(),
            operands: HashMap::new(),
        };
        for param in &body.params {
            if let Binding::Value(v) = param.binding {
                hoist.there.insert(v);
            }
        }
        for (number, stmt) in body.block.stmts.iter().enumerate() {
            if number < position {
                hoist.there.extend(stmt.defines());
            } else {
                hoist.offer(body, stmt, Place::Primal(number), first_var);
            }
        }
        for (number, stmt) in adjoint.stmts[..index].iter().enumerate() {
            hoist.offer(body, stmt, Place::Adjoint(number), first_var);
        }
        hoist
    }

    fn offer(&mut self, body: &Body, stmt: &Stmt, place: Place, first_var: usize) {
        if let Stmt::Let { value, op } = stmt
            && is_movable(body, *value, op, first_var)
        {
            self.movable.insert(*value, place);
            self.operands.insert(*value, op.operands());
        }
    }

    /// Whether the value is there before the loop, or can be moved there; then it will.
    pub fn reach(&mut self, v: V) -> bool {
        if self.there.contains(&v) {
            return true;
        }
        let Some(place) = self.movable.get(&v).copied() else { return false };
        let operands = self.operands.get(&v).cloned().unwrap_or_default();
        if !operands.into_iter().all(|operand| self.reach(operand)) {
            return false;
        }
        match place {
            Place::Primal(number) => self.primal.push(number),
            Place::Adjoint(number) => self.adjoint.push(number),
        }
        self.order.push(place);
        self.there.insert(v);
        true
    }

    /// Moves the statements, the declarations and `before` to just before the loop; how many left the adjoint block.
    pub fn carry_out(
        self,
        body: &mut Body,
        adjoint: &mut Block,
        declares: &[usize],
        before: Vec<Stmt>,
    ) -> usize {
        let mut from_primal = take(&mut body.block.stmts, &self.primal);
        let leaving: Vec<usize> = self.adjoint.iter().chain(declares).copied().collect();
        let mut from_adjoint = take(&mut adjoint.stmts, &leaving);
        let mut moved = Vec::new();
        for place in self.order {
            match place {
                Place::Primal(number) => moved.extend(from_primal.remove(&number)),
                Place::Adjoint(number) => moved.extend(from_adjoint.remove(&number)),
            }
        }
        moved.extend(declares.iter().filter_map(|number| from_adjoint.remove(number)));
        moved.extend(before);
        body.block.stmts.splice(self.position..self.position, moved);
        leaving.len()
    }
}

/// Takes the statements with these numbers out.
fn take(stmts: &mut Vec<Stmt>, numbers: &[usize]) -> HashMap<usize, Stmt> {
    let mut taken = HashMap::new();
    let mut left = Vec::new();
    for (number, stmt) in stmts.drain(..).enumerate() {
        if numbers.contains(&number) {
            taken.insert(number, stmt);
        } else {
            left.push(stmt);
        }
    }
    *stmts = left;
    taken
}

/// Whether the statement does the same, and nothing else, at another place.
fn is_movable(body: &Body, value: V, op: &Op, first_var: usize) -> bool {
    let steady = op.reads().iter().all(|m| (m.0 as usize) < first_var && body.var(*m).kind == VarKind::Ref);
    let integer = matches!(body.value(value).ty, Ty::Int);
    match op {
        Op::Prim(Prim::Div | Prim::Rem | Prim::Sub | Prim::Add | Prim::Mul | Prim::Shl | Prim::Shr, _)
            if integer =>
        {
            false
        }
        Op::Number(_) | Op::Literal(_) | Op::Prim(..) | Op::Cast(..) | Op::Copy(_) | Op::Stop(_) => true,
        Op::Len(_) => steady,
        Op::Opaque(opaque) => opaque.cheap && steady,
        Op::Load(place) => steady && place.projections.is_empty(),
        _ => false,
    }
}
