use grad_runtime::prelude::*;

#[derive(Differentiable)]
#[differentiable(crate = ::grad_runtime, crate = ::grad_runtime)]
struct Body {
    mass: f64,
}

fn main() {}
