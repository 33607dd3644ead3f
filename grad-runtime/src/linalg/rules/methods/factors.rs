//! What is read off the factorizations of a matrix: determinants, inverses, triangles.
//!
//! A Cholesky factorization reads the lower triangle of a symmetric matrix, so its derivative is one by the elements of that triangle.
//! Of `a = l lᵀ` (Murray, "Differentiation of the Cholesky decomposition", 2016): `l̇ = l Φ(l⁻¹ ȧ l⁻ᵀ)`, where `Φ` takes the lower
//! triangle and half of the diagonal.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::{Cholesky, DefaultAllocator, Dim, DimMin, LU, OMatrix, RealField};

use super::solve::{from_lower_triangle, on_lower_triangle};
use super::square::cofactors;
use super::{DeterminantRule, InverseRule, TryInverseRule, method_of_one, rule_of_one};
use crate::Differentiable;

method_of_one!(
    /// `cholesky.l()`
    LowerFactorRule: l_forward, l_jvp
);
rule_of_one! {
    LowerFactorRule: l_forward, l_jvp [T: RealField, D: Dim] Cholesky<T, D>;
    where [DefaultAllocator: Allocator<D, D>]
    OMatrix<T, D, D> => OMatrix<T, D, D>, OMatrix<T, D, D>;
    value |cholesky| cholesky.l();
    pull |_, l, seed| {
        // `l⁻ᵀ Φ(lᵀ l̄) l⁻¹`
        let mut middle = half_lower(&l.tr_mul(&seed));
        l.tr_solve_lower_triangular_mut(&mut middle);
        let mut whole = middle.transpose();
        l.tr_solve_lower_triangular_mut(&mut whole);
        on_lower_triangle(&whole)
    };
    push |_, l, d| {
        let mut middle = from_lower_triangle(&d);
        l.solve_lower_triangular_mut(&mut middle);
        let mut whole = middle.transpose();
        l.solve_lower_triangular_mut(&mut whole);
        l * half_lower(&whole)
    };
}

/// The lower triangle, with half of the diagonal.
fn half_lower<T: RealField, D: Dim>(m: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let mut lower = m.lower_triangle();
    for i in 0..lower.nrows() {
        lower[(i, i)] *= nalgebra::convert::<f64, T>(0.5);
    }
    lower
}

method_of_one!(
    /// `cholesky.ln_determinant()`
    LnDeterminantRule: ln_determinant_forward, ln_determinant_jvp
);
rule_of_one! {
    LnDeterminantRule: ln_determinant_forward, ln_determinant_jvp [T: RealField, D: Dim] Cholesky<T, D>;
    where [DefaultAllocator: Allocator<D, D>]
    OMatrix<T, D, D> => T, T;
    value |cholesky| cholesky.ln_determinant();
    pull |cholesky, _, seed| on_lower_triangle(&(cholesky.inverse() * seed));
    push |cholesky, _, d| cholesky.inverse().dot(&from_lower_triangle(&d));
}

rule_of_one! {
    DeterminantRule: determinant_forward, determinant_jvp [T: RealField, D: Dim] Cholesky<T, D>;
    where [DefaultAllocator: Allocator<D, D>]
    OMatrix<T, D, D> => T, T;
    value |cholesky| cholesky.determinant();
    pull |cholesky, y, seed| on_lower_triangle(&(cholesky.inverse() * (y.clone() * seed)));
    push |cholesky, y, d| cholesky.inverse().dot(&from_lower_triangle(&d)) * y.clone();
}

rule_of_one! {
    InverseRule: inverse_forward, inverse_jvp [T: RealField, D: Dim] Cholesky<T, D>;
    where [DefaultAllocator: Allocator<D, D>]
    OMatrix<T, D, D> => OMatrix<T, D, D>, OMatrix<T, D, D>;
    value |cholesky| cholesky.inverse();
    pull |_, y, seed| on_lower_triangle(&-(y * seed * y));
    push |_, y, d| -(y * from_lower_triangle(&d) * y);
}

rule_of_one! {
    DeterminantRule: determinant_forward, determinant_jvp [T: RealField, D: DimMin<D, Output = D>] LU<T, D, D>;
    where [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    OMatrix<T, D, D> => T, T;
    value |lu| lu.determinant();
    pull |lu, _, seed| cofactors(&factorized(lu)) * seed;
    push |lu, _, d| cofactors(&factorized(lu)).dot(&d);
}

rule_of_one! {
    TryInverseRule: try_inverse_forward, try_inverse_jvp [T: RealField, D: DimMin<D, Output = D>] LU<T, D, D>;
    where [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    OMatrix<T, D, D> => Option<OMatrix<T, D, D>>, Option<OMatrix<T, D, D>>;
    value |lu| lu.try_inverse();
    pull |lu, y, seed| {
        let along = y.as_ref().zip(seed).map(|(y, seed)| -(y.tr_mul(&seed) * y.transpose()));
        along.unwrap_or_else(|| lu.zero_tangent())
    };
    push |_, y, d| y.as_ref().map(|y| -(y * d * y));
}

/// The matrix that was factorized.
fn factorized<T: RealField, D: DimMin<D, Output = D>>(lu: &LU<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let mut product = lu.l() * lu.u();
    lu.p().inv_permute_rows(&mut product);
    product
}
