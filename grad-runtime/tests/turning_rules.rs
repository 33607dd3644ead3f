//! The rules of what is read off rotations and isometries, in reverse and in forward mode, against central differences.

use grad_runtime::__private::methods::scope::*;
use grad_runtime::__private::{Skip, ops, pull};
use grad_runtime::Tangent;
use grad_runtime::nalgebra::{
    Isometry2, Isometry3, Point2, Point3, Rotation2, Rotation3, Translation2, Translation3, Unit,
    UnitComplex, UnitQuaternion, Vector2, Vector3,
};

mod support;

use support::methods::{assert_adjoint, check, check_two, of_one, of_two};
use support::{Difference, assert_near, direction, stepped};

fn quaternion() -> UnitQuaternion<f64> {
    UnitQuaternion::from_euler_angles(0.4, -0.8, 1.1)
}

fn other() -> UnitQuaternion<f64> {
    UnitQuaternion::from_euler_angles(-0.3, 0.5, 0.2)
}

fn small() -> UnitQuaternion<f64> {
    UnitQuaternion::from_scaled_axis(Vector3::new(1e-3, -2e-3, 5e-4))
}

fn pose() -> Isometry3<f64> {
    Isometry3::from_parts(Translation3::new(1.0, -2.0, 0.5), quaternion())
}

fn flat_pose() -> Isometry2<f64> {
    Isometry2::new(Vector2::new(1.0, 2.0), 0.4)
}

#[test]
fn rotation_vectors_and_angles() {
    for q in [quaternion(), other(), small()] {
        check!(scaled_axis, scaled_axis_forward, scaled_axis_jvp: q);
        check!(euler_angles, euler_angles_forward, euler_angles_jvp: q);
        check!(angle, angle_forward, angle_jvp: q);
    }
    let (r, flat) = (quaternion().to_rotation_matrix(), UnitComplex::new(0.7));
    check!(scaled_axis, scaled_axis_forward, scaled_axis_jvp: r);
    check!(euler_angles, euler_angles_forward, euler_angles_jvp: r);
    check!(angle, angle_forward, angle_jvp: r);
    check!(angle, angle_forward, angle_jvp: flat);
    check!(angle, angle_forward, angle_jvp: Rotation2::new(-0.7));
    check!(scaled_axis, scaled_axis_forward, scaled_axis_jvp: flat);
}

#[test]
fn the_angle_of_the_identity_has_the_derivative_zero() {
    let q = UnitQuaternion::<f64>::identity();
    assert_eq!(pull(&q.angle_forward().1, 1.0, ((),)), (Vector3::zeros(),));
    assert_eq!(q.angle_to_jvp(&q, Vector3::x(), Vector3::y()).1, 0.0);
}

#[test]
fn matrices_of_rotations() {
    check!(|r| (*r).into_inner(), into_inner_forward, into_inner_jvp: quaternion().to_rotation_matrix());
    check!(|r| (*r).into_inner(), into_inner_forward, into_inner_jvp: Rotation2::new(0.7));
    check!(|r| *r.matrix(), matrix_forward, matrix_jvp: quaternion().to_rotation_matrix());
}

#[test]
fn powers_and_what_lies_between() {
    check_two!(|q, t| q.powf(*t), @number powf_forward, powf_jvp: quaternion(), 0.3);
    check_two!(|q, t| q.powf(*t), @number powf_forward, powf_jvp: small(), 2.5);
    check_two!(|q, t| q.powf(*t), @number powf_forward, powf_jvp: UnitComplex::new(0.7), 0.3);
    check_two!(|q, r| q.angle_to(r), angle_to_forward, angle_to_jvp: quaternion(), other());
    check_two!(|q, r| q.angle_to(r), angle_to_forward, angle_to_jvp: UnitComplex::new(0.7), UnitComplex::new(0.1));
    check_two!(|q, r| q.rotation_to(r), rotation_to_forward, rotation_to_jvp: quaternion(), other());
    let (q, r): (Rotation3<f64>, Rotation3<f64>) = (quaternion().into(), other().into());
    check_two!(|q, r| q.rotation_to(r), rotation_to_forward, rotation_to_jvp: q, r);
    check_two!(|q, r| q.angle_to(r), angle_to_forward, angle_to_jvp: q, r);
}

