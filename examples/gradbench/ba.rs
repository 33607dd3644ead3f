//! `ba`: bundle adjustment, with the Jacobian of all observations as a sparse matrix.
use grad_runtime::prelude::*;
use serde_json::{Value, json};

use crate::request::{Answer, Input, Request, check_size};

/// Numbers of a camera: rotation (3), centre (3), focal length, principal point (2), distortion (2).
pub const CAMERA: usize = 11;

/// The derivative of one reprojection error in camera, point and weight.
pub type Block = ([[f64; CAMERA]; 2], [[f64; 3]; 2], [f64; 2]);

/// The weighted distance, in pixels, between the image of the point `x` and the `feature` that was seen.
#[differentiable]
pub fn reprojection_error(
    camera: &[f64; CAMERA],
    x: &[f64; 3],
    w: f64,
    #[constant] feature: &[f64; 2],
) -> [f64; 2] {
    let image = project(camera, x);
    [w * (image[0] - feature[0]), w * (image[1] - feature[1])]
}

/// How far the weight is from 1.
#[differentiable]
pub fn weight_error(w: f64) -> f64 {
    1.0 - w * w
}

/// Where the camera sees the point `x`.
#[differentiable]
fn project(camera: &[f64; CAMERA], x: &[f64; 3]) -> [f64; 2] {
    let rotation = [camera[0], camera[1], camera[2]];
    let from_centre = [x[0] - camera[3], x[1] - camera[4], x[2] - camera[5]];
    let y = rotate(&rotation, &from_centre);
    let p = [y[0] / y[2], y[1] / y[2]];
    let s = p[0] * p[0] + p[1] * p[1];
    let distortion = 1.0 + camera[9] * s + camera[10] * s * s;
    let scale = camera[6] * distortion;
    [scale * p[0] + camera[7], scale * p[1] + camera[8]]
}

/// `v` turned around the axis `r` by the angle |r| (Rodrigues' formula).
#[differentiable]
fn rotate(r: &[f64; 3], v: &[f64; 3]) -> [f64; 3] {
    let squared_angle = dot(r, r);
    if squared_angle == 0.0 {
        let turned = cross(r, v);
        return [v[0] + turned[0], v[1] + turned[1], v[2] + turned[2]];
    }
    let angle = squared_angle.sqrt();
    let (sin, cos) = angle.sin_cos();
    let axis = [r[0] / angle, r[1] / angle, r[2] / angle];
    let turned = cross(&axis, v);
    let along = dot(&axis, v) * (1.0 - cos);
    [
        v[0] * cos + turned[0] * sin + axis[0] * along,
        v[1] * cos + turned[1] * sin + axis[1] * along,
        v[2] * cos + turned[2] * sin + axis[2] * along,
    ]
}

