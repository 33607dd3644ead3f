use grad_runtime::prelude::*;

#[differentiable(wrt(x, y))]
fn f(x: f64, #[constant] y: f64) -> f64 {
    x * y
}

fn main() {}
