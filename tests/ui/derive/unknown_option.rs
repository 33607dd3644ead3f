use grad_runtime::prelude::*;

#[derive(Differentiable)]
#[differentiable(order = 2)]
struct Body {
    mass: f64,
}

fn main() {}
