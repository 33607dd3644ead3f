//! The axioms of a vector space, for every kind of tangent.
#![allow(clippy::float_cmp, reason = "the numbers are small integers, so all arithmetic is exact")]

use grad_runtime::Tangent;
use grad_runtime::nalgebra::{
    DMatrix, DVector, Matrix2x3, Point3, RealField, RowDVector, RowVector2, SVector, Vector2, Vector3,
};
use grad_runtime::prelude::*;

/// Checks the axioms with three vectors whose components are small integers.
fn axioms<V: Tangent + PartialEq + core::fmt::Debug>(a: &V, b: &V) {
    let zero = a.zero_like();
    assert_eq!(sum(a, &zero), *a, "zero is neutral");
    assert_eq!(sum(a, b), sum(b, a), "addition commutes");
    assert_eq!(sum(&sum(a, b), a), sum(a, &sum(b, a)), "addition associates");
    assert_eq!(sum(a, &scaled(a, -1.0)), zero, "every vector has an inverse");
    assert_eq!(scaled(&sum(a, b), 3.0), sum(&scaled(a, 3.0), &scaled(b, 3.0)), "scaling distributes");
    assert_eq!(scaled(&scaled(a, 2.0), 0.5), *a, "scaling associates");
    assert_eq!(a.inner(b), b.inner(a), "the inner product is symmetric");
    assert_eq!(sum(a, b).inner(a), a.inner(a) + b.inner(a), "and linear");
    assert!(a.inner(a) > 0.0, "and positive");
    assert_eq!(stepped(a, b, 2.0), sum(a, &scaled(b, 2.0)), "a step is a scaled sum");
    let mut cleared = a.clone();
    cleared.set_zero();
    assert_eq!(cleared, zero, "and can be undone");
    assert_eq!(zero.inner(b), 0.0);
}

fn sum<V: Tangent>(a: &V, b: &V) -> V {
    let mut sum = a.clone();
    sum.accumulate(b);
    sum
}

fn scaled<V: Tangent>(a: &V, factor: f64) -> V {
    let mut scaled = a.clone();
    scaled.scale(factor);
    scaled
}

fn stepped<V: Tangent>(a: &V, direction: &V, step: f64) -> V {
    let mut stepped = a.clone();
    stepped.step_along(direction, step);
    stepped
}

#[test]
fn numbers() {
    axioms(&3.0_f64, &-2.0);
    axioms(&3.0_f32, &-2.0);
}

#[test]
fn arrays_and_tuples() {
    axioms(&[[1.0, 2.0], [3.0, 4.0]], &[[-1.0, 5.0], [0.0, 2.0]]);
    axioms(&(1.0,), &(4.0,));
    axioms(&(1.0, [2.0_f32, 3.0], (), (4.0,)), &(5.0, [6.0, 7.0], (), (-8.0,)));
    axioms(&(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, [8.0]), &(-1.0, 1.0, -2.0, 2.0, -3.0, 3.0, -4.0, [4.0]));
}

#[test]
fn allocated() {
    axioms(&vec![1.0, 2.0], &vec![-3.0, 0.0]);
    axioms(&vec![vec![1.0], vec![2.0, 3.0]], &vec![vec![-1.0], vec![4.0, 5.0]]);
    axioms(&Box::new([1.0, 2.0]), &Box::new([3.0, -3.0]));
    axioms(&(Some(2.0), None), &(Some(-5.0), None::<f64>));
}

#[test]
fn matrices() {
    axioms(&Vector3::new(1.0, 2.0, 3.0), &Vector3::new(-4.0, 5.0, 6.0));
    axioms(&Matrix2x3::new(0.0, 1.0, 2.0, 3.0, 4.0, 5.0), &Matrix2x3::repeat(2.0));
    axioms(&RowVector2::new(1.0_f32, -2.0), &RowVector2::new(3.0, 4.0));
    axioms(&DMatrix::repeat(2, 3, 2.0), &DMatrix::repeat(2, 3, -1.0));
    axioms(&DVector::from_vec(vec![1.0, 2.0]), &DVector::from_vec(vec![-2.0, 7.0]));
}

