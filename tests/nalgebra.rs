//! Functions over nalgebra's types and over structs that hold them: the generated derivatives, in reverse and in forward mode,
//! against central differences.

// The functions are written as people write them.
#![allow(clippy::needless_range_loop, clippy::assign_op_pattern)]

use grad_runtime::Tangent;
use grad_runtime::nalgebra::{
    DMatrix, DVector, Isometry3, Matrix3, Point3, RealField, Rotation2, Rotation3, SMatrix, SVector,
    Translation3, UnitQuaternion, Vector2, Vector3,
};
use grad_runtime::prelude::*;

/// A direction in the tangent space of `value`, different for each `seed`.
fn direction<T: Differentiable<Tangent: LeavesMut<Scalar = f64>>>(value: &T, seed: u32) -> T::Tangent {
    let mut direction = value.zero_tangent();
    let mut phase = f64::from(seed);
    for leaf in 0..direction.leaf_count() {
        for component in direction.leaf_mut(leaf) {
            phase += 1.7;
            *component = phase.sin() + 0.1;
        }
    }
    direction
}

/// `value` after a step.
fn stepped<T: StepAlong + Clone>(value: &T, direction: &T::Tangent, step: f64) -> T {
    let mut stepped = value.clone();
    stepped.step_along(direction, step);
    stepped
}

#[track_caller]
fn assert_near(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{a} is not {b}");
}

/// Checks a function of two borrowed parameters: the value, both modes against each other and against differences.
macro_rules! check {
    ($function:ident: $first:expr, $second:expr) => {{
        let (first, second) = ($first, $second);
        let (first_dot, second_dot) = (direction(&first, 1), direction(&second, 2));
        let at =
            |step: f64| $function(&stepped(&first, &first_dot, step), &stepped(&second, &second_dot, step));
        let (value, (first_bar, second_bar)) = $function::value_and_grad(&first, &second);
        assert_eq!(value.to_bits(), $function(&first, &second).to_bits());
        let by_adjoint = first_bar.inner(&first_dot) + second_bar.inner(&second_dot);
        let (value, by_tangent) = $function::jvp(&first, &second, &first_dot, &second_dot);
        assert_eq!(value.to_bits(), $function(&first, &second).to_bits());
        assert_near(by_adjoint, by_tangent, 1e-12);
        assert_near(by_adjoint, (at(1e-6) - at(-1e-6)) / 2e-6, 1e-8);

        let (_, backward) = $function::forward(&first, &second);
        for seed in [1.0, -2.5] {
            let (mut first_bar, mut second_bar) = (first.zero_tangent(), second.zero_tangent());
            backward(seed, &mut first_bar, &mut second_bar);
            assert_near(
                first_bar.inner(&first_dot) + second_bar.inner(&second_dot),
                seed * by_tangent,
                1e-12,
            );
        }
    }};
}

#[differentiable]
fn distance(a: &Vector3<f64>, b: &Vector3<f64>) -> f64 {
    (a - b).norm()
}

#[differentiable]
fn least_squares(w: &SMatrix<f64, 2, 3>, x: &SVector<f64, 3>) -> f64 {
    let residual = w * x - Vector2::new(1.0, 2.0);
    0.5 * residual.norm_squared()
}

#[differentiable]
fn bilinear(m: &DMatrix<f64>, v: &DVector<f64>) -> f64 {
    let image = m * v;
    let scaled = &image * 2.0;
    image.norm() * scaled.norm() + v.dot(&image)
}

#[differentiable]
fn elements(m: &Matrix3<f64>, v: &Vector3<f64>) -> f64 {
    let image = m * v;
    image[0] * image[1] + m[(1, 2)] * v.x + m.determinant() / m.trace()
}

#[differentiable]
fn solution(a: &DMatrix<f64>, b: &DVector<f64>) -> f64 {
    let x = a.clone().lu().solve(b).unwrap();
    x.norm()
}

#[test]
fn vectors_and_matrices() {
    let (a, b) = (Vector3::new(1.0, 2.0, 3.0), Vector3::new(0.5, 1.0, -1.0));
    check!(distance: a, b);
    check!(least_squares: SMatrix::<f64, 2, 3>::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0), a);
    check!(elements: Matrix3::new(1.0, 2.0, 3.0, 0.5, -1.0, 2.0, 0.1, 0.2, 4.0), b);
    let (square, vector) =
        (DMatrix::from_row_slice(2, 2, &[1.0, 2.0, -0.5, 3.0]), DVector::from_vec(vec![3.0, 4.0]));
    check!(bilinear: square.clone(), vector.clone());
    check!(solution: square, vector);
}

#[differentiable]
fn reach(pose: &Isometry3<f64>, target: &Point3<f64>) -> f64 {
    (pose * Point3::new(0.5, -1.0, 2.0) - target).norm_squared()
}

/// Three joints that turn about y, each half a metre from the one before.
#[differentiable]
fn tip(angles: &[f64; 3], target: &Point3<f64>) -> f64 {
    let mut pose = Isometry3::identity();
    for i in 0..3 {
        let turn = UnitQuaternion::from_axis_angle(&Vector3::y_axis(), angles[i]);
        let joint = Isometry3::from_parts(Translation3::new(0.0, 0.0, 0.5), turn);
        pose = pose * joint;
    }
    let tip = pose * Point3::new(0.0, 0.0, 1.0);
    (tip - target).norm_squared()
}

