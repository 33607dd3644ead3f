//! The checker of derivatives: it passes what is right and names what is wrong.

use grad_runtime::nalgebra::{Matrix2, Vector2};
use grad_runtime::prelude::*;

/// The sum of the squares times a number, with a gradient that can be wrong at one place.
fn check_squares(x: &Vec<f64>, wrong: Option<usize>) -> Result<GradientReport, GradientMismatch> {
    let gradient = |x: &Vec<f64>, seed: f64| {
        let mut gradient: Vec<f64> = x.iter().map(|x| 2.0 * x * seed).collect();
        if let Some(i) = wrong {
            gradient[i] += 0.01;
        }
        gradient
    };
    check_gradients(
        &["x"],
        x,
        |x| x.iter().map(|x| x * x).sum::<f64>(),
        gradient,
        |x, x_dot| x.iter().zip(x_dot).map(|(x, x_dot)| 2.0 * x * x_dot).sum(),
    )
}

#[test]
fn a_right_gradient_passes_and_a_wrong_element_is_named() {
    let x: Vec<f64> = (0..20).map(|i| f64::from(i) - 5.5).collect();
    assert_eq!(check_squares(&x, None).unwrap().elements, 20);
    let Err(GradientMismatch::Modes(worst)) = check_squares(&x, Some(13)) else { panic!("not found") };
    assert_eq!((worst.parameter.as_str(), worst.element), ("x", 13));
    assert!((worst.reverse - 15.01).abs() < 1e-12 && (worst.forward - 15.0).abs() < 1e-12);
    assert!((worst.differences - 15.0).abs() < 1e-6);
}

#[test]
fn an_element_that_is_not_looked_at_is_found_by_the_identity() {
    let x: Vec<f64> = (0..2000).map(|i| f64::from(i) * 1e-3).collect();
    assert_eq!(check_squares(&x, None).unwrap().elements, 500);
    let result = check_squares(&x, Some(1001));
    assert!(matches!(result, Err(GradientMismatch::Identity { .. })), "{result:?}");
}

#[test]
fn both_modes_wrong_in_the_same_way_are_found_by_differences() {
    let result = check_gradients(&[], &2.0, |x| x * x * x, |x, seed| seed * x * x, |x, x_dot| x * x * x_dot);
    let Err(GradientMismatch::Differences(worst)) = result else { panic!("{result:?}") };
    assert!((worst.differences - 12.0).abs() < 1e-6);
    assert_eq!(
        worst.to_string(),
        format!("element 0: reverse 4, forward 4, differences {}", worst.differences)
    );
}

#[test]
fn a_derivative_that_is_not_a_number_is_never_right() {
    let nan = f64::NAN;
    for (reverse, forward) in [(nan, 2.0), (2.0, nan), (nan, nan)] {
        assert!(check_gradients(&["x"], &1.0, |x| x * x, |_, _| reverse, |_, _| forward).is_err());
    }
}

#[test]
fn results_and_parameters_can_be_matrices() {
    let check = |sign: f64| {
        check_gradients(
            &["a", "x"],
            &(Matrix2::new(1.0, 2.0, 3.0, -4.0), Vector2::new(0.5, -1.5)),
            |(a, x)| a * x,
            move |(a, x), seed: Vector2<f64>| (seed * x.transpose(), a.transpose() * seed * sign),
            |(a, x), (a_dot, x_dot)| a_dot * x + a * x_dot,
        )
    };
    assert_eq!(check(1.0).unwrap().elements, 6);
    let Err(GradientMismatch::Modes(worst)) = check(-1.0) else { panic!("not found") };
    assert_eq!(worst.parameter.as_str(), "x");
}

#[test]
fn single_precision_has_its_own_tolerances() {
    let right = |x: &[f32; 2], seed: f32| [seed * x[0].cos() * x[1], seed * x[0].sin()];
    let jvp = |x: &[f32; 2], d: &[f32; 2]| right(x, 1.0)[0] * d[0] + right(x, 1.0)[1] * d[1];
    let value = |x: &[f32; 2]| x[0].sin() * x[1];
    assert!(check_gradients(&["x"], &[0.7, 2.0], value, right, jvp).is_ok());
    let wrong = |x: &[f32; 2], seed: f32| right(x, seed * 1.01);
    assert!(check_gradients(&["x"], &[0.7, 2.0], value, wrong, jvp).is_err());
}
