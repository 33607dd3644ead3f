//! Traces, determinants and inverses.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimMin, Matrix, OMatrix, RealField, Storage};

use super::{method_of_one, rule_of_one};
use crate::Differentiable;

method_of_one!(
    /// `m.trace()`
    TraceRule: trace_forward, trace_jvp
);
rule_of_one! {
    TraceRule: trace_forward, trace_jvp
        [T: RealField, D: Dim, S: Storage<T, D, D>] Matrix<T, D, D, S>;
    where [DefaultAllocator: Allocator<D, D>]
    OMatrix<T, D, D> => T, T;
    value |m| m.trace();
    pull |m, _, seed| {
        let (rows, columns) = m.shape_generic();
        OMatrix::from_diagonal_element_generic(rows, columns, seed)
    };
    push |_, _, d| d.trace();
}

method_of_one!(
    /// `m.determinant()`
    DeterminantRule: determinant_forward, determinant_jvp
);
rule_of_one! {
    DeterminantRule: determinant_forward, determinant_jvp
        [T: RealField, D: DimMin<D, Output = D>, S: Storage<T, D, D>] Matrix<T, D, D, S>;
    where [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    OMatrix<T, D, D> => T, T;
    value |m| m.determinant();
    pull |m, _, seed| cofactors(m) * seed;
    push |m, _, d| cofactors(m).dot(&d);
}

/// The derivative of the determinant by each element (Jacobi's formula): `det(m) · m⁻ᵀ`, which for a matrix without an inverse
/// is found element by element, as the determinant with a unit vector in place of the row.
pub fn cofactors<T, D, S>(m: &Matrix<T, D, D, S>) -> OMatrix<T, D, D>
where
    T: RealField,
    D: DimMin<D, Output = D>,
    S: Storage<T, D, D>,
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let mut cofactors = m.clone_owned();
    if cofactors.try_inverse_mut() {
        cofactors.transpose_mut();
        return cofactors * m.determinant();
    }
    for i in 0..m.nrows() {
        for j in 0..m.ncols() {
            let mut replaced = m.clone_owned();
            replaced.row_mut(i).fill(T::zero());
            replaced[(i, j)] = T::one();
            cofactors[(i, j)] = replaced.determinant();
        }
    }
    cofactors
}

method_of_one!(
    /// `m.try_inverse()`; of a matrix without an inverse there is no derivative either.
    TryInverseRule: try_inverse_forward, try_inverse_jvp
);
rule_of_one! {
    TryInverseRule: try_inverse_forward, try_inverse_jvp
        [T: RealField, D: Dim, S: Storage<T, D, D>] Matrix<T, D, D, S>;
    where [DefaultAllocator: Allocator<D, D>]
    OMatrix<T, D, D> => Option<OMatrix<T, D, D>>, Option<OMatrix<T, D, D>>;
    value |m| m.clone_owned().try_inverse();
    pull |m, y, seed| {
        let along = y.as_ref().zip(seed).map(|(y, seed)| -(y.tr_mul(&seed) * y.transpose()));
        along.unwrap_or_else(|| m.zero_tangent())
    };
    push |_, y, d| y.as_ref().map(|y| -(y * d * y));
}
