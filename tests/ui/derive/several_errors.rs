use grad_runtime::prelude::*;

#[derive(Differentiable)]
struct Layer {
    #[constant(always)]
    weight: f64,
    name: String,
    other: String,
}

fn main() {}
