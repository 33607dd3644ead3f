use grad_runtime::prelude::*;

#[differentiable]
fn inner(x: f64) -> f64 {
    x * x
}

#[differentiable(order = 2)]
fn outer(x: f64) -> f64 {
    inner(x).sin()
}

fn main() {}
