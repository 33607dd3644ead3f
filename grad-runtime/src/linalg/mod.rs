//! The types of `nalgebra`, and the tangent that each has.
//!
//! | type | tangent | a step along `w` |
//! | --- | --- | --- |
//! | `SMatrix`, `DMatrix`, vectors, views | the owned matrix of that shape | `m + w` |
//! | `Point` | `SVector` | `p + w` |
//! | `Translation`, `Quaternion` | the type itself | `t + w` |
//! | `Rotation3`, `UnitQuaternion` | `Vector3`, a rotation vector in the body's frame | `q · exp(w)` |
//! | `Rotation2`, `UnitComplex` | `Vector1`, an angle | `q · exp(w)` |
//! | `Isometry2`, `Isometry3` | [`IsometryTangent`] | each part by itself: `t + w.translation`, `q · exp(w.rotation)` |
//! | `LU`, `Cholesky`, `QR` | the matrix's that was factorized | |
//! | `SVD`, `SymmetricEigen` | [`SvdTangent`], [`SymmetricEigenTangent`]: the same fields | |
//! | `Unit` of a vector | the vector | `v + w` without the part of `w` along `v`, normalized |
//!
//! Rotations, unit vectors and isometries don't form a vector space, so a step is a curve that stays among them. Their
//! gradients are those along these curves: a step against the gradient descends as it does for numbers.
//!
//! # What has a derivative
//!
//! * elements and coordinates (`m[(i, j)]`, `m.m12`, `v.x`, `p.coords`), read and written; parts (`row`, `column`, `rows`, `columns`,
//!   `fixed_rows`, `fixed_columns`, `view`, `fixed_view`), also to be written to (`column_mut`, `copy_from`, `set_row`, `fill`,
//!   `fill_diagonal`, `set_diagonal`, `scale_mut`, `unscale_mut`, `component_mul_assign`, `component_div_assign`, `axpy` where its last argument is
//!   written as a number); `as_slice`;
//! * `new`, `from_fn`, `from_row_slice`, `from_column_slice`, `from_vec`, `from_rows`, `from_columns`, `from_diagonal`, `from_diagonal_element`, `from_iterator`, `from_element`, `repeat`;
//! * operators; `map`, `zip_map`, `fold`, `apply`, `zip_apply`, `map_with_location`, `iter`, `iter_mut`, `column_iter`, `row_iter`;
//! * `dot`, `cross`, `norm`, `normalize`, `try_normalize`, `transpose`, `component_mul`, `component_div`, `sum`, `mean`, `variance`, `max`, `min`, `amax`, `amin` (of equal
//!   elements the last one counts), `abs` (0 at 0), `trace`, `determinant`, `diagonal`, triangles, `lerp`, `kronecker`, `tr_mul`, `push`, `to_homogeneous`;
//! * `try_inverse`, `lu`, `cholesky`, `qr`, `svd`, `singular_values`, `symmetric_eigen`, `symmetric_eigenvalues`, with their `solve`, `inverse`,
//!   `determinant`, `ln_determinant`, `l`, `q`, `r`. Vectors of equal singular values or eigenvalues have no derivative: it is infinite, or NaN;
//!   the values themselves have one. A Cholesky and an eigendecomposition read the lower triangle, and so does their derivative;
//! * rotations: `from_axis_angle`, `from_scaled_axis`, `from_euler_angles`, `scaled_axis`, `angle` (0 at the identity), `euler_angles`, `inverse`, `powf`, `slerp`,
//!   `angle_to`, `rotation_to`, `matrix`, `transpose`, `to_homogeneous`, products; the components of unit quaternions (`q.w`, `q.coords`, `as_vector`,
//!   `imag`, `scalar`), as a quaternion (`quaternion`); isometries and translations on points, vectors and each other, `inverse`, `inv_mul`.
//!
//! ```
//! use grad_runtime::nalgebra::{Rotation3, Vector3};
//! use grad_runtime::prelude::*;
//!
//! let mut turned = Rotation3::from_axis_angle(&Vector3::z_axis(), 0.25);
//! turned.step_along(&Vector3::new(0.0, 0.0, 1.0), 0.5);
//! assert!((turned.angle() - 0.75_f64).abs() < 1e-15);
//! ```

mod isometry;
mod matrix;
mod point;
mod rotation;
pub(crate) mod rules;
mod spectral;
mod unit;

pub use isometry::IsometryTangent;
pub use spectral::{SvdTangent, SymmetricEigenTangent};

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
