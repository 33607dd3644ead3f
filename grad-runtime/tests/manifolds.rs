//! Steps on the types of nalgebra that aren't vector spaces: they start along the tangent that the docs name, and stay on
//! the manifold.
#![allow(clippy::float_cmp, reason = "where a step is exact, the test asks for it")]

use grad_runtime::nalgebra::{
    Isometry2, Isometry3, IsometryMatrix3, Point2, Point3, Quaternion, Rotation2, Rotation3, Translation2,
    Translation3, Unit, UnitComplex, UnitQuaternion, Vector1, Vector2, Vector3, Vector4,
};
use grad_runtime::prelude::*;

const W: Vector3<f64> = Vector3::new(0.3, -0.7, 0.5);
const P: Point3<f64> = Point3::new(1.0, -2.0, 0.5);

/// `value` after a step.
fn stepped<T: StepAlong + Clone>(value: &T, direction: &T::Tangent, step: f64) -> T {
    let mut stepped = value.clone();
    stepped.step_along(direction, step);
    stepped
}

/// The derivative of a function of `value` along a direction, by central differences.
fn along<T: StepAlong + Clone, const N: usize>(
    value: &T,
    direction: &T::Tangent,
    function: impl Fn(&T) -> [f64; N],
) -> [f64; N] {
    let step = 1e-6;
    let (after, before) = (stepped(value, direction, step), stepped(value, direction, -step));
    let (after, before) = (function(&after), function(&before));
    core::array::from_fn(|i| (after[i] - before[i]) / (2.0 * step))
}

#[track_caller]
fn assert_close<const N: usize>(a: impl Into<[f64; N]>, b: impl Into<[f64; N]>) {
    let (a, b) = (a.into(), b.into());
    assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-9), "{a:?} is not {b:?}");
}

#[test]
fn rotations_in_space_turn_in_the_frame_of_the_body() {
    let q = UnitQuaternion::from_euler_angles(0.4, -0.8, 1.1);
    let expected: Vector3<f64> = q * W.cross(&P.coords);
    assert_close(along(&q, &W, |q| (q * P).into()), expected);
    let r = q.to_rotation_matrix();
    assert_close(along(&r, &W, |r| (r * P).into()), expected);
}

#[test]
fn rotations_in_the_plane_turn_by_an_angle() {
    let point = Point2::new(1.0, -2.0);
    let (sin, cos) = 0.4_f64.sin_cos();
    let expected = [1.5 * (-sin * 1.0 - cos * -2.0), 1.5 * (cos * 1.0 - sin * -2.0)];
    assert_close(along(&UnitComplex::new(0.4), &Vector1::new(1.5), |q| (q * point).into()), expected);
    assert_close(along(&Rotation2::new(0.4), &Vector1::new(1.5), |r| (r * point).into()), expected);
}

#[test]
fn two_steps_along_one_direction_are_one_long_step() {
    let q = UnitQuaternion::from_euler_angles(0.4, -0.8, 1.1);
    let (once, twice) = (stepped(&q, &W, 3.0), stepped(&stepped(&q, &W, 1.0), &W, 2.0));
    assert!(once.angle_to(&twice) < 1e-14);
    let r = Rotation3::from_euler_angles(0.4, -0.8, 1.1);
    let (once, twice) = (stepped(&r, &W, 3.0), stepped(&stepped(&r, &W, 1.0), &W, 2.0));
    assert!(once.angle_to(&twice) < 1e-14);
}

#[test]
fn steps_of_no_length_change_nothing() {
    let q = UnitQuaternion::from_euler_angles(0.4, -0.8, 1.1);
    assert_eq!(stepped(&q, &W, 0.0), q);
    assert_eq!(stepped(&q, &q.zero_tangent(), 1.0), q);
    let r = Rotation2::new(0.4_f32);
    assert_eq!(stepped(&r, &r.zero_tangent(), 1.0), r);
}

#[test]
fn rotations_stay_rotations() {
    let q = stepped(&UnitQuaternion::from_euler_angles(0.4, -0.8, 1.1), &W, 100.0);
    assert!((q.into_inner().norm() - 1.0).abs() < 1e-14);
    let r = stepped(&Rotation3::from_euler_angles(0.4, -0.8, 1.1), &W, 100.0);
    assert!((r.matrix() * r.matrix().transpose() - Rotation3::identity().matrix()).norm() < 1e-14);
}

