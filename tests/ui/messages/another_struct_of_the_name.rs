use grad_runtime::prelude::*;

mod soft {
    #[derive(super::Differentiable)]
    pub struct Coil {
        pub k: f32,
    }
}

mod stiff {
    #[derive(super::Differentiable)]
    pub struct Spring {
        pub k: f64,
    }
}

use soft::Coil as Spring;

#[differentiable]
fn force(spring: &Spring, x: f32) -> f32 {
    spring.k * x
}

fn main() {}
