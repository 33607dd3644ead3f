//! The rules of nalgebra's operators, in reverse and in forward mode, against central differences.

use grad_runtime::__private::{Skip, ops, pull};
use grad_runtime::Tangent;
use grad_runtime::nalgebra::{
    DMatrix, DVector, Isometry2, Isometry3, Matrix2, Matrix2x3, Matrix3, Matrix3x2, Point2, Point3,
    Rotation2, Rotation3, Translation2, Translation3, UnitComplex, UnitQuaternion, Vector2, Vector3,
};

mod support;

use support::{Difference, assert_near, direction, stepped};

/// Checks a rule with both operands borrowed: value, forward mode, reverse mode, and the other forms against it.
macro_rules! check {
    ($forward:path, $jvp:path, $operator:tt: $left:expr, $right:expr) => {{
        let (left, right) = ($left, $right);
        let (left_dot, right_dot) = (direction(&left, 1), direction(&right, 2));
        let expected = {
            let step = 1e-6;
            let after = stepped(&left, &left_dot, step) $operator stepped(&right, &right_dot, step);
            let before = stepped(&left, &left_dot, -step) $operator stepped(&right, &right_dot, -step);
            after.difference(&before, 2.0 * step)
        };
        let (value, tangent) = $jvp(left.clone(), right.clone(), &left_dot, right_dot.clone());
        assert_eq!(value, left.clone() $operator right.clone());
        assert_near(&tangent, &expected);

        let (value, pullback) = $forward(left.clone(), right.clone());
        assert_eq!(value, left.clone() $operator right.clone());
        let seed = direction(&value, 3);
        let (left_bar, right_bar) = pull(&pullback, seed.clone(), ((), ()));
        let by_adjoint = left_bar.inner(&left_dot) + right_bar.inner(&right_dot);
        let by_tangent = seed.inner(&tangent);
        assert!((by_adjoint - by_tangent).abs() < 1e-12, "{by_adjoint} is not {by_tangent}");
        (left, right, left_dot, right_dot, seed, left_bar, right_bar)
    }};
}

/// Checks a rule in all forms of its operands.
macro_rules! check_all_forms {
    ($forward:path, $jvp:path, $operator:tt: $left:expr, $right:expr) => {{
        let (left, right, left_dot, right_dot, seed, left_bar, right_bar) =
            check!($forward, $jvp, $operator: $left, $right);
        let expected = (left_bar, right_bar);
        let (value, pullback) = $forward(&left, &right);
        assert_eq!(value, &left $operator &right);
        assert_eq!(pull(&pullback, seed.clone(), ((), ())), expected);
        assert_eq!(pull(&$forward(&left, right.clone()).1, seed.clone(), ((), ())), expected);
        assert_eq!(pull(&$forward(left.clone(), &right).1, seed.clone(), ((), ())), expected);

        // What is borrowed has its cotangent added, what is constant has none.
        let mut buffer = left_dot.clone();
        let ((), ()) = pull(&pullback, seed, (&mut buffer, Skip));
        let mut sum = left_dot.clone();
        sum.accumulate(&expected.0);
        assert_eq!(buffer, sum);

        let (_, tangent) = $jvp(&left, &right, left_dot, &right_dot);
        let (_, of_left) = $jvp(&left, &right, direction(&left, 1), Skip);
        let (_, mut of_both) = $jvp(&left, &right, Skip, right_dot);
        of_both.accumulate(&of_left);
        assert_near(&of_both, &tangent);
    }};
}

fn dynamic(rows: usize, columns: usize) -> DMatrix<f64> {
    DMatrix::from_fn(rows, columns, |i, j| (f64::from(u8::try_from(3 * i + j).unwrap_or(0)) * 1.3).sin())
}

fn quaternion() -> UnitQuaternion<f64> {
    UnitQuaternion::from_euler_angles(0.4, -0.8, 1.1)
}

fn other_quaternion() -> UnitQuaternion<f64> {
    UnitQuaternion::from_euler_angles(-1.2, 0.3, 0.2)
}

fn pose() -> Isometry3<f64> {
    Isometry3::from_parts(Translation3::new(1.0, -2.0, 0.5), quaternion())
}

fn other_pose() -> Isometry3<f64> {
    Isometry3::from_parts(Translation3::new(0.3, 0.7, -1.5), other_quaternion())
}

