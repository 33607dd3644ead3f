//! Jacobians of results that are vectors: each column is the derivative along one component of the parameter.

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
