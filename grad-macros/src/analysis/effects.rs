//! What memory may have changed since it was read.

use std::collections::{HashMap, HashSet};

use crate::ir::{Block, Body, CopyHow, Init, M, Op, Place, Stmt, Ty, VarKind};

/// When each variable is written, in the order of the program.
#[derive(Default)]
pub struct Effects {
    /// For each variable the last moment of a write after which nothing changes it.
    last_write: HashMap<M, usize>,
    /// For each statement (by address of its definition) its moment: keyed by the values that it defines.
    moments: HashMap<crate::ir::V, usize>,
    /// The variables that may become longer or shorter.
    resized: HashSet<M>,
    /// The variables that are moved elsewhere.
    moved: HashSet<M>,
}

/// Numbers the statements and finds the last write of every variable. A write in a loop counts as one at the end of the outermost
/// loop that encloses it and in which the variable lives on.
pub fn effects(body: &Body) -> Effects {
    let mut effects = Effects::default();
    let mut clock = 0;
    effects.block(body, &body.block, &mut clock, &mut Vec::new());
    for (index, var) in body.vars.iter().enumerate() {
        if var.kind == VarKind::RefMut {
            // The caller may change it between the two halves.
            effects.last_write.insert(M(u32::try_from(index).unwrap_or(u32::MAX)), usize::MAX);
        }
    }
    effects
}

impl Effects {
    /// Whether what the value `v` read from `var` is still there when the adjoint sweep begins.
    pub fn unchanged_since(&self, v: crate::ir::V, var: M) -> bool {
        match (self.last_write.get(&var), self.moments.get(&v)) {
            (None, _) => true,
            (Some(last), Some(moment)) => last < moment,
            (Some(_), None) => false,
        }
    }

    /// Whether a variable has the same length wherever it is in scope.
    pub fn keeps_its_length(&self, var: M) -> bool {
        self.has_one_length(var) && !self.moved.contains(&var)
    }

    /// Whether a variable has the same length from its declaration until it's moved, if it is.
    pub fn has_one_length(&self, var: M) -> bool {
        !self.resized.contains(&var)
    }

    fn block(&mut self, body: &Body, block: &Block, clock: &mut usize, declared: &mut Vec<M>) {
        for stmt in &block.stmts {
            *clock += 1;
            for v in stmt.defines() {
                self.moments.insert(v, *clock);
            }
            for var in stmt.writes() {
                self.last_write.insert(var, *clock);
            }
            if let Stmt::Declare { var, init } = stmt {
                declared.push(*var);
                if matches!(init, Init::Uninit) {
                    self.resized.insert(*var);
                }
            }
            self.resized.extend(resized(stmt));
            if let Some(var) = moved(body, stmt) {
                self.last_write.insert(var, *clock);
                self.moved.insert(var);
            }
            let outside = declared.len();
            for inner in stmt.blocks() {
                self.block(body, inner, clock, declared);
            }
            if let Stmt::Loop(_) = stmt {
                *clock += 1;
                self.repeat(stmt, *clock, &declared[outside..]);
            }
            declared.truncate(outside);
        }
    }

    /// What a loop writes it may write again after any read in it.
    fn repeat(&mut self, looped: &Stmt, end: usize, inside: &[M]) {
        let mut written = Vec::new();
        for block in looped.blocks() {
            block.for_each_stmt(&mut |stmt| written.extend(stmt.writes()));
        }
        for var in written.into_iter().filter(|var| !inside.contains(var)) {
            self.last_write.insert(var, end);
        }
    }
}

/// The variables that a statement may make longer or shorter: whole ones that are assigned, handed out by `&mut`, or left to user code.
fn resized(stmt: &Stmt) -> Vec<M> {
    match stmt {
        Stmt::Store { place, .. } if place.projections.is_empty() => vec![place.base],
        Stmt::Effect(_) | Stmt::Call(_) | Stmt::Swap { .. } => stmt.writes(),
        _ => Vec::new(),
    }
}

/// The variable that a statement moves out of, if it may be of a type that is moved.
pub fn moved(body: &Body, stmt: &Stmt) -> Option<M> {
    let from: &Place = match stmt {
        Stmt::Declare { init: Init::Copy { from, how: CopyHow::Plain }, .. } => from,
        Stmt::Let { op: Op::Load(from), .. } => from,
        _ => return None,
    };
    let may_move =
        matches!(body.var(from.base).ty, Ty::Vec(_) | Ty::Unknown | Ty::Named(_) | Ty::Algebra(..));
    (from.projections.is_empty() && may_move && body.var(from.base).kind != VarKind::Ref).then_some(from.base)
}
