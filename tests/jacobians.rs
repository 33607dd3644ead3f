//! Jacobians of results that are vectors: each column is the derivative along one component of the parameter.
#![allow(clippy::needless_range_loop)] // A loop over an index is among what is tested.

use grad_runtime::nalgebra::{DMatrix, DVector, Matrix2x3, SMatrix, SVector, Vector2, Vector3};
use grad_runtime::prelude::*;

#[differentiable]
fn polar(p: Vector2<f64>) -> Vector2<f64> {
    Vector2::new(p.norm_squared(), p[0] * p[1])
}

#[differentiable]
fn turned(p: &Vector3<f64>, scale: f64) -> Vector2<f64> {
    Vector2::new(p.x * scale, p.y * p.z)
}

#[differentiable]
fn of_an_array(p: [f64; 3]) -> Vector2<f64> {
    Vector2::new(p[0] * p[1], p[2])
}

#[differentiable]
fn squares(x: &[f64], by: f64) -> Vec<f64> {
    x.iter().map(|x| x * x * by).collect()
}

#[differentiable]
fn scaled(x: &DVector<f64>, by: f64) -> DVector<f64> {
    x * by
}

#[differentiable]
fn grid(m: [[f64; 3]; 2], #[constant] column: usize) -> [f64; 2] {
    [m[0][column] * m[1][column], m[1][0]]
}

#[differentiable(aux)]
fn with_count(p: &Vector3<f64>) -> (Vector2<f64>, usize) {
    (Vector2::new(p.x * p.y, p.z), 3)
}

/// A branch, and a loop on which only one of the results depends.
#[differentiable]
fn bent(x: &[f64; 3], scale: f64) -> [f64; 2] {
    let p = if x[2] == 0.0 { [0.0, 0.0] } else { [x[0] / x[2], x[1] / x[2]] };
    let mut bend = 1.0;
    for k in 0..3 {
        bend += x[k] * bend * scale.exp();
    }
    [bend * p[0] + p[1] * p[1], scale * p[1]]
}

/// Nested loops over memory, a loop without a known end, and a parameter that is overwritten.
#[differentiable]
fn stirred(mut a: [f64; 3], b: f64) -> [f64; 3] {
    let mut sums = [0.0; 2];
    for i in 0..2 {
        for j in 0..2 {
            sums[i] += a[j] * a[i + j] * b;
            a[j + 1] += sums[i] * sums[i];
        }
    }
    while a[0] < 5.0 {
        a[0] *= b;
        if a[0] > 4.0 {
            a[1] += a[0] * sums[1];
        }
    }
    [a[0] * sums[0], a[1], b]
}

#[differentiable]
fn unit(x: f64, y: f64) -> Result<[f64; 2], String> {
    let length = x.hypot(y);
    if length == 0.0 {
        return Err("no direction".to_owned());
    }
    Ok([x / length, y / length])
}

#[differentiable(aux)]
fn with_angle(r: f64, angle: f64) -> ([f64; 2], f64) {
    ([r * angle.cos(), r * angle.sin()], angle)
}

/// Through calls, whose backward halves run once per row.
#[differentiable]
fn through_calls(x: &[f64; 3], by: f64) -> [f64; 2] {
    let inner = unit_of(x);
    let outer = bent(&[inner[0] * by, inner[1], x[2]], by);
    [outer[0] * outer[1], inner[1] * by]
}

#[differentiable]
#[inline(never)]
fn unit_of(x: &[f64; 3]) -> [f64; 2] {
    [x[0] * x[1], x[2] / x[0]]
}

#[derive(Clone, Differentiable)]
struct Lens {
    focus: f64,
}

#[differentiable]
impl Lens {
    fn image(&self, p: [f64; 2]) -> [f64; 2] {
        [p[0] * self.focus, p[0] * p[1]]
    }
}

