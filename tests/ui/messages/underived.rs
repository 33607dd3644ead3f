use grad_runtime::prelude::*;

#[derive(Clone)]
struct Rod {
    stiffness: f64,
    rest: f64,
}

impl Rod {
    #[differentiable]
    fn tension(&self, x: f64) -> f64 {
        let stretched = x - self.rest;
        0.5 * self.stiffness * stretched * stretched
    }
}

#[differentiable]
impl Rod {
    fn force(&self, x: f64) -> f64 {
        -self.stiffness * (x - self.rest)
    }
}

#[differentiable]
fn total(rods: &[Rod], _other: Option<Rod>, x: f64) -> f64 {
    let mut sum = 0.0;
    for rod in rods {
        sum += rod.stiffness * x;
    }
    sum
}

fn main() {}
