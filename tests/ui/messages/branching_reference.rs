use grad_runtime::prelude::*;

#[differentiable]
fn largest(x: &[f64]) -> Option<f64> {
    if x.is_empty() { None } else { Some(x[0]) }
}

#[differentiable]
fn f(a: &[f64], b: &[f64], first: bool) -> f64 {
    let half = if first { a } else { b };
    match largest(half) {
        Some(v) => v,
        None => 0.0,
    }
}

fn main() {}
