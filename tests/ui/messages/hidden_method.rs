use grad_runtime::prelude::*;

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
}

impl Spring {
    fn energy(&self, x: f64) -> f64 {
        self.stiffness * x
    }
}

#[differentiable]
trait Law: Differentiable {
    fn energy(&self, x: f64) -> f64;
}

#[differentiable]
impl Law for Spring {
    fn energy(&self, x: f64) -> f64 {
        self.stiffness * x * x
    }
}

#[differentiable]
fn total(spring: &Spring, x: f64) -> f64 {
    spring.energy(x) + Spring::energy(spring, x)
}

#[differentiable]
fn of_the_law(spring: &Spring, x: f64) -> f64 {
    <Spring as Law>::energy(spring, x)
}

fn main() {}
