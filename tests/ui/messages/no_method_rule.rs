use grad_runtime::prelude::*;

struct World {
    slope: f64,
}

impl World {
    fn height(&self, x: f64) -> f64 {
        self.slope * x
    }
}

#[differentiable]
fn climbed(#[constant] world: &World, from: f64, to: f64) -> f64 {
    world.height(to) - World::height(world, from)
}

fn main() {}