/// All rows in one function are the rows of the pair, one by one.
#[test]
fn few_rows() {
    fn rows<const M: usize, R>(row: impl Fn([f64; M]) -> R) -> [R; M] {
        std::array::from_fn(|i| row(std::array::from_fn(|j| if i == j { 1.0 } else { 0.0 })))
    }
    for x in [[0.5, -0.25, 2.0], [0.5, -0.25, 0.0]] {
        let (_, backward) = bent::forward(&x, 0.75);
        let expected = rows(|seed| {
            let mut x_bar = [0.0; 3];
            let scale_bar = backward(seed, &mut x_bar);
            (x_bar, scale_bar)
        });
        let (by_x, by_scale) = bent::jacobian(&x, 0.75);
        for i in 0..2 {
            assert_close(&by_x[i], &expected[i].0);
            assert_close(&[by_scale[i]], &[expected[i].1]);
        }
    }
    let a = [0.75, 0.5, -0.25];
    let (_, backward) = stirred::forward(a, 1.5);
    let expected = rows(&backward);
    let (by_a, by_b) = stirred::jacobian(a, 1.5);
    for i in 0..3 {
        assert_close(&by_a[i], &expected[i].0);
        assert_close(&[by_b[i]], &[expected[i].1]);
    }
    let x = [0.5, 1.25, 2.0];
    let (_, backward) = through_calls::forward(&x, 0.5);
    let (by_x, by_by) = through_calls::jacobian(&x, 0.5);
    let expected = rows(|seed| {
        let mut x_bar = [0.0; 3];
        let by_bar = backward(seed, &mut x_bar);
        (x_bar, by_bar)
    });
    for i in 0..2 {
        assert_close(&by_x[i], &expected[i].0);
        assert_close(&[by_by[i]], &[expected[i].1]);
    }
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64]) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= 1e-14 * expected.abs().max(1.0), "{found} for {expected}");
    }
}

#[test]
fn few_rows_of_what_fails_and_of_parts() {
    let (by_x, by_y) = unit::jacobian(3.0, 4.0).expect("it has a direction");
    assert_close(&by_x, &[0.128, -0.096]);
    assert_close(&by_y, &[-0.096, 0.072]);
    assert!(unit::jacobian(0.0, 0.0).is_err());
    let (image, (by_lens, by_p)) = Lens { focus: 3.0 }.image_value_and_jacobian([2.0, 5.0]);
    assert_eq!(image, [6.0, 10.0]);
    assert_eq!(by_lens.map(|row| row.focus), [2.0, 0.0]);
    assert_eq!(by_p, [[3.0, 0.0], [5.0, 2.0]]);
    let ((place, angle), (by_r, by_angle)) = with_angle::value_and_jacobian(2.0, 0.0);
    assert_eq!((place, angle), ([2.0, 0.0], 0.0));
    assert_eq!((by_r, by_angle), ([1.0, 0.0], [-0.0, 2.0]));
}

#[test]
fn static_vectors() {
    let by_p: SMatrix<f64, 2, 2> = polar::jacobian(Vector2::new(3.0, 4.0));
    assert_eq!(by_p, SMatrix::<f64, 2, 2>::new(6.0, 8.0, 4.0, 3.0));
    let (by_p, by_scale): (Matrix2x3<f64>, SVector<f64, 2>) =
        turned::jacobian(&Vector3::new(1.0, 2.0, 3.0), 5.0);
    assert_eq!(by_p, Matrix2x3::new(5.0, 0.0, 0.0, 0.0, 3.0, 2.0));
    assert_eq!(by_scale, Vector2::new(1.0, 0.0));
    let by_p: Matrix2x3<f64> = of_an_array::jacobian([2.0, 3.0, 4.0]);
    assert_eq!(by_p, Matrix2x3::new(3.0, 2.0, 0.0, 0.0, 0.0, 1.0));
}

#[test]
fn dynamic_vectors() {
    let (by_x, by_by): (DMatrix<f64>, Vec<f64>) = squares::jacobian(&[1.0, 2.0, 3.0], 2.0);
    assert_eq!(by_x, DMatrix::from_diagonal(&DVector::from_vec(vec![4.0, 8.0, 12.0])));
    assert_eq!(by_by, [1.0, 4.0, 9.0]);
    let (by_x, by_by) = scaled::jacobian(&DVector::from_vec(vec![1.0, 2.0]), 3.0);
    assert_eq!(by_x, DMatrix::from_diagonal_element(2, 2, 3.0));
    assert_eq!(by_by, DVector::from_vec(vec![1.0, 2.0]));
}

#[test]
fn nested_arrays() {
    let by_m: [[[f64; 3]; 2]; 2] = grid::jacobian([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], 1);
    assert_eq!(by_m, [[[0.0, 5.0, 0.0], [0.0, 2.0, 0.0]], [[0.0; 3], [1.0, 0.0, 0.0]]]);
}

#[test]
fn further_outputs_have_no_rows() {
    let by_p = with_count::jacobian(&Vector3::new(1.0, 2.0, 3.0));
    assert_eq!(by_p, Matrix2x3::new(2.0, 1.0, 0.0, 0.0, 0.0, 1.0));
}
