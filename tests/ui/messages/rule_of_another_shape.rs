// A rule whose shape isn't that of the function is refused by rustc, where the function says which rule it has.

use grad_runtime::prelude::*;

fn too_few_forward(x: f64) -> (f64, impl Fn(f64) -> f64) {
    (x, |seed: f64| seed)
}

#[differentiable(forward = too_few_forward)]
fn too_few(x: f64, y: f64) -> f64 {
    x * y
}

fn single_forward(x: f64) -> (f64, impl Fn(f64) -> f32) {
    (x, |seed: f64| seed as f32)
}

#[differentiable(forward = single_forward)]
fn single(x: f64) -> f64 {
    x
}

fn main() {}
