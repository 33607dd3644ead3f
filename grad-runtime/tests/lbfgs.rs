//! L-BFGS on functions whose minimum is known.

use grad_runtime::nalgebra::{SMatrix, SVector};
use grad_runtime::optim::{Lbfgs, LbfgsOptions, Termination};
use grad_runtime::prelude::*;

/// The extended Rosenbrock function and its gradient.
fn rosenbrock(x: &[f64]) -> (f64, Vec<f64>) {
    let mut gradient = vec![0.0; x.len()];
    let mut value = 0.0;
    for i in 0..x.len() - 1 {
        let (a, b) = (1.0 - x[i], x[i + 1] - x[i] * x[i]);
        value += a * a + 100.0 * b * b;
        gradient[i] -= 2.0 * a + 400.0 * x[i] * b;
        gradient[i + 1] += 200.0 * b;
    }
    (value, gradient)
}

#[test]
fn rosenbrock_in_two_and_in_a_hundred_dimensions() {
    for (dimensions, most) in [(2, 60), (100, 700)] {
        let options = LbfgsOptions { max_iterations: 1000, ..LbfgsOptions::default() };
        let mut x: Vec<f64> = (0..dimensions).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
        let report = Lbfgs::<_>::with_options(options).minimize(&mut x, |x| rosenbrock(x)).unwrap();
        assert_eq!(report.termination, Termination::GradientSmall, "{report:?}");
        assert!(x.iter().all(|x| (x - 1.0).abs() < 1e-7), "{x:?}");
        assert!(report.evaluations < most, "{report:?}");
    }
}

/// On a quadratic of n dimensions with exact arithmetic, n iterations with an exact line search would do; a few more do here.
#[test]
fn a_badly_scaled_quadratic_of_static_matrices() {
    let a = SMatrix::<f64, 4, 4>::from_diagonal(&SVector::from([1.0, 10.0, 100.0, 1000.0]));
    let target = SVector::<f64, 4>::new(1.0, -2.0, 3.0, -4.0);
    let mut x = SVector::<f64, 4>::zeros();
    let objective = |x: &SVector<f64, 4>| ((x - target).dot(&(a * (x - target))), 2.0 * a * (x - target));
    let report = Lbfgs::<_, 5>::default().minimize(&mut x, objective).unwrap();
    assert_eq!(report.termination, Termination::GradientSmall, "{report:?}");
    assert!((x - target).norm() < 1e-8);
    assert!(report.iterations <= 30, "{report:?}");
}

#[test]
fn the_reasons_to_stop() {
    let square = |x: &f64| (x * x, 2.0 * x);
    let run = |options, x: &mut f64| Lbfgs::<_>::with_options(options).minimize(x, square).unwrap();
    let default = LbfgsOptions::default();
    let none = LbfgsOptions { max_iterations: 0, ..default };
    let mut x = 3.0;
    assert_eq!(run(none, &mut x).termination, Termination::IterationLimit);
    assert_eq!(x.to_bits(), 3.0_f64.to_bits());
    assert_eq!(run(default, &mut 0.0).termination, Termination::GradientSmall);
    let mut nowhere = f64::NAN;
    assert_eq!(run(default, &mut nowhere).termination, Termination::NotFinite);
    let uphill = |x: &f64| (x * x, -2.0 * x);
    let mut x = 3.0;
    let report = Lbfgs::<_>::default().minimize(&mut x, uphill).unwrap();
    assert_eq!((report.termination, x.to_bits()), (Termination::NoProgress, 3.0_f64.to_bits()));
    let plateau = |x: &f64| (1.0 + 1e-20 * x * x, 2e-3 * x);
    let report = Lbfgs::<_>::default().minimize(&mut x, plateau).unwrap();
    assert!(matches!(report.termination, Termination::ValueSettled | Termination::NoProgress), "{report:?}");
}

#[test]
fn single_precision_and_a_domain_with_an_edge() {
    // x - ln x has its minimum at 1 and no value below 0.
    let objective = |x: &[f32; 1]| (x[0] - x[0].ln(), [1.0 - 1.0 / x[0]]);
    let mut x = [20.0_f32];
    let options = LbfgsOptions { gradient_tolerance: 1e-3, ..LbfgsOptions::default() };
    let report = Lbfgs::<_>::with_options(options).minimize(&mut x, objective).unwrap();
    assert_eq!(report.termination, Termination::GradientSmall, "{report:?}");
    // Nearer to the minimum than this, the value's rounding hides the slope.
    assert!((x[0] - 1.0).abs() < 2e-3, "{x:?}");
}

#[test]
fn a_gradient_of_another_shape_is_an_error() {
    let mut x = vec![1.0, 2.0];
    let error = Lbfgs::<_>::default().minimize(&mut x, |_| (0.0, vec![1.0])).unwrap_err();
    assert!(matches!(error, StructureError::Shape { .. }), "{error}");
    assert_eq!(x, [1.0, 2.0]);
}
