//! Second order: the tangent body is a body like any other, of the primals and their directions, and is differentiated like any other.
//!
//! The adjoint of the derivative along `v` is `H·v` by the primals, and the gradient by `v`.

use super::forward::Tangent;
use crate::ir::{Body, Output, Param};
use crate::parse::Parameter;

/// What the body with directions returns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    /// The derivative along the directions.
    Derivative,
    /// The value and the derivative.
    Both,
}

/// The tangent body as that of a function whose last parameters are the `directions`.
pub fn along(tangent: &Tangent, directions: &[Parameter], returns: Returns) -> Body {
    let mut body = tangent.body.clone();
    for (direction, binding) in directions.iter().zip(&tangent.dots) {
        body.params.push(Param {
            name: direction.name.clone(),
            written: direction.written.clone(),
            ty: direction.ty.clone(),
            passing: direction.passing,
            active: true,
            binding: *binding,
        });
    }
    match returns {
        Returns::Both => body.result = Output::Tuple(vec![body.result, tangent.result.clone()]),
        Returns::Derivative => {
            body.result = tangent.result.clone();
            let mut results = Vec::new();
            renumber(&mut body.result, &body.block.results, &mut results);
            body.block.results = results;
        }
    }
    body
}

/// The results of the block that the output names, and no others.
fn renumber(output: &mut Output, before: &[crate::ir::V], after: &mut Vec<crate::ir::V>) {
    match output {
        Output::Unit | Output::Var(_) => {}
        Output::Value(index) => {
            after.extend(before.get(*index));
            *index = after.len() - 1;
        }
        Output::Tuple(parts) => parts.iter_mut().for_each(|part| renumber(part, before, after)),
    }
}
