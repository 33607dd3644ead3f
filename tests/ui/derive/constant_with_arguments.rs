use grad_runtime::prelude::*;

#[derive(Differentiable)]
struct Body {
    mass: f64,
    #[constant(always)]
    gravity: f64,
}

fn main() {}
