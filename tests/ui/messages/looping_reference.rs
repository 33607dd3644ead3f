use grad_runtime::prelude::*;

#[differentiable]
fn f(x: &[f64]) -> f64 {
    let mut rest = x;
    let mut s = 0.0;
    while rest.len() > 1 {
        s += rest[0] * rest[1];
        rest = &rest[1..];
    }
    s
}

fn main() {}