#[test]
fn sums_and_differences_of_matrices() {
    let (a, b) =
        (Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), Matrix2x3::new(0.5, -1.0, 2.0, 0.1, 0.2, -0.3));
    check_all_forms!(ops::add, ops::add_jvp, +: a, b);
    check_all_forms!(ops::sub, ops::sub_jvp, -: a, b);
    check_all_forms!(ops::add, ops::add_jvp, +: dynamic(2, 3), dynamic(2, 3) * 2.0);
    check_all_forms!(ops::sub, ops::sub_jvp, -: dynamic(2, 3), dynamic(2, 3) * 2.0);
    check_all_forms!(ops::add, ops::add_jvp, +: Vector3::new(1.0, 2.0, 3.0), Vector3::new(0.1, 0.2, 0.3));
}

#[test]
fn products_of_matrices() {
    let a = Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    check_all_forms!(ops::mul, ops::mul_jvp, *: a, Matrix3x2::new(0.5, -1.0, 2.0, 0.1, 0.2, -0.3));
    check_all_forms!(ops::mul, ops::mul_jvp, *: a, Vector3::new(0.5, -1.0, 2.0));
    check_all_forms!(ops::mul, ops::mul_jvp, *: dynamic(2, 3), dynamic(3, 4));
    check_all_forms!(ops::mul, ops::mul_jvp, *: dynamic(2, 3), DVector::from_vec(vec![0.5, -1.0, 2.0]));
    check_all_forms!(ops::mul, ops::mul_jvp, *: Vector2::new(1.0, 2.0), Vector2::new(3.0, -1.0).transpose());
}

#[test]
fn views_are_operands_like_others() {
    let (a, b) = (dynamic(4, 4), dynamic(3, 5));
    let (value, pullback) = ops::mul(a.view((1, 0), (2, 3)), &b);
    assert_eq!(value, a.view((1, 0), (2, 3)) * &b);
    let seed = dynamic(2, 5);
    let (a_bar, b_bar) = pull(&pullback, seed.clone(), ((), ()));
    assert_near(&a_bar, &(&seed * b.transpose()));
    assert_near(&b_bar, &(a.view((1, 0), (2, 3)).transpose() * &seed));
}

#[test]
fn products_and_quotients_with_numbers() {
    let a = Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    let _ = check!(ops::mul, ops::mul_jvp, *: a, 1.7);
    let _ = check!(ops::mul, ops::mul_jvp, *: 1.7, a);
    let _ = check!(ops::div, ops::div_jvp, /: a, 1.7);
    let _ = check!(ops::mul, ops::mul_jvp, *: dynamic(2, 3), -0.7);
    let _ = check!(ops::mul, ops::mul_jvp, *: -0.7, dynamic(2, 3));
    let _ = check!(ops::div, ops::div_jvp, /: dynamic(2, 3), -0.7);
    let (value, pullback) = ops::mul(&a, 2.0);
    assert_eq!(value, a * 2.0);
    assert_eq!(pull(&pullback, a, ((), ())), (a * 2.0, a.norm_squared()));
}

#[test]
fn negated_matrices() {
    let a = Matrix2::new(1.0, 2.0, 3.0, 4.0);
    let (value, pullback) = ops::neg(&a);
    assert_eq!((value, pull(&pullback, a, ((),))), (-a, (-a,)));
    assert_eq!(ops::neg_jvp(dynamic(2, 2), Skip), (-dynamic(2, 2), -DMatrix::zeros(2, 2)));
}

#[test]
fn points_and_the_vectors_between_them() {
    let (p, q, v) = (Point3::new(1.0, 2.0, 3.0), Point3::new(0.1, -0.2, 0.3), Vector3::new(0.5, -1.0, 2.0));
    check_all_forms!(ops::add, ops::add_jvp, +: p, v);
    check_all_forms!(ops::sub, ops::sub_jvp, -: p, v);
    check_all_forms!(ops::sub, ops::sub_jvp, -: p, q);
    let _ = check!(ops::mul, ops::mul_jvp, *: p, 1.7);
    let _ = check!(ops::div, ops::div_jvp, /: p, 1.7);
    check_all_forms!(ops::mul, ops::mul_jvp, *: Matrix3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.5), p);
}

