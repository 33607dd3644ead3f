//! Sine and cosine of one angle: `let (sin, cos) = angle.sin_cos();`.

use quote::quote;

use super::emitter::Emitter;
use super::expr::Expr;
use crate::ir::{Op, Prim, Stmt, V};

impl Emitter<'_> {
    /// Writes two statements as one, if they are the sine and the cosine of the same angle, in either order.
    pub fn sine_and_cosine(&mut self, first: &Stmt, second: Option<&Stmt>) -> bool {
        let (Some((one, a, angle)), Some((other, b, same))) = (circular(first), second.and_then(circular))
        else {
            return false;
        };
        if one == other || angle != same || self.facts.uses(a) == 0 || self.facts.uses(b) == 0 {
            return false;
        }
        let (sin, cos) = if one == Prim::Sin { (a, b) } else { (b, a) };
        let both = Expr::method(self.expr(angle), "sin_cos", Vec::new()).tokens;
        let (sin, cos) = (self.pattern(sin), self.pattern(cos));
        self.push(quote!(let (#sin, #cos) = #both;));
        true
    }
}

/// The sine or cosine that the statement computes, its value and its angle.
fn circular(stmt: &Stmt) -> Option<(Prim, V, V)> {
    match stmt {
        Stmt::Let { value, op: Op::Prim(prim @ (Prim::Sin | Prim::Cos), operands) } => {
            Some((*prim, *value, operands[0]))
        }
        _ => None,
    }
}
