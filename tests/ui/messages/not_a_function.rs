use grad_runtime::prelude::*;

#[differentiable]
struct Layer {
    w: f64,
}

fn main() {}
