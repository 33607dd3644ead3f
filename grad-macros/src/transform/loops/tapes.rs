//! Where records lie: by number in a vector of the right length where the number of iterations is known beforehand, and in
//! memory that is used again where a tape lives in a loop.

use std::collections::HashMap;

use proc_macro2::Span;

use crate::ir::{Block, BlockId, Body, Head, Init, Loop, M, Stmt, TapeShape, Ty, V, VarKind};

/// Larger records are cheaper to append than to clear and overwrite.
const MOST_FIELDS: usize = 4;

/// Lays out the tapes of both sweeps.
pub fn tapes(body: &mut Body, adjoint: &mut Block) {
    let mut tapes = Tapes { records: HashMap::new(), buffers: Vec::new() };
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let mut primal = std::mem::replace(&mut body.block, empty);
    tapes.learn(&primal);
    tapes.learn(adjoint);
    tapes.top(body, &mut primal);
    tapes.top(body, adjoint);
    body.block = primal;
}

/// Whether the loop runs to its end, over numbers that follow each other.
fn counts(looped: &Loop) -> bool {
    let follow = matches!(&looped.head, Head::Range { range, .. } if range.adapters.is_empty());
    follow && looped.exit.is_none()
}

struct Tapes {
    /// The values of a record; the block with the loop that makes it, if the loop's index says the number of the record.
    records: HashMap<M, (Vec<V>, Option<BlockId>)>,
    /// The buffers that the statement at hand needs.
    buffers: Vec<(M, Span)>,
}

impl Tapes {
    fn learn(&mut self, block: &Block) {
        for stmt in &block.stmts {
            if let Stmt::Loop(looped) = stmt {
                let home = counts(looped).then_some(block.id);
                for stmt in &looped.body.stmts {
                    match stmt {
                        Stmt::Record { tape, values } => {
                            self.records.insert(*tape, (values.clone(), home));
                        }
                        Stmt::Keep { tape, .. } => {
                            self.records.insert(*tape, (Vec::new(), None));
                        }
                        _ => {}
                    }
                }
            }
            stmt.blocks().into_iter().for_each(|inner| self.learn(inner));
        }
    }

    fn top(&mut self, body: &mut Body, block: &mut Block) {
        let mut stmts = Vec::with_capacity(block.stmts.len());
        for mut stmt in block.stmts.drain(..) {
            self.stmt(body, &mut stmt, block.id, false);
            for (buffer, span) in self.buffers.drain(..) {
                stmts.push(Stmt::Declare { var: buffer, init: Init::Tape(TapeShape::Buffer { span }) });
            }
            stmts.push(stmt);
        }
        block.stmts = stmts;
    }

    fn stmt(&mut self, body: &mut Body, stmt: &mut Stmt, home: BlockId, in_loop: bool) {
        if let Stmt::Declare { var, init: Init::Tape(shape) } = stmt {
            self.lay_out(body, *var, shape, (home, in_loop));
        }
        let in_loop = in_loop || matches!(stmt, Stmt::Loop(_));
        for inner in stmt.blocks_mut() {
            let home = inner.id;
            inner.stmts.iter_mut().for_each(|stmt| self.stmt(body, stmt, home, in_loop));
        }
    }

    fn lay_out(&mut self, body: &mut Body, tape: M, shape: &mut TapeShape, (home, in_loop): (BlockId, bool)) {
        let (TapeShape::Growing { capacity, span, .. }, Some((values, loop_home))) =
            (&*shape, self.records.get(&tape))
        else {
            return;
        };
        let (capacity, span) = (*capacity, *span);
        if !values.iter().all(|v| matches!(body.value(*v).ty, Ty::Float(_) | Ty::Int | Ty::Bool)) {
            return;
        }
        let buffer = in_loop.then(|| {
            let buffer = body.new_var("buffer", Ty::Unknown, VarKind::Tape, span);
            self.buffers.push((buffer, span));
            buffer
        });
        let sized = *loop_home == Some(home) && values.len() <= MOST_FIELDS;
        *shape = match capacity.filter(|_| sized) {
            Some(count) => TapeShape::Sized { count, buffer, span },
            None => TapeShape::Growing { capacity, buffer, span },
        };
    }
}
