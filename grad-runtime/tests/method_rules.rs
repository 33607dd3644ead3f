//! The rules of nalgebra's methods, in reverse and in forward mode, against central differences.
#![allow(clippy::float_cmp, reason = "where a result is exact, the test asks for it")]

use grad_runtime::__private::methods::scope::*;
use grad_runtime::__private::{Skip, pull};
use grad_runtime::Tangent;
use grad_runtime::nalgebra::{
    DMatrix, DVector, Isometry2, Isometry3, Matrix2, Matrix2x3, Matrix3, Matrix4, Point2, Point3, Rotation2,
    Translation3, UnitComplex, UnitQuaternion, Vector2, Vector3,
};

mod support;

use support::methods::{assert_adjoint, check, check_two, dynamic, of_one, of_two, square};
use support::{Difference, assert_near, direction, stepped};

fn quaternion() -> UnitQuaternion<f64> {
    UnitQuaternion::from_euler_angles(0.4, -0.8, 1.1)
}

fn pose() -> Isometry3<f64> {
    Isometry3::from_parts(Translation3::new(1.0, -2.0, 0.5), quaternion())
}

#[test]
fn norms_sums_and_transposes() {
    let m = Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    check!(norm, norm_forward, norm_jvp: m);
    check!(norm, norm_forward, norm_jvp: dynamic(3, 4));
    check!(norm_squared, norm_squared_forward, norm_squared_jvp: m);
    check!(norm_squared, norm_squared_forward, norm_squared_jvp: dynamic(3, 4));
    check!(normalize, normalize_forward, normalize_jvp: Vector3::new(1.0, -2.0, 3.0));
    check!(normalize, normalize_forward, normalize_jvp: dynamic(3, 4));
    check!(sum, sum_forward, sum_jvp: m);
    check!(sum, sum_forward, sum_jvp: dynamic(3, 4));
    check!(transpose, transpose_forward, transpose_jvp: m);
    check!(transpose, transpose_forward, transpose_jvp: dynamic(3, 4));
}

#[test]
fn the_norm_of_zero_has_the_derivative_zero() {
    let zero = Vector3::zeros();
    let (value, pullback) = zero.norm_forward();
    assert_eq!((value, pull(&pullback, 1.0, ((),))), (0.0, (zero,)));
    assert_eq!(zero.norm_jvp(Vector3::new(1.0, 2.0, 3.0)), (0.0, 0.0));
}

#[test]
fn views_have_rules_as_well() {
    let m = dynamic(4, 4);
    let view = m.view((1, 0), (2, 3));
    let (value, pullback) = view.norm_squared_forward();
    assert_eq!(value, view.norm_squared());
    let mut bar = DMatrix::zeros(2, 3);
    let ((),) = pull(&pullback, 1.0, (&mut bar,));
    assert_eq!(bar, view * 2.0);
}

#[test]
fn products_of_vectors() {
    let (a, b) = (Vector3::new(1.0, 2.0, 3.0), Vector3::new(0.5, -1.0, 2.0));
    check_two!(|a, b| a.dot(b), dot_forward, dot_jvp: a, b);
    check_two!(|a, b| a.dot(b), dot_forward, dot_jvp: dynamic(2, 3), dynamic(2, 3) * 2.0);
    check_two!(|a, b| a.cross(b), cross_forward, cross_jvp: a, b);
    check_two!(|a, b| a.component_mul(b), component_mul_forward, component_mul_jvp: a, b);
    check_two!(|a, b| a.component_mul(b), component_mul_forward, component_mul_jvp: dynamic(2, 3), dynamic(2, 3) * 2.0);
    check_two!(|a, b| a.component_div(b), component_div_forward, component_div_jvp: a, b);
    let (value, pullback) = a.scale_forward(2.0);
    assert_eq!((value, pull(&pullback, b, ((), ()))), (a * 2.0, (b * 2.0, a.dot(&b))));
    assert_eq!(a.scale_jvp(2.0, &b, 0.5), (a * 2.0, b * 2.0 + a * 0.5));
}

#[test]
fn traces_determinants_and_inverses() {
    check!(trace, trace_forward, trace_jvp: square());
    check!(trace, trace_forward, trace_jvp: dynamic(4, 4));
    check!(determinant, determinant_forward, determinant_jvp: square());
    check!(determinant, determinant_forward, determinant_jvp: dynamic(5, 5) + DMatrix::identity(5, 5));
    check!(|m| (*m).try_inverse(), try_inverse_forward, try_inverse_jvp: square());
    check!(|m| m.clone().try_inverse(), try_inverse_forward, try_inverse_jvp: dynamic(5, 5) + DMatrix::identity(5, 5));
}

#[test]
fn the_determinant_of_a_singular_matrix_has_a_derivative() {
    let singular =
        Matrix4::new(1.0, 2.0, 3.0, 4.0, 2.0, 4.0, 6.0, 8.0, 0.5, -1.0, 2.0, 0.1, 3.0, 1.0, 0.2, -0.4);
    assert!(singular.try_inverse().is_none());
    check!(determinant, determinant_forward, determinant_jvp: singular);
}

#[test]
fn a_matrix_without_an_inverse_has_no_derivative_of_it() {
    let singular = Matrix2::new(1.0, 2.0, 2.0, 4.0);
    let (value, pullback) = singular.try_inverse_forward();
    assert_eq!((value, pull(&pullback, None, ((),))), (None, (Matrix2::zeros(),)));
    assert_eq!(singular.try_inverse_jvp(Matrix2::identity()), (None, None));
}

