use grad_runtime::prelude::*;

mod laws {
    pub fn drag(v: f64) -> f64 {
        0.5 * v * v.abs()
    }
}

fn friction(v: f64) -> f64 {
    0.3 * v.tanh()
}

#[differentiable]
fn f(x: f64) -> f64 {
    fn lookup(x: f64) -> f64 {
        x.round()
    }
    x * lookup(x)
}

#[differentiable]
fn slide(v: f64) -> f64 {
    friction(v) + laws::drag(v)
}

fn main() {}