#[differentiable]
pub fn dot(a: &[f64; 3], b: &[f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[differentiable]
pub fn cross(a: &[f64; 3], b: &[f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

/// Cameras, points, and the observations: observation i is camera i mod n seeing point i mod m.
pub struct Problem {
    pub cameras: Vec<[f64; CAMERA]>,
    pub points: Vec<[f64; 3]>,
    pub weights: Vec<f64>,
    pub features: Vec<[f64; 2]>,
}

/// A sparse matrix, compressed by rows: row i has the entries `starts[i]..starts[i + 1]`.
///
/// The limit on a problem's size keeps the indices within 32 bits.
pub struct Sparse {
    pub starts: Vec<u32>,
    pub columns: Vec<u32>,
    pub values: Vec<f64>,
}

impl Problem {
    fn read(input: Input) -> Result<Self, String> {
        let count = |key| input.field(key)?.count(key, 1);
        let (n, m, p) = (count("n")?, count("m")?, count("p")?);
        check_size("the matrix has 31p entries", &[p, 64])?;
        check_size("the cameras and points", &[n.max(m), CAMERA])?;
        Ok(Self {
            cameras: vec![input.field("cam")?.array("cam")?; n],
            points: vec![input.field("x")?.array("x")?; m],
            weights: vec![input.field("w")?.number("w")?; p],
            features: vec![input.field("feat")?.array("feat")?; p],
        })
    }

    /// Camera and point of observation `i`.
    pub fn observation(&self, i: usize) -> (usize, usize) {
        (i % self.cameras.len(), i % self.points.len())
    }

    /// All reprojection errors and all weight errors.
    pub fn value(&self) -> (Vec<[f64; 2]>, Vec<f64>) {
        let mut reprojection = Vec::with_capacity(self.weights.len());
        let mut weight = Vec::with_capacity(self.weights.len());
        for (i, &w) in self.weights.iter().enumerate() {
            let (camera, point) = self.observation(i);
            reprojection.push(reprojection_error(
                &self.cameras[camera],
                &self.points[point],
                w,
                &self.features[i],
            ));
            weight.push(weight_error(w));
        }
        (reprojection, weight)
    }

    /// Their Jacobian: the derivatives of each observation, put in their places.
    pub fn jacobian(&self) -> Sparse {
        self.assemble(reprojection_error::jacobian, weight_error::grad)
    }

    /// The sparse matrix from the derivatives of one observation's errors.
    pub fn assemble(
        &self,
        block: impl Fn(&[f64; CAMERA], &[f64; 3], f64, &[f64; 2]) -> Block,
        weight_gradient: impl Fn(f64) -> f64,
    ) -> Sparse {
        let p = self.weights.len();
        let first_point = CAMERA * self.cameras.len();
        let first_weight = first_point + 3 * self.points.len();
        let mut jacobian = Sparse::with_capacity(3 * p, 31 * p);
        for (i, &w) in self.weights.iter().enumerate() {
            let (camera, point) = self.observation(i);
            let (d_camera, d_point, d_weight) =
                block(&self.cameras[camera], &self.points[point], w, &self.features[i]);
            for row in 0..2 {
                jacobian.push(CAMERA * camera, &d_camera[row]);
                jacobian.push(first_point + 3 * point, &d_point[row]);
                jacobian.push(first_weight + i, &[d_weight[row]]);
                jacobian.end_row();
            }
        }
        for (i, &w) in self.weights.iter().enumerate() {
            jacobian.push(first_weight + i, &[weight_gradient(w)]);
            jacobian.end_row();
        }
        jacobian
    }
}

impl Sparse {
    fn with_capacity(rows: usize, entries: usize) -> Self {
        let mut starts = Vec::with_capacity(rows + 1);
        starts.push(0);
        Self { starts, columns: Vec::with_capacity(entries), values: Vec::with_capacity(entries) }
    }

    /// Adds entries to the current row, in neighbouring columns from `first` on.
    #[expect(clippy::cast_possible_truncation, reason = "the problem's size is limited")]
    fn push<const N: usize>(&mut self, first: usize, values: &[f64; N]) {
        self.columns.extend(first as u32..(first + N) as u32);
        self.values.extend_from_slice(values);
    }

    #[expect(clippy::cast_possible_truncation, reason = "the problem's size is limited")]
    fn end_row(&mut self) {
        self.starts.push(self.values.len() as u32);
    }
}

/// The errors of the first observation, which the suite takes for those of all.
fn objective_output(problem: &Problem, reprojection: &[[f64; 2]], weight: &[f64]) -> Value {
    let p = problem.weights.len();
    json!({
        "reproj_error": { "elements": reprojection[0], "repeated": p },
        "w_err": { "element": weight[0], "repeated": p },
    })
}

/// The first thirty entries and the last one of each part of the matrix.
fn jacobian_output(jacobian: &Sparse) -> Value {
    fn ends<T: Copy + Into<Value>>(items: &[T]) -> Value {
        items.iter().take(30).chain(items.last()).copied().collect()
    }
    json!({
        "rows": ends(&jacobian.starts),
        "cols": ends(&jacobian.columns),
        "vals": ends(&jacobian.values),
    })
}

/// Evaluates `objective` or `jacobian`.
///
/// # Errors
/// When the input doesn't fit or there is no such function.
pub fn evaluate(request: &Request) -> Result<Answer, String> {
    match request.function {
        "objective" => {
            request.run(Problem::read, Problem::value, |problem, (e, w)| objective_output(problem, &e, &w))
        }
        "jacobian" => request.run(Problem::read, Problem::jacobian, |_, j| jacobian_output(&j)),
        _ => request.unknown_function(),
    }
}
