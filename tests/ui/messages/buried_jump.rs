use grad_runtime::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    x * (if x > 1.0 { return x } else { 2.0 }) + x
}

fn main() {}
