use grad_runtime::prelude::*;

#[differentiable]
fn inner(x: f64) -> f64 {
    x * x
}

#[differentiable]
fn outer(x: f64) -> f64 {
    let slope: f64 = inner::grad(x);
    slope.sin()
}

fn main() {}
