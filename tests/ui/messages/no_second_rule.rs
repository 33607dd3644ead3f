use grad_runtime::nalgebra::{Matrix3, UnitQuaternion, Vector3};
use grad_runtime::prelude::*;

#[differentiable(order = 2)]
fn slope(x: f64) -> f64 {
    x * x * x
}

#[differentiable(order = 2)]
fn turned(w: &Vector3<f64>, m: &Matrix3<f64>, x: f64) -> f64 {
    let turn = UnitQuaternion::from_scaled_axis(w * x);
    let values = m.symmetric_eigen();
    let by: f64 = turn.angle();
    values.eigenvalues.x * by + slope::grad(x)
}

fn main() {}