#[test]
fn solutions_of_linear_systems() {
    let a = dynamic(4, 4) + DMatrix::identity(4, 4) * 2.0;
    let solve = |a: &DMatrix<f64>, b: &DVector<f64>| a.clone().lu().solve(b);
    check_system(&a, &DVector::from_vec(vec![1.0, -2.0, 0.5, 3.0]), solve);
    let permuted = Matrix3::new(0.0, 2.0, 3.0, 0.5, -1.0, 2.0, 4.0, 0.2, 0.1);
    let (value, pullback) = permuted.lu_forward();
    let rhs = Vector3::new(1.0, 2.0, 3.0);
    let (x, solved) = value.solve_forward(&rhs);
    assert_eq!(x, permuted.lu().solve(&rhs));
    let seed = Vector3::new(0.3, -0.2, 0.9);
    let (lu_bar, b_bar) = pull(&solved, Some(seed), ((), ()));
    let (a_bar,) = pull(&pullback, lu_bar, ((),));
    let x = x.unwrap_or_default();
    let expected = permuted.transpose().lu().solve(&seed).unwrap_or_default();
    assert_near(&b_bar, &expected);
    assert_near(&a_bar, &(-expected * x.transpose()));
}

/// Checks the chain `a.lu().solve(b)`.
fn check_system(
    a: &DMatrix<f64>,
    b: &DVector<f64>,
    solve: impl Fn(&DMatrix<f64>, &DVector<f64>) -> Option<DVector<f64>>,
) {
    let (a_dot, b_dot) = (direction(a, 1), direction(b, 2));
    let step = 1e-6;
    let after = solve(&stepped(a, &a_dot, step), &stepped(b, &b_dot, step));
    let expected =
        after.difference(&solve(&stepped(a, &a_dot, -step), &stepped(b, &b_dot, -step)), 2.0 * step);

    let (lu, lu_dot) = a.lu_jvp(&a_dot);
    let (x, x_dot) = lu.solve_jvp(b, lu_dot, &b_dot);
    assert_eq!(x, solve(a, b));
    assert_near(&x_dot, &expected);

    let (lu, of_lu) = a.lu_forward();
    let (x, of_solve) = lu.solve_forward(b);
    let seed = direction(&x, 3);
    let (lu_bar, b_bar) = pull(&of_solve, seed.clone(), ((), ()));
    let (a_bar,) = pull(&of_lu, lu_bar, ((),));
    assert_adjoint(a_bar.inner(&a_dot) + b_bar.inner(&b_dot), seed.inner(&x_dot));
}

#[test]
fn solutions_of_symmetric_systems() {
    let a = Matrix3::new(4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0);
    let b = Vector3::new(1.0, -2.0, 0.5);
    let solve = |a: &Matrix3<f64>, b: &Vector3<f64>| a.cholesky().map(|factor| factor.solve(b));
    let (a_dot, b_dot) = (direction(&a, 1), direction(&b, 2));
    let step = 1e-6;
    let after = solve(&stepped(&a, &a_dot, step), &stepped(&b, &b_dot, step));
    let expected =
        after.difference(&solve(&stepped(&a, &a_dot, -step), &stepped(&b, &b_dot, -step)), 2.0 * step);

    let (factor, factor_dot) = a.cholesky_jvp(&a_dot);
    let tangent = factor.zip(factor_dot).map(|(factor, dot)| factor.solve_jvp(&b, dot, &b_dot).1);
    assert_near(&tangent, &expected);

    let (factor, of_factor) = a.cholesky_forward();
    let seed = Vector3::new(0.3, -0.2, 0.9);
    let bars = factor.map(|factor| pull(&factor.solve_forward(&b).1, seed, ((), ())));
    let (factor_bar, b_bar) = bars.unzip();
    let (a_bar,) = pull(&of_factor, factor_bar, ((),));
    let by_adjoint = a_bar.inner(&a_dot) + b_bar.inner(&Some(b_dot));
    assert_adjoint(by_adjoint, Some(seed).inner(&tangent));
}

#[test]
fn methods_of_rotations_and_isometries() {
    let (p, v) = (Point3::new(1.0, 2.0, 3.0), Vector3::new(0.5, -1.0, 2.0));
    let (flat, in_plane, across) = (UnitComplex::new(0.7), Point2::new(1.0, 2.0), Vector2::new(0.5, -1.0));
    check!(inverse, inverse_forward, inverse_jvp: quaternion());
    check!(inverse, inverse_forward, inverse_jvp: quaternion().to_rotation_matrix());
    check!(inverse, inverse_forward, inverse_jvp: flat);
    check!(inverse, inverse_forward, inverse_jvp: Rotation2::new(0.7));
    check!(inverse, inverse_forward, inverse_jvp: pose());
    check!(inverse, inverse_forward, inverse_jvp: Isometry2::new(Vector2::new(1.0, 2.0), 0.4));
    check!(|q| q.to_rotation_matrix(), to_rotation_matrix_forward, to_rotation_matrix_jvp: quaternion());
    check!(|q| q.to_rotation_matrix(), to_rotation_matrix_forward, to_rotation_matrix_jvp: flat);
    check_two!(|q, p| q.transform_point(p), transform_point_forward, transform_point_jvp: quaternion(), p);
    check_two!(|q, p| q.transform_point(p), transform_point_forward, transform_point_jvp: flat, in_plane);
    check_two!(|q, p| q.transform_point(p), transform_point_forward, transform_point_jvp: pose(), p);
    check_two!(|q, v| q.transform_vector(v), transform_vector_forward, transform_vector_jvp: quaternion(), v);
    check_two!(|q, v| q.transform_vector(v), transform_vector_forward, transform_vector_jvp: flat, across);
    check_two!(|q, v| q.transform_vector(v), transform_vector_forward, transform_vector_jvp: pose(), v);
}
