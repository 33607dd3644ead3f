//! Calls of differentiable functions in the ways that numerical code makes them.
#![allow(clippy::float_cmp, clippy::needless_range_loop)]

use grad_runtime::prelude::*;

/// Asserts that two gradients agree to a few roundings.
#[track_caller]
fn assert_near(computed: &[f64], expected: &[f64]) {
    assert_eq!(computed.len(), expected.len());
    for (computed, expected) in computed.iter().zip(expected) {
        assert!(
            (computed - expected).abs() <= 1e-13 * (1.0 + expected.abs()),
            "{computed} is not {expected}"
        );
    }
}

#[differentiable]
fn root_and_product(r: &[f64; 2]) -> [f64; 2] {
    if r[0] == 0.0 {
        return [r[1], r[0]];
    }
    let root = r[0].sqrt();
    [root, root * r[1]]
}

#[test]
fn an_array_is_returned_early() {
    let (value, dot) = root_and_product::jvp(&[4.0, 2.0], &[1.0, 0.0]);
    assert_eq!(value, root_and_product(&[4.0, 2.0]));
    assert_near(&value, &[2.0, 4.0]);
    assert_near(&dot, &[0.25, 0.5]);
    let (value, dot) = root_and_product::jvp(&[0.0, 2.0], &[1.0, 3.0]);
    assert_near(&value, &[2.0, 0.0]);
    assert_near(&dot, &[3.0, 1.0]);
}

#[differentiable]
fn scale(v: &[f64], by: f64, scaled: &mut [f64]) {
    for i in 0..v.len() {
        scaled[i] = by * v[i];
    }
}

#[differentiable]
fn sum_of_squares(v: &[f64]) -> f64 {
    let mut total = 0.0;
    for &v_i in v {
        total += v_i * v_i;
    }
    total
}

#[differentiable]
fn sum_of_scaled_squares(x: &[f64], #[constant] factors: &[f64]) -> f64 {
    let mut buffer = vec![0.0; x.len()];
    let mut total = 0.0;
    for i in 0..factors.len() {
        scale(x, factors[i], &mut buffer);
        total += sum_of_squares(&buffer);
    }
    total
}

/// The buffer that a pullback would borrow is overwritten in the next iteration.
#[test]
fn a_buffer_is_used_again_in_every_iteration() {
    let (value, gradient) = sum_of_scaled_squares::value_and_grad(&[1.0, 2.0], &[1.0, 0.5]);
    assert_eq!(value, sum_of_scaled_squares(&[1.0, 2.0], &[1.0, 0.5]));
    assert_near(&gradient, &[2.5, 5.0]);
}

#[differentiable]
fn product_from(a: &[f64], row: usize, seen: &mut [usize]) -> f64 {
    if row == a.len() {
        return 1.0;
    }
    seen[row] += 1;
    a[row] * product_from(a, row + 1, seen)
}

#[differentiable]
fn product(a: &[f64]) -> f64 {
    let mut seen: Vec<usize> = vec![0; a.len()];
    product_from(a, 0, &mut seen)
}

/// The pair of a recursive function doesn't hold on to what it only counts with.
#[test]
fn a_recursion_writes_integers() {
    let (value, gradient) = product::value_and_grad(&[1.0, 2.0, 3.0]);
    assert_eq!(value, product(&[1.0, 2.0, 3.0]));
    assert_near(&gradient, &[6.0, 3.0, 2.0]);
}

#[differentiable]
fn norm(v: &[f64; 2]) -> f64 {
    (v[0] * v[0] + v[1] * v[1]).sqrt()
}

#[differentiable]
fn turn_by_norm(v: &[f64; 2]) -> f64 {
    let angle = norm(v);
    let (sin, cos) = angle.sin_cos();
    v[0] * cos - v[1] * sin
}

/// What a call returns has no type that the macro knows; sine and cosine come as a pair all the same.
#[test]
fn both_parts_of_a_sine_and_cosine() {
    let (sin, cos) = 5.0_f64.sin_cos();
    let by_angle = -3.0 * sin - 4.0 * cos;
    let expected = [cos + by_angle * 0.6, -sin + by_angle * 0.8];
    let (value, gradient) = turn_by_norm::value_and_grad(&[3.0, 4.0]);
    assert_eq!(value, turn_by_norm(&[3.0, 4.0]));
    assert_near(&gradient, &expected);
}

/// Applies a gradient to two vectors.
fn steepest(gradient: impl Fn(&[f64], &[f64]) -> (Vec<f64>, Vec<f64>), a: &[f64]) -> f64 {
    let b = vec![2.0; a.len()];
    gradient(a, &b).0.iter().sum()
}

#[differentiable]
fn overlap(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn an_item_is_passed_as_a_function() {
    assert_eq!(steepest(overlap::grad, &[1.0, 3.0, 5.0]), 6.0);
}
