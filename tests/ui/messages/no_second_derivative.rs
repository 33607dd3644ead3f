use grad_runtime::prelude::*;

mod elsewhere {
    use grad_runtime::prelude::*;

    #[differentiable]
    pub fn inner(x: f64) -> f64 {
        x * x
    }
}

#[differentiable(order = 2)]
fn outer(x: f64) -> f64 {
    let y: f64 = elsewhere::inner(x);
    y.sin()
}

fn main() {}
