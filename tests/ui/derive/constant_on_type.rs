use grad_runtime::prelude::*;

#[derive(Differentiable)]
#[constant]
struct Settings {
    rate: f64,
}

fn main() {}
