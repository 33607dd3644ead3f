use grad_runtime::prelude::*;

#[differentiable(aux)]
fn f(x: f64) -> f64 {
    x * x
}

fn main() {}