#[test]
fn zeros_have_the_shape_of_the_value() {
    assert_eq!([[1.0; 2]; 3].zero_tangent(), [[0.0; 2]; 3]);
    assert_eq!(vec![vec![1.0; 2], vec![]].zero_tangent(), vec![vec![0.0; 2], vec![]]);
    assert_eq!([1.0, 2.0][..].zero_tangent(), vec![0.0; 2]);
    assert_eq!((Some(1.0), None::<f32>).zero_tangent(), (Some(0.0), None));
    assert_eq!(DMatrix::repeat(2, 3, 1.0).zero_tangent(), DMatrix::zeros(2, 3));
    assert_eq!(Point3::new(1.0, 2.0, 3.0).zero_tangent(), Vector3::zeros());
    assert_eq!(variable([1.0; 2]).zero_tangent(), [0.0; 2]);
    assert_eq!((&1.0, &mut 2.0_f32).zero_tangent(), (0.0, 0.0));
    let matrix = DMatrix::repeat(4, 4, 1.0);
    assert_eq!(matrix.view((1, 1), (2, 3)).zero_tangent(), DMatrix::zeros(2, 3));
    assert_eq!(matrix.fixed_view::<2, 1>(0, 0).zero_tangent(), Vector2::zeros());
}

#[test]
fn steps_move_values() {
    let mut value = (variable([1.0, 2.0]), Point3::new(1.0, 2.0, 3.0), vec![Some(1.0_f32)]);
    value.step_along(&([1.0, -1.0], Vector3::new(2.0, 0.0, -2.0), vec![Some(4.0)]), 0.5);
    assert_eq!(value, (variable([1.5, 1.5]), Point3::new(2.0, 2.0, 2.0), vec![Some(3.0)]));

    let mut matrix = DMatrix::repeat(2, 2, 1.0);
    matrix.row_mut(1).step_along(&RowDVector::repeat(2, 3.0), 2.0);
    assert_eq!(matrix, DMatrix::from_row_slice(2, 2, &[1.0, 1.0, 7.0, 7.0]));
}

#[test]
#[should_panic(expected = "a vector of length 2 and one of length 1")]
fn vectors_of_different_lengths_do_not_add_up() {
    vec![1.0, 2.0].accumulate(&vec![1.0]);
}

#[test]
#[should_panic(expected = "tangents of `Some` and `None` don't mix")]
fn some_and_none_do_not_mix() {
    Some(1.0).accumulate(&None);
}

/// A vector type of the generic code below has to be its own tangent.
fn norm<T: Real>(vector: [T; 2]) -> T {
    let gradient: <[T; 2] as Differentiable>::Tangent = vector;
    gradient[0].hypot(gradient[1])
}

#[test]
fn generic_numbers_are_their_own_tangents() {
    assert_eq!(norm([3.0_f32, 4.0]), 5.0);
    assert_eq!(norm([3.0_f64, 4.0]), 5.0);
}

/// Matrices of generic numbers need no bound beyond the number's own.
fn matrix_is_its_own_tangent<T: RealField, const N: usize>(vector: SVector<T, N>) -> SVector<T, N> {
    let mut tangent: <SVector<T, N> as Differentiable>::Tangent = vector;
    Tangent::scale(&mut tangent, 2.0);
    tangent
}

/// The same for this crate's generic numbers.
fn first<T: Real>(vector: SVector<T, 2>) -> T {
    let tangent: <SVector<T, 2> as Differentiable>::Tangent = vector;
    tangent[0]
}

#[test]
fn generic_matrices_are_their_own_tangents() {
    assert_eq!(matrix_is_its_own_tangent(Vector3::new(1.0, 2.0, 3.0)), Vector3::new(2.0, 4.0, 6.0));
    assert_eq!(first(SVector::from([1.0_f32, 2.0])), 1.0);
}
