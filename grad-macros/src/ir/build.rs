//! Appending statements to a block under construction.

use proc_macro2::Span;

use super::{Block, Body, Op, Place, Prim, Stmt, StoreHow, Ty, V};

/// Writes statements at the end of a block.
pub struct Builder<'a> {
    pub body: &'a mut Body,
    pub block: Block,
    pub span: Span,
}

impl<'a> Builder<'a> {
    /// A builder of a new block.
    pub fn new(body: &'a mut Body, span: Span) -> Self {
        let block = body.new_block();
        Self { body, block, span }
    }

    /// `let name = op;`
    pub fn bind(&mut self, name: &str, ty: Ty, op: Op) -> V {
        let value = self.body.new_value(name, ty, self.span);
        self.block.stmts.push(Stmt::Let { value, op });
        value
    }

    /// `let t = prim(operands);`, with the type of the first operand that the result is made of.
    pub fn prim(&mut self, prim: Prim, operands: &[V]) -> V {
        let ty = match prim {
            Prim::Select => self.ty(operands[1]),
            prim if prim.is_predicate() => Ty::Bool,
            _ => self.ty(operands[0]),
        };
        self.bind("t", ty, Op::Prim(prim, operands.to_vec()))
    }

    /// A number of the same float type as `like`.
    pub fn number(&mut self, number: f64, like: V) -> V {
        let ty = self.ty(like);
        self.bind("t", ty, Op::Number(number))
    }

    /// `let t = place;`
    pub fn load(&mut self, name: &str, ty: Ty, place: Place) -> V {
        self.bind(name, ty, Op::Load(place))
    }

    /// `place = value;`
    pub fn store(&mut self, place: Place, how: StoreHow, value: V) {
        self.block.stmts.push(Stmt::Store { place, how, value });
    }

    /// The type of a value.
    pub fn ty(&self, value: V) -> Ty {
        self.body.value(value).ty.clone()
    }
}