#[differentiable]
fn turned(angles: &[f64; 3], v: &Vector3<f64>) -> f64 {
    let q = UnitQuaternion::from_euler_angles(angles[0], angles[1], angles[2]);
    let there_and_back = q.inverse() * (q * v) + q * v;
    there_and_back.x * 2.0 + there_and_back.norm()
}

#[test]
fn rotations_and_isometries() {
    let pose = Isometry3::new(Vector3::new(1.0, 2.0, 3.0), Vector3::new(0.1, 0.2, -0.3));
    check!(reach: pose, Point3::new(1.0, 0.0, 1.0));
    check!(tip: [0.1, 0.2, 0.3], Point3::new(1.0, 0.0, 1.0));
    check!(turned: [0.1, -0.2, 0.3], Vector3::new(1.0, 2.0, 3.0));
}

/// A body under the attraction of a fixed mass.
#[derive(Clone, Copy, Differentiable)]
struct Body {
    position: Vector3<f64>,
    velocity: Vector3<f64>,
    mass: f64,
}

#[differentiable]
fn energy_after_a_step(body: &Body, dt: &f64) -> f64 {
    let acceleration = -body.position / body.position.norm().powi(3) * body.mass;
    let velocity = body.velocity + acceleration * *dt;
    let position = body.position + velocity * *dt;
    0.5 * body.mass * velocity.norm_squared() - body.mass.powf(2.0) / position.norm()
}

/// A tool on a base.
#[derive(Clone, Differentiable)]
struct Arm {
    base: Isometry3<f64>,
    tool: Point3<f64>,
    gain: f64,
}

#[differentiable]
fn effort(arm: &Arm, target: &Point3<f64>) -> f64 {
    let error = arm.base * arm.tool - target;
    arm.gain * error.norm() + arm.gain.sin()
}

#[test]
fn structs_of_nalgebra_types() {
    let (position, velocity) = (Vector3::new(1.0, 0.5, 0.2), Vector3::new(0.1, 0.9, 0.0));
    check!(energy_after_a_step: Body { position, velocity, mass: 2.0 }, 0.1);
    let base = Isometry3::new(Vector3::new(1.0, 2.0, 3.0), Vector3::new(0.1, 0.2, -0.3));
    let arm = Arm { base, tool: Point3::new(1.0, -2.0, 0.5), gain: 2.0 };
    check!(effort: arm, Point3::new(1.0, 0.0, 1.0));
}

#[differentiable]
fn temporaries(a: &Vector3<f64>, b: &Vector3<f64>) -> f64 {
    let mut sum = Vector3::zeros();
    sum += a;
    sum -= b * 2.0;
    sum.dot(&Vector3::x()) + a.cross(&Vector3::new(0.0, 0.0, 1.0)).norm() + sum.component_mul(a).sum()
}

#[test]
fn constants_are_lent_to_methods() {
    let (a, b) = (Vector3::new(1.0, 2.0, 3.0), Vector3::new(0.5, 1.0, -1.0));
    check!(temporaries: a, b);
}

#[derive(Clone, Differentiable)]
struct Turning {
    attitude: UnitQuaternion<f64>,
    velocity: Vector3<f64>,
    rate: SVector<f64, 3>,
    frame: Rotation3<f64>,
    origin: Point3<f64>,
}
#[derive(Clone, Differentiable)]
struct TurningOf<T: RealField + Copy> {
    attitude: UnitQuaternion<T>,
    velocity: Vector3<T>,
    rate: Vector3<T>,
    heading: Rotation2<T>,
}
#[differentiable]
fn turning(a: &Turning, b: &TurningOf<f64>) -> f64 {
    let moved = (a.frame * a.origin - a.origin).norm();
    moved
        + (a.attitude * a.velocity).dot(&a.rate)
        + (b.attitude * b.velocity).dot(&b.rate)
        + b.heading.angle()
}

#[test]
fn structs_whose_fields_share_a_tangent() {
    let (attitude, velocity) =
        (UnitQuaternion::from_euler_angles(0.1, -0.2, 0.3), Vector3::new(0.4, -0.7, 0.9));
    let (rate, frame) = (velocity * 1.5, attitude.into());
    check!(turning:
        Turning { attitude, velocity, rate, frame, origin: velocity.into() },
        TurningOf { attitude, velocity, rate, heading: Rotation2::new(0.3) });
}

#[differentiable]
fn expected(m: &Matrix3<f64>, v: &DVector<f64>) -> f64 {
    let inverse = (m + Matrix3::from_diagonal_element(m[4])).try_inverse().expect("no inverse");
    let shift = DMatrix::from_diagonal_element(3, 3, v[0] * v[0] + 1.0);
    let square = v * v.transpose() + &shift;
    inverse.trace() + square.cholesky().expect("positive definite").l().trace()
}

#[test]
fn what_is_expected_to_be_there() {
    let m = Matrix3::new(1.0, 2.0, 3.0, 4.0, 5.5, 6.0, 7.0, 8.0, 9.1);
    check!(expected: m, DVector::from_vec(vec![0.4, -0.7, 0.9]));
}
