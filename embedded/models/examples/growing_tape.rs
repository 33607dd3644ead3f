//! What has to be refused without an allocator: `.ci/embedded` reads the error.
#![no_std]

use grad_runtime::prelude::*;

/// How often it repeats isn't a constant, and the derivative of each iteration needs the value before it.
#[differentiable]
pub fn settle(start: f32, count: usize) -> f32 {
    let mut x = start;
    for _ in 0..count {
        x *= 2.0 - x;
    }
    x
}
