use grad_runtime::prelude::*;

#[derive(Clone, Copy, Differentiable)]
struct Spring {
    k: f64,
}

#[differentiable(order = 2)]
fn slope(x: f64) -> f64 {
    x * x * x
}

#[differentiable(order = 2)]
fn energy(spring: &Spring, x: f64) -> f64 {
    let stiffness = spring.k * x;
    let mut total: f64 = spring.k.sin();
    total += slope::grad(x);
    total + stiffness
}

fn main() {}
