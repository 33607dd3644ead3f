use grad_runtime::prelude::*;

mod numeric {
    use super::*;

    pub const HALF: f64 = 0.5;

    #[differentiable]
    pub fn midpoint(f: impl Fn(f64) -> f64, a: f64, b: f64) -> f64 {
        (b - a) * f(HALF * (a + b))
    }
}

#[differentiable]
fn area(x: f64) -> f64 {
    numeric::midpoint(|t| t * x, 0.0, 1.0)
}

fn main() {}
