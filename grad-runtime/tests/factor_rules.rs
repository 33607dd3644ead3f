//! The rules of factorizations, in reverse and in forward mode, against central differences.

use grad_runtime::__private::methods::scope::*;
use grad_runtime::__private::pull;
use grad_runtime::Tangent;
use grad_runtime::nalgebra::linalg::{Cholesky, SVD};
use grad_runtime::nalgebra::{DMatrix, Dyn, Matrix2x3, Matrix3, Matrix3x2, SMatrix};

mod support;

use grad_runtime::Differentiable;

use support::methods::{assert_adjoint, check, of_one, square};
use support::{Difference, assert_near, direction, stepped};

/// Checks `a.factorize().part()` for a matrix: through both rules, against the plain code.
macro_rules! check_part {
    ($factorize:ident, $factorize_forward:ident, $factorize_jvp:ident; $part:ident, $part_forward:ident, $part_jvp:ident: $($matrix:expr;)*) => {$({
        let a = $matrix;
        let dot = direction(&a, 1);
        let at = |step: f64| factor!($factorize, stepped(&a, &dot, step)).$part();
        let (factors, factors_dot) = (&a).$factorize_jvp(&dot);
        let (factors, factors_dot) = (some!($factorize, factors), some!($factorize, factors_dot));
        let (value, tangent) = (&factors).$part_jvp(&factors_dot);
        assert_eq!(value, at(0.0));
        assert_near(&tangent, &at(1e-6).difference(&at(-1e-6), 2e-6));

        let (made, of_factors) = (&a).$factorize_forward();
        let factors = some!($factorize, made);
        let (_, of_part) = (&factors).$part_forward();
        let seed = direction(&value, 3);
        let (bar,) = pull(&of_part, seed.clone(), ((),));
        let (a_bar,) = pull(&of_factors, wrapped!($factorize, bar), ((),));
        assert_adjoint(a_bar.inner(&dot), seed.inner(&tangent));
    })*};
}

/// What is in the option that `cholesky` gives.
macro_rules! some {
    (cholesky, $factors:expr) => {
        $factors.expect("the matrix is positive definite")
    };
    ($other:ident, $factors:expr) => {
        $factors
    };
}

macro_rules! factor {
    (cholesky, $matrix:expr) => {
        $matrix.cholesky().expect("the matrix is positive definite")
    };
    ($other:ident, $matrix:expr) => {
        $matrix.$other()
    };
}

macro_rules! wrapped {
    (cholesky, $bar:expr) => {
        Some($bar)
    };
    ($other:ident, $bar:expr) => {
        $bar
    };
}

/// A matrix of full rank, whose singular values are distinct.
fn full(rows: usize, columns: usize) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |i, j| {
        let phase = f64::from(u8::try_from(i * i + 2 * j * j + i * j).unwrap_or(0));
        (phase * 0.7).cos() + if i == j { 2.0 } else { 0.0 }
    })
}

fn positive() -> Matrix3<f64> {
    Matrix3::new(4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0)
}

fn dynamic_positive() -> DMatrix<f64> {
    let m = full(4, 4);
    m.tr_mul(&m) + DMatrix::identity(4, 4)
}

#[test]
fn parts_of_a_cholesky_factorization() {
    check_part!(cholesky, cholesky_forward, cholesky_jvp; l, l_forward, l_jvp: positive(); dynamic_positive(););
    check_part!(cholesky, cholesky_forward, cholesky_jvp; inverse, inverse_forward, inverse_jvp: positive(); dynamic_positive(););
    check_part!(cholesky, cholesky_forward, cholesky_jvp; determinant, determinant_forward, determinant_jvp: positive(); dynamic_positive(););
    check_part!(cholesky, cholesky_forward, cholesky_jvp; ln_determinant, ln_determinant_forward, ln_determinant_jvp: positive(); dynamic_positive(););
    let _: Option<Cholesky<f64, Dyn>> = dynamic_positive().cholesky();
}

#[test]
fn parts_of_an_lu_factorization() {
    let permuted = Matrix3::new(0.0, 2.0, 3.0, 0.5, -1.0, 2.0, 4.0, 0.2, 0.1);
    check_part!(lu, lu_forward, lu_jvp; determinant, determinant_forward, determinant_jvp: permuted; dynamic_positive(););
    check_part!(lu, lu_forward, lu_jvp; try_inverse, try_inverse_forward, try_inverse_jvp: permuted; dynamic_positive(););
}

#[test]
fn parts_of_a_qr_factorization() {
    let (tall, wide) =
        (Matrix3x2::new(1.0, 2.0, 3.0, -4.0, 0.5, 6.0), Matrix2x3::new(1.0, 2.0, 3.0, 4.0, -5.0, 6.0));
    check_part!(qr, qr_forward, qr_jvp; q, q_forward, q_jvp: square(); tall; wide; full(5, 3); full(3, 5););
    check_part!(qr, qr_forward, qr_jvp; r, r_forward, r_jvp: square(); tall; wide; full(5, 3); full(3, 5););
}

