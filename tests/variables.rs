//! Functions of variables: the parameters that are typed so are the ones to differentiate.

use grad_runtime::prelude::*;

#[differentiable]
fn scaled(w: &Variable<f64>, x: f64) -> f64 {
    **w * x * x
}

#[differentiable]
fn power(w: Variable<f64>, x: &[f64; 2]) -> f64 {
    let w = *w;
    w * w * x[0] + x[1]
}

#[test]
fn variables_are_the_set() {
    assert_eq!(scaled::value_and_grad(&variable(2.0), 3.0), (18.0, 9.0));
    assert_eq!(scaled::jvp(&variable(2.0), 3.0, &1.0), (18.0, 9.0));
    assert_eq!(power::value_and_grad(variable(3.0), &[2.0, 1.0]), (19.0, 12.0));
    let (value, backward) = power::forward(variable(3.0), &[2.0, 1.0]);
    assert_eq!((value, backward(0.5)), (19.0, 6.0));
}

#[test]
fn a_function_is_executed_as_a_type() {
    let (value, gradient, ()) = execute_with_gradients::<product, _>((3.0, 4.0), RetainGrads(false));
    assert_eq!((value, gradient), (12.0, (4.0, 3.0)));
}

#[differentiable]
fn product(x: f64, y: f64) -> f64 {
    x * y
}
