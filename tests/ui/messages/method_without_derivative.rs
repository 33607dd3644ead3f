use grad_runtime::prelude::*;

#[derive(Clone, Differentiable)]
struct Beam {
    stiffness: f64,
}

impl Beam {
    fn bending(&self, x: f64) -> f64 {
        self.stiffness * x * x
    }
}

#[derive(Clone, Differentiable)]
struct Bridge {
    beam: Beam,
}

#[differentiable]
fn total(bridge: &Bridge, x: f64) -> f64 {
    bridge.beam.bending(x)
}

fn main() {}
