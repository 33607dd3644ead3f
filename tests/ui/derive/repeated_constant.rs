use grad_runtime::prelude::*;

#[derive(Differentiable)]
struct Body {
    mass: f64,
    #[constant]
    #[constant]
    gravity: f64,
}

#[derive(Differentiable)]
struct Pair(f64, #[constant] #[constant] f64);

fn main() {}
