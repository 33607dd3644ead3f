use grad_runtime::prelude::*;

#[differentiable(order = 3)]
fn f(x: f64) -> f64 {
    x
}

fn main() {}
