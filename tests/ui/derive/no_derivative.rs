use grad_runtime::prelude::*;

#[derive(Differentiable)]
struct Layer {
    weight: f64,
    name: String,
    trace: Vec<String>,
    sizes: [usize; 3],
    seen: Option<Vec<(f64, bool)>>,
    text: Box<str>,
    activation: fn(f64) -> f64,
}

fn main() {}
