//! Containers whose sizes are parameters.

use grad_runtime::nalgebra::{SMatrix, SVector, Scalar};
use grad_runtime::prelude::*;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Layer<const IN: usize, const OUT: usize> {
    w: SMatrix<f64, OUT, IN>,
    b: SVector<f64, OUT>,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Network<const HIDDEN: usize> {
    hidden: Layer<3, HIDDEN>,
    output: Layer<HIDDEN, 1>,
    scale: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Generic<T: Real + Scalar, const N: usize> {
    vector: SVector<T, N>,
    matrix: SMatrix<T, N, N>,
    number: T,
}

fn network() -> Network<2> {
    Network {
        hidden: Layer { w: SMatrix::repeat(1.0), b: SVector::repeat(2.0) },
        output: Layer { w: SMatrix::repeat(3.0), b: SVector::repeat(4.0) },
        scale: 5.0,
    }
}

#[test]
fn leaves_of_nested_layers() {
    let network = network();
    let mut key = String::new();
    network.write_key(2, &mut key).unwrap();
    assert_eq!((network.leaf_count(), key.as_str()), (5, "output/w"));
    let mut tangent = network.zero_tangent();
    tangent.leaf_mut(1)[0] = 7.0;
    assert_eq!(tangent.hidden.b[0], 7.0);
}

#[test]
fn an_optimizer_steps_through_them() {
    let mut network = network();
    let mut gradient = network.zero_tangent();
    gradient.output.w[1] = 1.0;
    Sgd::new(0.5).step(&mut network, &gradient).unwrap();
    assert_eq!(network.output.w, SMatrix::<f64, 1, 2>::new(3.0, 2.5));
}

#[test]
fn the_scalar_may_be_generic() {
    let value = Generic { vector: SVector::<f32, 2>::zeros(), matrix: SMatrix::zeros(), number: 1.0 };
    assert_eq!(value.leaf_count(), 3);
}
