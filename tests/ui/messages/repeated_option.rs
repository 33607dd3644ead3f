use grad_runtime::prelude::*;

#[differentiable(aux, aux)]
fn f(x: f64) -> (f64, usize) {
    (x, 1)
}

fn main() {}
