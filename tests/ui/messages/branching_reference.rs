use grad_runtime::prelude::*;

#[differentiable]
fn f(x: &[f64], first: bool) -> f64 {
    let half = if first { &x[..2] } else { &x[2..] };
    half[0]
}

fn main() {}
