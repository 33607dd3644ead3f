//! The reprojection residual of bundle adjustment: 2 outputs, 15 inputs, and their Jacobian.
//!
//! The camera is an axis-angle rotation (3), a centre (3), the focal length, the principal point (2) and two
//! coefficients of radial distortion; then the point (3) and the observation's weight.

use std::rc::Rc;

use crate::case::{Answer, Case, Variant, array, split};
use crate::peers::{self, Program, Scalar};

const CAMERA: usize = 11;
const SIZES: [usize; 3] = [CAMERA, 3, 1];
const INPUTS: usize = 15;

fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Rodrigues' formula; for no rotation at all its limit, so that the derivative is right there too.
fn rotate(r: &[f64; 3], v: &[f64; 3]) -> [f64; 3] {
    let squared = dot(r, r);
    if squared == 0.0 {
        let turn = cross(r, v);
        return [v[0] + turn[0], v[1] + turn[1], v[2] + turn[2]];
    }
    let theta = squared.sqrt();
    let (sin, cos) = theta.sin_cos();
    let axis = [r[0] / theta, r[1] / theta, r[2] / theta];
    let turn = cross(&axis, v);
    let along = dot(&axis, v) * (1.0 - cos);
    [
        v[0] * cos + turn[0] * sin + axis[0] * along,
        v[1] * cos + turn[1] * sin + axis[1] * along,
        v[2] * cos + turn[2] * sin + axis[2] * along,
    ]
}

fn residual(camera: &[f64; CAMERA], point: &[f64; 3], weight: f64, feature: &[f64; 2]) -> [f64; 2] {
    let [rx, ry, rz, cx, cy, cz, focal, ux, uy, k1, k2] = *camera;
    let seen = rotate(&[rx, ry, rz], &[point[0] - cx, point[1] - cy, point[2] - cz]);
    let (x, y) = (seen[0] / seen[2], seen[1] / seen[2]);
    let squared = x * x + y * y;
    let scale = focal * (1.0 + squared * (k1 + squared * k2));
    [weight * (scale * x + ux - feature[0]), weight * (scale * y + uy - feature[1])]
}

/// The rotation of `v` and its two derivatives: the matrix (by `v`), and by the three entries of `r`.
///
/// With a = r / t the derivative of R v by t is `-sin v + cos (a x v) + sin (a.v) a`, by the axis
/// `sin (da x v) + (1 - cos) (da (a.v) + a (da.v))`, where `da/dr = (I - a a^T) / t`.
fn rotate_with_jacobians(r: [f64; 3], v: [f64; 3]) -> ([f64; 3], [[f64; 3]; 3], [[f64; 3]; 3]) {
    let squared = dot(&r, &r);
    if squared == 0.0 {
        let turn = cross(&r, &v);
        let seen = [v[0] + turn[0], v[1] + turn[1], v[2] + turn[2]];
        let by_v = [[1.0, -r[2], r[1]], [r[2], 1.0, -r[0]], [-r[1], r[0], 1.0]];
        return (seen, by_v, [[0.0, v[2], -v[1]], [-v[2], 0.0, v[0]], [v[1], -v[0], 0.0]]);
    }
    let theta = squared.sqrt();
    let (sin, cos) = theta.sin_cos();
    let a = r.map(|r| r / theta);
    let turn = cross(&a, &v);
    let (dot_av, rest) = (dot(&a, &v), 1.0 - cos);
    let along = dot_av * rest;
    let seen = std::array::from_fn(|i| v[i] * cos + turn[i] * sin + a[i] * along);
    let by_v = [
        [cos + rest * a[0] * a[0], rest * a[0] * a[1] - sin * a[2], rest * a[0] * a[2] + sin * a[1]],
        [rest * a[0] * a[1] + sin * a[2], cos + rest * a[1] * a[1], rest * a[1] * a[2] - sin * a[0]],
        [rest * a[0] * a[2] - sin * a[1], rest * a[1] * a[2] + sin * a[0], cos + rest * a[2] * a[2]],
    ];
    // By the axis, as a matrix: -sin [v]x + rest ((a.v) I + a v^T), already divided by the angle.
    let (s, c) = (sin / theta, rest / theta);
    let by_axis = [
        [c * (dot_av + a[0] * v[0]), c * a[0] * v[1] + s * v[2], c * a[0] * v[2] - s * v[1]],
        [c * a[1] * v[0] - s * v[2], c * (dot_av + a[1] * v[1]), c * a[1] * v[2] + s * v[0]],
        [c * a[2] * v[0] + s * v[1], c * a[2] * v[1] - s * v[0], c * (dot_av + a[2] * v[2])],
    ];
    let by_r = std::array::from_fn(|i| {
        let by_angle = cos * turn[i] - sin * v[i] + sin * dot_av * a[i];
        let radial = by_angle - dot(&by_axis[i], &a);
        std::array::from_fn(|j| by_axis[i][j] + radial * a[j])
    });
    (seen, by_v, by_r)
}

/// The chain rule by blocks: the projection's 2 x 3 derivative times the rotation's two 3 x 3 ones.
fn by_hand(
    camera: &[f64; CAMERA],
    point: &[f64; 3],
    weight: f64,
    feature: &[f64; 2],
) -> ([f64; 2], [[f64; INPUTS]; 2]) {
    let [rx, ry, rz, cx, cy, cz, focal, ux, uy, k1, k2] = *camera;
    let v = [point[0] - cx, point[1] - cy, point[2] - cz];
    let (seen, by_v, by_r) = rotate_with_jacobians([rx, ry, rz], v);
    let inverse = 1.0 / seen[2];
    let image = [seen[0] / seen[2], seen[1] / seen[2]];
    let squared = image[0] * image[0] + image[1] * image[1];
    let distortion = 1.0 + squared * (k1 + squared * k2);
    let scale = focal * distortion;
    let slope = 2.0 * focal * (k1 + 2.0 * squared * k2);
    let error = [scale * image[0] + ux - feature[0], scale * image[1] + uy - feature[1]];
    let jacobian = std::array::from_fn(|i| {
        let by_x = slope * image[i] * image[0] + if i == 0 { scale } else { 0.0 };
        let by_y = slope * image[i] * image[1] + if i == 1 { scale } else { 0.0 };
        let w = weight * inverse;
        let by_seen = [w * by_x, w * by_y, -w * (by_x * image[0] + by_y * image[1])];
        let through = |matrix: &[[f64; 3]; 3]| -> [f64; 3] {
            std::array::from_fn(|j| {
                by_seen[0] * matrix[0][j] + by_seen[1] * matrix[1][j] + by_seen[2] * matrix[2][j]
            })
        };
        let ([r0, r1, r2], [p0, p1, p2]) = (through(&by_r), through(&by_v));
        let on = weight * image[i];
        let (by_ux, by_uy) = if i == 0 { (weight, 0.0) } else { (0.0, weight) };
        let (by_k1, by_k2) = (on * focal * squared, on * focal * squared * squared);
        [r0, r1, r2, -p0, -p1, -p2, on * distortion, by_ux, by_uy, by_k1, by_k2, p0, p1, p2, error[i]]
    });
    (error.map(|error| weight * error), jacobian)
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
    let same = Rc::clone(&feature);
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
            peers::easy_ml(&program),
            peers::aad(&program),
            peers::num_dual::<INPUTS, 2>(&program),
        ],
    }
}