#[test]
fn rotations_act_on_vectors_and_points() {
    let (v, p) = (Vector3::new(0.5, -1.0, 2.0), Point3::new(1.0, 2.0, 3.0));
    check_all_forms!(ops::mul, ops::mul_jvp, *: quaternion(), v);
    check_all_forms!(ops::mul, ops::mul_jvp, *: quaternion(), p);
    check_all_forms!(ops::mul, ops::mul_jvp, *: quaternion().to_rotation_matrix(), v);
    check_all_forms!(ops::mul, ops::mul_jvp, *: quaternion().to_rotation_matrix(), p);
    let (v, p) = (Vector2::new(0.5, -1.0), Point2::new(1.0, 2.0));
    check_all_forms!(ops::mul, ops::mul_jvp, *: UnitComplex::new(0.7), v);
    check_all_forms!(ops::mul, ops::mul_jvp, *: UnitComplex::new(0.7), p);
    check_all_forms!(ops::mul, ops::mul_jvp, *: Rotation2::new(0.7), v);
    check_all_forms!(ops::mul, ops::mul_jvp, *: Rotation2::new(0.7), p);
}

#[test]
fn rotations_act_on_each_other() {
    let (q, r) = (quaternion(), other_quaternion());
    check_all_forms!(ops::mul, ops::mul_jvp, *: q, r);
    check_all_forms!(ops::div, ops::div_jvp, /: q, r);
    let (q, r): (Rotation3<f64>, _) = (q.to_rotation_matrix(), r.to_rotation_matrix());
    check_all_forms!(ops::mul, ops::mul_jvp, *: q, r);
    check_all_forms!(ops::div, ops::div_jvp, /: q, r);
    check_all_forms!(ops::mul, ops::mul_jvp, *: UnitComplex::new(0.7), UnitComplex::new(-0.2));
    check_all_forms!(ops::mul, ops::mul_jvp, *: Rotation2::new(0.7), Rotation2::new(-0.2));
}

#[test]
fn isometries_act_on_points_vectors_and_each_other() {
    check_all_forms!(ops::mul, ops::mul_jvp, *: pose(), Point3::new(1.0, 2.0, 3.0));
    check_all_forms!(ops::mul, ops::mul_jvp, *: pose(), Vector3::new(0.5, -1.0, 2.0));
    check_all_forms!(ops::mul, ops::mul_jvp, *: pose(), other_pose());
    let (a, b) = (Isometry2::new(Vector2::new(1.0, 2.0), 0.4), Isometry2::new(Vector2::new(-0.5, 1.0), 1.4));
    check_all_forms!(ops::mul, ops::mul_jvp, *: a, Point2::new(0.5, -1.0));
    check_all_forms!(ops::mul, ops::mul_jvp, *: a, b);
}

#[test]
fn translations_move_points_and_poses() {
    let t = Translation3::new(0.3, 0.7, -1.5);
    check_all_forms!(ops::mul, ops::mul_jvp, *: t, Point3::new(1.0, 2.0, 3.0));
    check_all_forms!(ops::mul, ops::mul_jvp, *: t, Translation3::new(1.0, 2.0, 3.0));
    check_all_forms!(ops::mul, ops::mul_jvp, *: t, pose());
    check_all_forms!(ops::mul, ops::mul_jvp, *: Translation2::new(1.0, 2.0), Point2::new(0.5, -1.0));
}

#[test]
fn numbers_owned_and_borrowed() {
    let (value, pullback) = ops::mul(&3.0_f64, 4.0_f64);
    let mut left_bar = 1.0;
    let ((), right_bar) = pull(&pullback, 2.0, (&mut left_bar, ()));
    assert_eq!((value.to_bits(), left_bar, right_bar), (12.0_f64.to_bits(), 9.0, 6.0));
    assert_eq!(ops::mul_jvp(3.0_f64, &4.0_f64, Skip, &0.5), (12.0, 1.5));
}

#[test]
fn a_constant_operand_has_no_share() {
    let (value, tangent) = ops::mul_jvp(f64::INFINITY, 2.0_f64, 1.5_f64, Skip);
    assert_eq!((value, tangent), (f64::INFINITY, 3.0));
    let infinite = Matrix2::repeat(f64::INFINITY);
    assert_eq!(
        ops::mul_jvp(infinite, Vector2::new(1.0, 2.0), Matrix2::identity(), Skip).1,
        Vector2::new(1.0, 2.0)
    );
    assert_eq!(ops::add_jvp(infinite, infinite, Skip, Skip).1, Matrix2::zeros());
}
