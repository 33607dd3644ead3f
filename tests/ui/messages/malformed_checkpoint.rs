use grad_runtime::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    let mut y = x;
    #[checkpoint(often)]
    for _ in 0..100 {
        y = y.sin();
    }
    y
}

fn main() {}
