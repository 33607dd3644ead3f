//! A method that is named like one of slices, on a type of the user's.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Differentiable)]
struct Segment {
    from: f64,
    to: f64,
}

impl Segment {
    fn len(&self) -> f64 {
        self.to - self.from
    }
}

#[differentiable]
fn f(segment: &Segment) -> f64 {
    2.0 * segment.len() * segment.from
}

fn main() {}
