//! The reprojection residual of bundle adjustment: 2 outputs, 15 inputs, and their Jacobian.
//!
//! The camera is an axis-angle rotation (3), a centre (3), the focal length, the principal point (2) and two
//! coefficients of radial distortion; then the point (3) and the observation's weight.

use std::rc::Rc;

use grad_runtime::prelude::*;

use crate::case::{Answer, Case, Variant, array, split};
use crate::peers::{self, Program, Scalar};

const CAMERA: usize = 11;
const SIZES: [usize; 3] = [CAMERA, 3, 1];
const INPUTS: usize = 15;

#[differentiable]
fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[differentiable]
fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Rodrigues' formula; for no rotation at all its limit, so that the derivative is right there too.
#[differentiable]
fn rotate(r: &[f64; 3], v: &[f64; 3]) -> [f64; 3] {
    let squared: f64 = dot(r, r);
    if squared == 0.0 {
        let turn = cross(r, v);
        [v[0] + turn[0], v[1] + turn[1], v[2] + turn[2]]
    } else {
        let theta = squared.sqrt();
        let (sin, cos) = theta.sin_cos();
        let axis = [r[0] / theta, r[1] / theta, r[2] / theta];
        let turn = cross(&axis, v);
        let along: f64 = dot(&axis, v) * (1.0 - cos);
        [
            v[0] * cos + turn[0] * sin + axis[0] * along,
            v[1] * cos + turn[1] * sin + axis[1] * along,
            v[2] * cos + turn[2] * sin + axis[2] * along,
        ]
    }
}

#[differentiable]
fn residual(
    camera: &[f64; CAMERA],
    point: &[f64; 3],
    weight: f64,
    #[constant] feature: &[f64; 2],
) -> [f64; 2] {
    let [rx, ry, rz, cx, cy, cz, focal, ux, uy, k1, k2] = *camera;
    let seen = rotate(&[rx, ry, rz], &[point[0] - cx, point[1] - cy, point[2] - cz]);
    let (x, y) = (seen[0] / seen[2], seen[1] / seen[2]);
    let squared = x * x + y * y;
    let scale = focal * (1.0 + squared * (k1 + squared * k2));
    [weight * (scale * x + ux - feature[0]), weight * (scale * y + uy - feature[1])]
}

/// A rotation on the way back: what cotangents of the rotated point need of it.
struct Rotation {
    /// Axis, angle, sine and cosine; `None` where there is no rotation.
    turned: Option<([f64; 3], f64, f64, f64)>,
    r: [f64; 3],
    v: [f64; 3],
    /// The axis times `v`, as vectors and as numbers.
    turn: [f64; 3],
    along: f64,
}

impl Rotation {
    fn new(r: [f64; 3], v: [f64; 3]) -> (Self, [f64; 3]) {
        let squared = dot(&r, &r);
        if squared == 0.0 {
            let turn = cross(&r, &v);
            return (
                Self { turned: None, r, v, turn, along: 0.0 },
                [v[0] + turn[0], v[1] + turn[1], v[2] + turn[2]],
            );
        }
        let theta = squared.sqrt();
        let (sin, cos) = theta.sin_cos();
        let axis = [r[0] / theta, r[1] / theta, r[2] / theta];
        let turn = cross(&axis, &v);
        let along = dot(&axis, &v);
        let rest = along * (1.0 - cos);
        let seen = [
            v[0] * cos + turn[0] * sin + axis[0] * rest,
            v[1] * cos + turn[1] * sin + axis[1] * rest,
            v[2] * cos + turn[2] * sin + axis[2] * rest,
        ];
        (Self { turned: Some((axis, theta, sin, cos)), r, v, turn, along }, seen)
    }

    /// The cotangents of `r` and `v`, given that of the rotated point. A rotation turns back by the same formula
    /// with the axis reversed; the axis has length 1, so only what is across it changes the direction of `r`.
    fn pull(&self, seen_bar: &[f64; 3]) -> ([f64; 3], [f64; 3]) {
        let Some((axis, theta, sin, cos)) = &self.turned else {
            let back = cross(seen_bar, &self.r);
            let v_bar = [seen_bar[0] + back[0], seen_bar[1] + back[1], seen_bar[2] + back[2]];
            return (cross(&self.v, seen_bar), v_bar);
        };
        let on_axis = dot(axis, seen_bar);
        let back = cross(seen_bar, axis);
        let rest = 1.0 - cos;
        let v_bar = std::array::from_fn(|i| cos * seen_bar[i] + sin * back[i] + rest * on_axis * axis[i]);
        let (s, c) = (sin / theta, rest / theta);
        let across = cross(&self.v, seen_bar);
        let axis_bar: [f64; 3] =
            std::array::from_fn(|i| s * across[i] + c * (on_axis * self.v[i] + self.along * seen_bar[i]));
        let theta_bar =
            cos * dot(&self.turn, seen_bar) - sin * (dot(&self.v, seen_bar) - self.along * on_axis);
        let radial = theta_bar - dot(axis, &axis_bar);
        (std::array::from_fn(|i| axis_bar[i] + radial * axis[i]), v_bar)
    }
}

