//! What the compiler knows of derivatives: one line per primitive.
//!
//! A line says what an operand's cotangent gets from the result's, or the result's tangent from an operand's: both are
//! the same linear function of `d`. What the backward half has to keep can be read off a line: the names on its right.

mod sym;
mod table;

pub use sym::Sym;

use std::cell::RefCell;

use crate::ir::{Builder, Prim, V};

/// What a rule says of one operand.
pub enum Part<'c, 'b> {
    /// Structurally zero: no code is written for it.
    Zero,
    Some(Sym<'c, 'b>),
}

impl<'c, 'b> From<Sym<'c, 'b>> for Part<'c, 'b> {
    fn from(sym: Sym<'c, 'b>) -> Self {
        Self::Some(sym)
    }
}

/// The contribution of operand `which` of `y = prim(operands)`: the partial derivative times `d`.
/// `None` where the derivative is zero by structure.
pub fn contribution(
    builder: &mut Builder<'_>,
    prim: Prim,
    operands: &[V],
    which: usize,
    y: V,
    d: V,
) -> Option<V> {
    let cell = RefCell::new(builder);
    let sym = |v| Sym { builder: &cell, v };
    let operands: Vec<Sym<'_, '_>> = operands.iter().map(|v| sym(*v)).collect();
    match table::part(prim, &operands, which, sym(y), sym(d)) {
        Part::Zero => None,
        Part::Some(sym) => Some(sym.v),
    }
}

/// Whether the derivative with respect to this operand is zero everywhere, by structure.
pub fn is_zero(prim: Prim, which: usize) -> bool {
    use Prim::{
        AbsPartial, Ceil, Copysign, DivEuclid, Floor, PowfPartialBase, PowfPartialExponent, Powi,
        PowiPartial, Round, RoundTiesEven, Select, Signum, Trunc,
    };
    prim.is_predicate()
        || matches!(prim, Floor | Ceil | Round | RoundTiesEven | Trunc | Signum | DivEuclid | AbsPartial)
        || matches!(
            (prim, which),
            (Copysign | Powi | PowiPartial, 1) | (Select, 0) | (PowfPartialBase | PowfPartialExponent, 2)
        )
}