#[test]
fn eigenvalues_and_eigenvectors() {
    let (a, dot) = (positive(), direction(&positive(), 1));
    let at = |step: f64| stepped(&a, &dot, step).symmetric_eigen();
    let (value, tangent) = a.symmetric_eigen_jvp(dot);
    assert_eq!(value.eigenvectors, a.symmetric_eigen().eigenvectors);
    assert_near(&tangent.eigenvalues, &at(1e-6).eigenvalues.difference(&at(-1e-6).eigenvalues, 2e-6));
    assert_near(&tangent.eigenvectors, &at(1e-6).eigenvectors.difference(&at(-1e-6).eigenvectors, 2e-6));
    let mut seed = tangent.clone();
    seed.eigenvalues = seed.eigenvalues.map(|x| (7.0 * x).sin());
    seed.eigenvectors = seed.eigenvectors.map(|x| (5.0 * x).cos());
    let (bar,) = pull(&a.symmetric_eigen_forward().1, seed.clone(), ((),));
    assert_adjoint(bar.inner(&dot), seed.inner(&tangent));
    check!(symmetric_eigenvalues, symmetric_eigenvalues_forward, symmetric_eigenvalues_jvp: positive());
    check!(symmetric_eigenvalues, symmetric_eigenvalues_forward, symmetric_eigenvalues_jvp: dynamic_positive());
}

#[test]
fn equal_eigenvalues_have_derivatives_without_their_vectors() {
    let a = Matrix3::<f64>::identity() * 2.0;
    let mut seed = a.symmetric_eigen_jvp(Matrix3::zeros()).1;
    seed.eigenvalues.fill(1.0);
    let (bar,) = pull(&a.symmetric_eigen_forward().1, seed, ((),));
    assert_eq!(bar, Matrix3::identity());
}

/// Checks a singular value decomposition, through values and vectors.
fn check_svd<const R: usize, const C: usize>(a: &SMatrix<f64, R, C>) {
    let a = DMatrix::from_column_slice(R, C, a.as_slice());
    let dot = direction(&a, 1);
    let at = |step: f64| stepped(&a, &dot, step).svd(true, true);
    let (value, tangent) =
        (&a).svd_jvp(true, true, &dot, grad_runtime::__private::Skip, grad_runtime::__private::Skip);
    let (after, before) = (at(1e-6), at(-1e-6));
    assert_eq!(value.singular_values, at(0.0).singular_values);
    assert_near(&tangent.singular_values, &after.singular_values.difference(&before.singular_values, 2e-6));
    assert_near(&tangent.u, &after.u.difference(&before.u, 2e-6));
    assert_near(&tangent.v_t, &after.v_t.difference(&before.v_t, 2e-6));
    let _: SVD<f64, Dyn, Dyn> = value;

    let mut seed = tangent.clone();
    seed.singular_values = seed.singular_values.map(|x| (7.0 * x).sin());
    seed.u = seed.u.map(|u| u.map(|x| (5.0 * x).cos()));
    seed.v_t = seed.v_t.map(|v_t| v_t.map(|x| (3.0 * x).sin()));
    let (bar, (), ()) = pull(&(&a).svd_forward(true, true).1, seed.clone(), ((), (), ()));
    assert_adjoint(bar.inner(&dot), seed.inner(&tangent));
}

#[test]
fn singular_values_and_vectors() {
    check_svd(&square());
    check_svd(&Matrix3x2::new(1.0, 2.0, 3.0, -4.0, 0.5, 6.0));
    check_svd(&Matrix2x3::new(1.0, 2.0, 3.0, 4.0, -5.0, 6.0));
    check!(singular_values, singular_values_forward, singular_values_jvp: square());
    check!(singular_values, singular_values_forward, singular_values_jvp: full(5, 3));
    check!(singular_values, singular_values_forward, singular_values_jvp: full(3, 5));
}

#[test]
fn singular_values_alone_need_no_vectors() {
    let (a, dot) = (square(), direction(&square(), 1));
    let (_, tangent) =
        a.svd_jvp(false, false, dot, grad_runtime::__private::Skip, grad_runtime::__private::Skip);
    assert_eq!((tangent.u, tangent.v_t), (None, None));
    let (value, pullback) = a.svd_forward(false, false);
    assert_eq!(value.u, None);
    let mut seed = value.zero_tangent();
    seed.singular_values[0] = 1.0;
    let (bar, (), ()) = pull(&pullback, seed, ((), (), ()));
    assert_adjoint(bar.inner(&dot), tangent.singular_values[0]);
}
