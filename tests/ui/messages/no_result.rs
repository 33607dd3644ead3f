use grad_runtime::prelude::*;

#[differentiable]
fn f(x: f64) {
    println!("{x}");
}

fn main() {}
