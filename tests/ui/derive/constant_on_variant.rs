use grad_runtime::prelude::*;

#[derive(Differentiable)]
enum Shape {
    Circle(f64),
    #[constant]
    Named(f64),
}

fn main() {}
