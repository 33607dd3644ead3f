use grad_runtime::prelude::*;

macro_rules! twice {
    ($x:expr) => {
        $x + $x
    };
}

#[differentiable]
fn f(x: f64, y: f64) -> f64 {
    let a = twice!(x);
    let b = unsafe { y };
    a * b
}

// The rest of the crate goes on: the items are there, so these are no errors.
fn uses() -> (f64, f64) {
    f::grad(1.0, f(2.0, 3.0))
}

fn main() {}
