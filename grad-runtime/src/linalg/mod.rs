//! The types of `nalgebra`, and the tangent that each has.
//!
//! | type | tangent | a step along `w` |
//! | --- | --- | --- |
//! | `SMatrix`, `DMatrix`, vectors, views | the owned matrix of that shape | `m + w` |
//! | `Point` | `SVector` | `p + w` |

mod matrix;
mod point;

use nalgebra::{ClosedAddAssign, ClosedMulAssign, Scalar};
use num_traits::Zero;
use simba::scalar::SupersetOf;

/// What the numbers in a differentiable matrix have to be: real numbers, also generic ones and dual numbers.
///
/// It holds by itself for every type with these properties, so for `f32`, `f64`, `T: Real` and `T: RealField`.
#[diagnostic::on_unimplemented(
    message = "a matrix of `{Self}` has no derivative",
    label = "the elements have to be real numbers",
    note = "`f32`, `f64`, and generic `T: Real` and `T: RealField` are real numbers"
)]
pub trait Element: Scalar + PartialOrd + Zero + ClosedAddAssign + ClosedMulAssign + SupersetOf<f64> {}

impl<T> Element for T where T: Scalar + PartialOrd + Zero + ClosedAddAssign + ClosedMulAssign + SupersetOf<f64>
{}