#[test]
fn the_way_from_one_rotation_to_another() {
    let (q, r, t) = (quaternion(), other(), 0.3);
    let (q_dot, r_dot, t_dot) = (direction(&q, 1), direction(&r, 2), 0.4);
    let at = |step: f64| stepped(&q, &q_dot, step).slerp(&stepped(&r, &r_dot, step), t + t_dot * step);
    let (value, tangent) = q.slerp_jvp(&r, t, q_dot, r_dot, t_dot);
    assert_eq!(value, q.slerp(&r, t));
    assert_near(&tangent, &at(1e-6).difference(&at(-1e-6), 2e-6));
    let seed = Vector3::new(0.3, -0.2, 0.9);
    let (q_bar, r_bar, t_bar) = pull(&q.slerp_forward(&r, t).1, seed, ((), (), ()));
    assert_adjoint(q_bar.dot(&q_dot) + r_bar.dot(&r_dot) + t_bar * t_dot, seed.dot(&tangent));
}

#[test]
fn into_the_body_frame() {
    let (p, v) = (Point3::new(1.0, 2.0, 3.0), Vector3::new(0.5, -1.0, 2.0));
    let flat = Point2::new(1.0, 2.0);
    check_two!(|q, p| q.inverse_transform_point(p), inverse_transform_point_forward, inverse_transform_point_jvp: quaternion(), p);
    check_two!(|q, p| q.inverse_transform_point(p), inverse_transform_point_forward, inverse_transform_point_jvp: UnitComplex::new(0.7), flat);
    check_two!(|q, p| q.inverse_transform_point(p), inverse_transform_point_forward, inverse_transform_point_jvp: pose(), p);
    check_two!(|q, p| q.inverse_transform_point(p), inverse_transform_point_forward, inverse_transform_point_jvp: flat_pose(), flat);
    check_two!(|q, v| q.inverse_transform_vector(v), inverse_transform_vector_forward, inverse_transform_vector_jvp: quaternion(), v);
    check_two!(|q, v| q.inverse_transform_vector(v), inverse_transform_vector_forward, inverse_transform_vector_jvp: pose(), v);
    let second = Isometry3::from_parts(Translation3::new(0.3, 0.7, -1.5), other());
    check_two!(|a, b| a.inv_mul(b), inv_mul_forward, inv_mul_jvp: pose(), second);
    check_two!(|a, b| a.inv_mul(b), inv_mul_forward, inv_mul_jvp: flat_pose(), Isometry2::new(Vector2::new(-0.5, 1.0), 1.4));
}

/// Checks a product of two motions, in reverse and in forward mode.
macro_rules! product {
    ($($left:expr, $right:expr;)*) => {$({
        let (left, right) = ($left, $right);
        let (left_dot, right_dot) = (direction(&left, 1), direction(&right, 2));
        let at = |step: f64| stepped(&left, &left_dot, step) * stepped(&right, &right_dot, step);
        let (value, tangent) = ops::mul_jvp(left, right, left_dot, right_dot);
        assert_eq!(value, left * right);
        assert_near(&tangent, &at(1e-6).difference(&at(-1e-6), 2e-6));
        let seed = direction(&value, 3);
        let (left_bar, right_bar) = pull(&ops::mul(&left, &right).1, seed, ((), ()));
        assert_adjoint(left_bar.inner(&left_dot) + right_bar.inner(&right_dot), seed.inner(&tangent));
    })*};
}

#[test]
fn motions_combine() {
    product! {
        quaternion(), pose();
        pose(), other();
        pose(), Translation3::new(0.3, 0.7, -1.5);
        quaternion(), Translation3::new(0.3, 0.7, -1.5);
        Translation3::new(0.3, 0.7, -1.5), quaternion();
        UnitComplex::new(0.3), flat_pose();
        flat_pose(), UnitComplex::new(0.3);
        flat_pose(), Translation2::new(0.3, 0.7);
        UnitComplex::new(0.3), Translation2::new(0.3, 0.7);
    }
}

#[test]
fn unit_vectors() {
    let v = Vector3::new(1.0, -2.0, 0.5);
    let dot = Vector3::new(0.3, 0.1, -0.7);
    let at = |step: f64| (v + dot * step).normalize();
    let (value, tangent) = Unit::new_normalize_push(v, (dot,));
    assert_eq!(value, Unit::new_normalize(v));
    assert_near(&tangent, &at(1e-6).difference(&at(-1e-6), 2e-6));
    let (value, pullback) = Unit::new_normalize_forward(v);
    let seed = Vector3::new(0.3, -0.2, 0.9);
    assert_adjoint(pull(&pullback, seed, ((),)).0.dot(&dot), seed.dot(&tangent));
    check!(|unit| (*unit).into_inner(), into_inner_forward, into_inner_jvp: value);
}
