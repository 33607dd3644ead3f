use grad_runtime::prelude::*;

trait Law {}

#[derive(Differentiable)]
struct Body<'a> {
    mass: f64,
    law: &'a dyn Law,
}

fn main() {}
