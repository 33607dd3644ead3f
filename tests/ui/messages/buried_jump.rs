use grad_runtime::prelude::*;

#[differentiable]
fn f(x: f64, n: usize) -> f64 {
    if n > 0 && let Some(y) = (match n { 1 => return x, _ => Some(x * x) }) { y } else { x }
}

fn main() {}