#[test]
fn isometries_move_each_part_by_itself() {
    let pose = Isometry3::new(Vector3::new(1.0, 2.0, 3.0), Vector3::new(0.1, 0.2, -0.3));
    let mut direction = pose.zero_tangent();
    direction.translation = Translation3::new(0.5, 0.25, -1.0);
    direction.rotation = W;
    let expected: Vector3<f64> = pose.rotation * W.cross(&P.coords) + direction.translation.vector;
    assert_close(along(&pose, &direction, |pose| (pose * P).into()), expected);
    let by_matrix: IsometryMatrix3<f64> = grad_runtime::nalgebra::convert(pose);
    assert_close(along(&by_matrix, &direction, |pose| (pose * P).into()), expected);

    let flat = Isometry2::new(Vector2::new(1.0, 2.0), 0.4);
    let mut direction = flat.zero_tangent();
    direction.translation = Translation2::new(0.5, 0.25);
    direction.rotation = Vector1::new(2.0);
    assert_close(along(&flat, &direction, |pose| [pose.rotation.angle(), pose.translation.y]), [2.0, 0.25]);
}

#[test]
fn unit_vectors_stay_unit_vectors() {
    let up = Unit::new_normalize(Vector3::new(1.0, 2.0, 2.0));
    let across = W - up.as_ref() * up.dot(&W);
    assert_close(along(&up, &W, |v| v.into_inner().into()), across);
    assert!((stepped(&up, &W, 5.0).norm() - 1.0).abs() < 1e-15);
    let same = stepped(&up, &up.into_inner(), 0.7);
    assert_close(same.into_inner(), up.into_inner());
}

#[test]
fn translations_and_quaternions_are_vector_spaces() {
    let mut sum = Translation3::new(1.0, 2.0, 3.0);
    sum.step_along(&Translation3::new(1.0, 0.0, -1.0), 2.0);
    assert_eq!(sum, Translation3::new(3.0, 2.0, 1.0));
    let mut sum = Quaternion::from(Vector4::new(1.0, 2.0, 3.0, 4.0));
    grad_runtime::Tangent::accumulate(&mut sum, &Quaternion::from(Vector4::new(1.0, 1.0, 1.0, 1.0)));
    assert_eq!(sum.coords, Vector4::new(2.0, 3.0, 4.0, 5.0));
    assert_eq!(grad_runtime::Tangent::inner(&sum, &sum), 54.0);
}

#[test]
fn the_tangent_of_an_isometry_is_a_container_and_a_vector_space() {
    let pose = Isometry3::<f64>::identity();
    let mut tangent = pose.zero_tangent();
    let keys: Vec<_> = (0..tangent.leaf_count()).map(|i| leaves::key(&tangent, i).to_string()).collect();
    assert_eq!(keys, ["rotation", "translation"]);
    tangent.leaf_mut(1)[2] = 3.0;
    tangent.leaf_mut(0)[0] = 4.0;
    assert_eq!(tangent.leaf(1).data, [0.0, 0.0, 3.0]);
    let same = tangent;
    grad_runtime::Tangent::accumulate(&mut tangent, &same);
    grad_runtime::Tangent::scale(&mut tangent, 0.5);
    assert_eq!(tangent, same);
    assert_eq!(grad_runtime::Tangent::inner(&tangent, &same), 25.0);
    grad_runtime::Tangent::set_zero(&mut tangent);
    assert_eq!(tangent, pose.zero_tangent());
}

/// A joint of a robot.
#[derive(Clone, Differentiable)]
struct Joint {
    offset: Isometry3<f64>,
    axis: Unit<Vector3<f64>>,
    limit: f64,
}

#[test]
fn a_struct_with_a_pose_has_a_tangent() {
    let joint = Joint { offset: Isometry3::identity(), axis: Vector3::z_axis(), limit: 1.0 };
    let mut direction = joint.zero_tangent();
    direction.offset.translation.x = 2.0;
    direction.limit = 1.0;
    let moved = stepped(&joint, &direction, 0.5);
    assert_eq!((moved.offset.translation.x, moved.limit, moved.axis), (1.0, 1.5, joint.axis));
}
