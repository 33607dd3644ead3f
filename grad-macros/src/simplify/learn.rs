//! Adjoint code beside primal code: what the primal sweep computes needn't be computed again.

use super::walk::Walk;
use crate::ir::{Block, BlockId, Body, Op, Stmt};

impl<'a> Walk<'a> {
    /// Over adjoint code, beside primal code whose values it may use.
    pub fn beside(body: &'a mut Body, block: &Block, first: usize) -> Self {
        let primal = std::mem::replace(
            &mut body.block,
            Block { id: BlockId(0), stmts: Vec::new(), results: Vec::new(), mirrors: None },
        );
        let mut walk = Self::new(body, &[block], first);
        walk.learn(&primal);
        walk.learn_operations(&primal);
        walk.body.block = primal;
        walk
    }

    fn learn(&mut self, block: &Block) {
        block.for_each_stmt(&mut |stmt| {
            if let Stmt::Let { value, op } = stmt {
                match op {
                    Op::Copy(of) | Op::Stop(of) => {
                        let of = self.resolve(*of);
                        if !self.behind_references.contains(&of) {
                            self.renamed.insert(*value, of);
                        }
                    }
                    op => self.remember(*value, op),
                }
            }
        });
    }

    fn learn_operations(&mut self, block: &Block) {
        for stmt in &block.stmts {
            if let Stmt::Let { value, op: op @ Op::Prim(..) } = stmt
                && let Some(key) = self.table.key(op, &|v| self.operand_key(self.resolve(v)))
            {
                self.table.primal.entry(key).or_default().push((*value, block.id));
            }
            for inner in stmt.blocks() {
                self.learn_operations(inner);
            }
        }
    }
}
