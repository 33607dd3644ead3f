//! The Jacobians of functions whose results and parameters are known by their types alone.
//!
//! Which matrix holds a Jacobian is a question of two types: the result's, which has the rows, and that of the gradient
//! of a parameter, which is a row. `rustc` answers it.

use nalgebra::{SMatrix, SVector, Scalar};
#[cfg(feature = "alloc")]
use {
    alloc::{vec, vec::Vec},
    nalgebra::{DMatrix, DVector},
};

use crate::Real;

/// A result whose components can be named one by one; `S` is the type of its cotangents.
pub trait Components<S> {
    /// How many there are.
    fn count(&self) -> usize;

    /// The cotangent that is one at a component and zero elsewhere.
    fn seed(&self, component: usize) -> S;
}

/// A result's Jacobian by a parameter whose gradients are `G`.
#[diagnostic::on_unimplemented(
    message = "there is no Jacobian of a `{Self}` by a parameter with gradients of type `{G}`",
    label = "the result has to be an array or a vector, and so has each parameter, or a number",
    note = "`forward` gives the rows of any other shape, one run of its backward half for each"
)]
pub trait Rows<G, S>: Components<S> {
    /// What holds it: a row per component of the result, a column per component of the parameter.
    type Matrix;

    /// All zeros; `row` shows how long a row is.
    fn start(&self, row: &G) -> Self::Matrix;

    /// Writes a row.
    fn put(matrix: &mut Self::Matrix, row: usize, gradient: &G);
}

impl<T: Real, const M: usize> Components<[T; M]> for [T; M] {
    fn count(&self) -> usize {
        M
    }

    fn seed(&self, component: usize) -> [T; M] {
        core::array::from_fn(|row| one_if(row == component))
    }
}

impl<T: Real + Scalar, const M: usize> Components<Self> for SVector<T, M> {
    fn count(&self) -> usize {
        M
    }

    fn seed(&self, component: usize) -> Self {
        Self::from_fn(|row, _| one_if(row == component))
    }
}

#[cfg(feature = "alloc")]
impl<T: Real> Components<Self> for Vec<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn seed(&self, component: usize) -> Self {
        (0..self.len()).map(|row| one_if(row == component)).collect()
    }
}

#[cfg(feature = "alloc")]
impl<T: Real + Scalar> Components<Self> for DVector<T> {
    fn count(&self) -> usize {
        self.len()
    }

    fn seed(&self, component: usize) -> Self {
        Self::from_fn(self.len(), |row, _| one_if(row == component))
    }
}

fn one_if<T: Real>(condition: bool) -> T {
    if condition { T::one() } else { T::zero() }
}

/// One line per pair of a result and a parameter: the matrix, how it starts, and how a row is written.
macro_rules! rows {
    ($(<$($size:ident),*> $result:ty, $gradient:ty => $matrix:ty {
        |$value:ident, $shape:ident| $start:expr, |$held:ident, $row:ident, $given:ident| $put:expr
    })*) => {$(
        #[diagnostic::do_not_recommend]
        impl<T: Real + Scalar, $(const $size: usize),*> Rows<$gradient, $result> for $result {
            type Matrix = $matrix;

            fn start(&self, $shape: &$gradient) -> Self::Matrix {
                let $value = self;
                $start
            }

            fn put($held: &mut Self::Matrix, $row: usize, $given: &$gradient) {
                $put
            }
        }
    )*};
}

rows! {
    <M> [T; M], T => [T; M] { |_v, _r| [T::zero(); M], |held, row, given| held[row] = *given }
    <M, N> [T; M], [T; N] => [[T; N]; M] { |_v, _r| [[T::zero(); N]; M], |held, row, given| held[row] = *given }
    <M, N, K> [T; M], [[T; N]; K] => [[[T; N]; K]; M] { |_v, _r| [[[T::zero(); N]; K]; M], |held, row, given| held[row] = *given }
    <M, N> [T; M], SVector<T, N> => SMatrix<T, M, N> { |_v, _r| SMatrix::zeros(), |held, row, given| held.set_row(row, &given.transpose()) }
    <M> SVector<T, M>, T => SVector<T, M> { |_v, _r| SVector::zeros(), |held, row, given| held[row] = *given }
    <M, N> SVector<T, M>, [T; N] => SMatrix<T, M, N> { |_v, _r| SMatrix::zeros(), |held, row, given| held.row_mut(row).copy_from_slice(given) }
    <M, N> SVector<T, M>, SVector<T, N> => SMatrix<T, M, N> { |_v, _r| SMatrix::zeros(), |held, row, given| held.set_row(row, &given.transpose()) }
}

#[cfg(feature = "alloc")]
rows! {
    <M> [T; M], Vec<T> => DMatrix<T> { |_v, r| DMatrix::zeros(M, r.len()), |held, row, given| write(held, row, given) }
    <M> [T; M], DVector<T> => DMatrix<T> { |_v, r| DMatrix::zeros(M, r.len()), |held, row, given| write(held, row, given.as_slice()) }
    <M> SVector<T, M>, Vec<T> => DMatrix<T> { |_v, r| DMatrix::zeros(M, r.len()), |held, row, given| write(held, row, given) }
    <M> SVector<T, M>, DVector<T> => DMatrix<T> { |_v, r| DMatrix::zeros(M, r.len()), |held, row, given| write(held, row, given.as_slice()) }
    <> Vec<T>, T => Vec<T> { |v, _r| vec![T::zero(); v.len()], |held, row, given| held[row] = *given }
    <N> Vec<T>, [T; N] => DMatrix<T> { |v, _r| DMatrix::zeros(v.len(), N), |held, row, given| write(held, row, given) }
    <N> Vec<T>, SVector<T, N> => DMatrix<T> { |v, _r| DMatrix::zeros(v.len(), N), |held, row, given| write(held, row, given.as_slice()) }
    <> Vec<T>, Vec<T> => DMatrix<T> { |v, r| DMatrix::zeros(v.len(), r.len()), |held, row, given| write(held, row, given) }
    <> Vec<T>, DVector<T> => DMatrix<T> { |v, r| DMatrix::zeros(v.len(), r.len()), |held, row, given| write(held, row, given.as_slice()) }
    <> DVector<T>, T => DVector<T> { |v, _r| DVector::zeros(v.len()), |held, row, given| held[row] = *given }
    <N> DVector<T>, [T; N] => DMatrix<T> { |v, _r| DMatrix::zeros(v.len(), N), |held, row, given| write(held, row, given) }
    <N> DVector<T>, SVector<T, N> => DMatrix<T> { |v, _r| DMatrix::zeros(v.len(), N), |held, row, given| write(held, row, given.as_slice()) }
    <> DVector<T>, Vec<T> => DMatrix<T> { |v, r| DMatrix::zeros(v.len(), r.len()), |held, row, given| write(held, row, given) }
    <> DVector<T>, DVector<T> => DMatrix<T> { |v, r| DMatrix::zeros(v.len(), r.len()), |held, row, given| write(held, row, given.as_slice()) }
}

#[cfg(feature = "alloc")]
fn write<T: Scalar>(matrix: &mut DMatrix<T>, row: usize, gradient: &[T]) {
    for (entry, partial) in matrix.row_mut(row).iter_mut().zip(gradient) {
        entry.clone_from(partial);
    }
}
