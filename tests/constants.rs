//! Constants that are overwritten by what depends on a parameter, or are read in a loop before they are: their derivative isn't zero.

// The functions are written as people write them.
#![allow(clippy::needless_range_loop, clippy::needless_late_init)]

use grad_runtime::prelude::*;

const TABLE: [[f64; 2]; 3] = [[2.0, 3.0], [1.0, 2.0], [4.0, 5.0]];

#[differentiable]
fn array_read_before_it_is_written(x: f64) -> f64 {
    let mut v = [1.0, 0.0];
    let mut s = 0.0;
    for i in 0..3 {
        let c = TABLE[i][0];
        let z = v[0];
        s += c * z;
        v[0] = x;
    }
    s
}

#[differentiable]
fn scalar_that_starts_as_a_constant(x: f64) -> f64 {
    let mut z = TABLE[0][0];
    let mut s = 0.0;
    for i in 0..3 {
        let c = TABLE[i][0];
        s += c * z;
        z = c * x;
    }
    s
}

#[differentiable]
fn tuple_and_branch(x: f64, fixed: bool) -> f64 {
    let y;
    if fixed {
        y = TABLE[0][0];
    } else {
        y = x;
    }
    let mut t = (TABLE[0][0], 1.0);
    let r = t.0 * 2.0;
    t.0 = x * y;
    t.0 * TABLE[1][1] + r
}

#[test]
fn what_overwrites_a_constant_has_its_derivative() {
    assert_eq!(array_read_before_it_is_written::value_and_grad(1.0), (7.0, 5.0));
    assert_eq!(array_read_before_it_is_written::jvp(1.0, 1.0), (7.0, 5.0));
    assert_eq!(scalar_that_starts_as_a_constant::value_and_grad(1.0), (10.0, 6.0));
    assert_eq!(scalar_that_starts_as_a_constant::jvp(1.0, 1.0), (10.0, 6.0));
    assert_eq!(tuple_and_branch::value_and_grad(1.0, false), (6.0, 4.0));
    assert_eq!(tuple_and_branch::jvp(1.0, true, 1.0), (8.0, 4.0));
}
