use core::ops::Add;

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Differentiable)]
struct Vec2 {
    x: f64,
    y: f64,
}

impl Add for Vec2 {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        Self { x: self.x + rhs.x, y: self.y + rhs.y }
    }
}

#[differentiable]
fn sum(a: Vec2, b: Vec2) -> f64 {
    let c = a + b;
    c.x * c.y
}

fn main() {}