/// The two rows are pulled back through the projection by hand and through the rotation by its transpose, which
/// takes fewer operations than the products of Jacobians.
fn by_hand(
    camera: &[f64; CAMERA],
    point: &[f64; 3],
    weight: f64,
    feature: &[f64; 2],
) -> ([f64; 2], [[f64; INPUTS]; 2]) {
    let [rx, ry, rz, cx, cy, cz, focal, ux, uy, k1, k2] = *camera;
    let (rotation, seen) = Rotation::new([rx, ry, rz], [point[0] - cx, point[1] - cy, point[2] - cz]);
    let (x, y) = (seen[0] / seen[2], seen[1] / seen[2]);
    let squared = x * x + y * y;
    let distortion = 1.0 + squared * (k1 + squared * k2);
    let scale = focal * distortion;
    let error = [scale * x + ux - feature[0], scale * y + uy - feature[1]];

    let w = weight / seen[2];
    let slope = 2.0 * focal * (k1 + 2.0 * squared * k2);
    let cross_term = w * slope * x * y;
    let by_k1 = weight * focal * squared;
    let row = |by_x: f64, by_y: f64, on: f64, by_u: [f64; 2], error: f64| {
        let ([r0, r1, r2], [p0, p1, p2]) = rotation.pull(&[by_x, by_y, -(by_x * x + by_y * y)]);
        let by_k1 = on * by_k1;
        let [by_ux, by_uy] = by_u;
        let by_focal = weight * on * distortion;
        [r0, r1, r2, -p0, -p1, -p2, by_focal, by_ux, by_uy, by_k1, by_k1 * squared, p0, p1, p2, error]
    };
    let jacobian = [
        row(w * (scale + slope * x * x), cross_term, x, [weight, 0.0], error[0]),
        row(cross_term, w * (scale + slope * y * y), y, [0.0, weight], error[1]),
    ];
    ([weight * error[0], weight * error[1]], jacobian)
}

#[derive(Clone)]
struct Overloaded([f64; 2]);

impl Program<2> for Overloaded {
    fn run<S: Scalar>(&self, x: &[S]) -> [S; 2] {
        let theta = (x[0] * x[0] + x[1] * x[1] + x[2] * x[2]).sqrt();
        let (sin, cos) = (theta.sin(), theta.cos());
        let axis = [x[0] / theta, x[1] / theta, x[2] / theta];
        let v = [x[11] - x[3], x[12] - x[4], x[13] - x[5]];
        let along = (axis[0] * v[0] + axis[1] * v[1] + axis[2] * v[2]) * (-cos + 1.0);
        let turn = [
            axis[1] * v[2] - axis[2] * v[1],
            axis[2] * v[0] - axis[0] * v[2],
            axis[0] * v[1] - axis[1] * v[0],
        ];
        let seen: [S; 3] = std::array::from_fn(|i| v[i] * cos + turn[i] * sin + axis[i] * along);
        let image = [seen[0] / seen[2], seen[1] / seen[2]];
        let squared = image[0] * image[0] + image[1] * image[1];
        let scale = x[6] * (squared * (x[9] + squared * x[10]) + 1.0);
        std::array::from_fn(|i| x[14] * (scale * image[i] + x[7 + i] - self.0[i]))
    }
}

/// The generated Jacobian, its blocks side by side.
fn generated(
    camera: &[f64; CAMERA],
    point: &[f64; 3],
    weight: f64,
    feature: &[f64; 2],
) -> ([f64; 2], [[f64; INPUTS]; 2]) {
    let (value, (by_camera, by_point, by_weight)) =
        residual::value_and_jacobian(camera, point, weight, feature);
    let row = |i: usize| {
        let mut row = [0.0; INPUTS];
        row[..CAMERA].copy_from_slice(&by_camera[i]);
        row[CAMERA..CAMERA + 3].copy_from_slice(&by_point[i]);
        row[INPUTS - 1] = by_weight[i];
        row
    };
    (value, [row(0), row(1)])
}

/// A variant that computes both residuals and adds the whole Jacobian.
fn jacobian(name: &'static str, f: impl Fn(&[f64]) -> ([f64; 2], [[f64; INPUTS]; 2]) + 'static) -> Variant {
    let run = move |x: &[f64], answer: &mut Answer| {
        let (value, rows) = f(x);
        answer.value.copy_from_slice(&value);
        answer.gradient.iter_mut().zip(rows.as_flattened()).for_each(|(slot, partial)| *slot += partial);
    };
    Variant { name, run: Box::new(run) }
}

pub fn case() -> Case {
    let feature = Rc::new([0.3, -0.2]);
    let program = Overloaded(*feature);
    let (same, third) = (Rc::clone(&feature), Rc::clone(&feature));
    let value = move |flat: &[f64], answer: &mut Answer| {
        let [camera, point, weight] = split(flat, SIZES);
        answer.value.copy_from_slice(&residual(array(camera), array(point), weight[0], &feature));
    };
    Case {
        name: "reprojection 2x15",
        known: "all sizes",
        point: vec![0.2, -0.4, 0.3, 0.1, -0.2, -3.0, 1.1, 0.02, -0.03, 0.1, -0.02, 0.5, 0.4, 1.0, 0.9],
        outputs: 2,
        variants: vec![
            Variant { name: "value", run: Box::new(value) },
            jacobian("by hand", move |flat| {
                let [camera, point, weight] = split(flat, SIZES);
                by_hand(array(camera), array(point), weight[0], &same)
            }),
            jacobian("generated", move |flat| {
                let [camera, point, weight] = split(flat, SIZES);
                generated(array(camera), array(point), weight[0], &third)
            }),
            peers::easy_ml(&program),
            peers::aad(&program),
            peers::num_dual::<INPUTS, 2>(&program),
        ],
    }
}
