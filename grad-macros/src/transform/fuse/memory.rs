//! Whether what an adjoint loop or branch does with adjoint memory may be done in the primal sweep.
//!
//! Adding to memory may be done at any time, also before what the adjoint sweep adds to it earlier. The adjoint of working memory is more than added to: it's read and cleared. Where an
//! iteration reads nothing of the working memory but what it has written itself, the cotangents that it leaves are all zero, as
//! they were before; then no iteration hands anything to another, and it's the same in which order they run.

use std::collections::HashSet;

use super::Context;
use crate::ir::{Block, Body, Init, M, Stmt, StoreHow, VarKind};
use crate::simplify::reads;
use crate::transform::coverage::is_fresh;

/// What a block does with adjoint memory from outside.
#[derive(Default)]
struct Touched {
    /// The variables, in order of appearance.
    all: Vec<M>,
    /// Those that aren't only added to.
    working: HashSet<M>,
    /// Whether there is anything else.
    otherwise: bool,
}

/// The statements that declare the adjoint variables which the body uses; `None` if it can't run earlier for what it does with
/// adjoint memory from outside.
pub fn memory(
    body: &Body,
    adjoint: &Block,
    (index, position): (usize, usize),
    inner: &Block,
    context: Context,
) -> Option<Vec<usize>> {
    let touched = Touched::by(body, &inner.stmts, context.first_var);
    if touched.otherwise {
        return None;
    }
    let mut declares = Vec::new();
    let mut working = touched.working.len();
    for (number, stmt) in adjoint.stmts[..index].iter().enumerate() {
        match stmt {
            Stmt::Declare { var, init } if touched.all.contains(var) => {
                let Init::Zeros { like, .. } = init else { return None };
                if touched.working.contains(var) {
                    let fresh = |block: &&Block| is_fresh(*like, block, context.sizes);
                    body.block.stmts[position].blocks().iter().all(fresh).then_some(())?;
                    working -= 1;
                }
                declares.push(number);
            }
            _ => touched.commutes(&Touched::by(body, std::slice::from_ref(stmt), 0)).then_some(())?,
        }
    }
    // What an earlier plan has moved into the primal sweep has to be there before this loop.
    let declared = |stmts: &[Stmt], m: &M| {
        stmts.iter().any(|stmt| matches!(stmt, Stmt::Declare { var, .. } if var == m))
    };
    let in_reach = touched.all.iter().all(|m| {
        body.var(*m).kind == VarKind::Buffer
            || declared(&adjoint.stmts[..index], m)
            || declared(&body.block.stmts[..position], m)
    });
    (in_reach && working == 0).then_some(declares)
}

impl Touched {
    /// What the statements do with variables from `first_var` on that they don't declare.
    fn by(body: &Body, stmts: &[Stmt], first_var: usize) -> Self {
        let mut own = HashSet::new();
        stmts.iter().for_each(|stmt| {
            stmt.for_each(&mut |stmt| {
                if let Stmt::Declare { var, .. } = stmt {
                    own.insert(*var);
                }
            });
        });
        let outer = |m: &M| !own.contains(m) && m.0 as usize >= first_var;
        let mut touched = Self::default();
        let mut look = |stmt: &Stmt| {
            for m in stmt.writes().into_iter().filter(outer) {
                touched.all.push(m);
                match stmt {
                    Stmt::Store { how: StoreHow::Add | StoreHow::Sub, .. } => {}
                    Stmt::Pullback(_) | Stmt::Second(_) if body.var(m).kind == VarKind::Buffer => {}
                    _ => {
                        touched.working.insert(m);
                    }
                }
            }
            if !matches!(stmt, Stmt::Pullback(_) | Stmt::Second(_)) {
                for m in reads(stmt).into_iter().filter(outer) {
                    touched.all.push(m);
                    touched.working.insert(m);
                }
            }
            touched.otherwise |= matches!(stmt, Stmt::Swap { .. });
        };
        stmts.iter().for_each(|stmt| stmt.for_each(&mut look));
        touched
    }

    /// Whether this and the earlier may change places: both do no more to what they share than add to it.
    fn commutes(&self, earlier: &Self) -> bool {
        let shared: Vec<&M> = self.all.iter().filter(|m| earlier.all.contains(m)).collect();
        shared.iter().all(|m| !self.working.contains(m) && !earlier.working.contains(m))
    }
}
