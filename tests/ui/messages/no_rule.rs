use grad_runtime::prelude::*;

#[differentiable]
fn f(x: f64) -> f64 {
    fn lookup(x: f64) -> f64 {
        x.round()
    }
    x * lookup(x)
}

fn main() {}
