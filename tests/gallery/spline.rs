//! Interpolation: a natural cubic spline, its tridiagonal system solved by Thomas' algorithm.

use grad_runtime::prelude::*;

/// The second derivatives at the knots.
#[differentiable]
fn second_derivatives(x: &[f64], y: &[f64]) -> Vec<f64> {
    let n = x.len();
    let mut c = vec![0.0; n];
    let mut d = vec![0.0; n];
    for i in 1..n - 1 {
        let (left, right) = (x[i] - x[i - 1], x[i + 1] - x[i]);
        let rhs = 6.0 * ((y[i + 1] - y[i]) / right - (y[i] - y[i - 1]) / left);
        let pivot = 2.0 * (left + right) - left * c[i - 1];
        c[i] = right / pivot;
        d[i] = (rhs - left * d[i - 1]) / pivot;
    }
    let mut m = vec![0.0; n];
    for i in (1..n - 1).rev() {
        m[i] = d[i] - c[i] * m[i + 1];
    }
    m
}

/// The spline at a point; outside of the knots the last piece goes on.
#[differentiable]
fn evaluate(x: &[f64], y: &[f64], m: &[f64], at: f64) -> f64 {
    let i = match x.binary_search_by(|knot| knot.total_cmp(&at)) {
        Ok(i) => i.min(x.len() - 2),
        Err(i) => i.clamp(1, x.len() - 1) - 1,
    };
    let h = x[i + 1] - x[i];
    let (a, b) = ((x[i + 1] - at) / h, (at - x[i]) / h);
    a * y[i] + b * y[i + 1] + ((a.powi(3) - a) * m[i] + (b.powi(3) - b) * m[i + 1]) * h * h / 6.0
}

/// The squared error of the spline at given points.
#[differentiable]
fn error(x: &[f64], y: &[f64], #[constant] data: &[(f64, f64)]) -> f64 {
    let m = second_derivatives(x, y);
    data.iter().map(|(at, value)| (evaluate(x, y, &m, *at) - value).powi(2)).sum()
}

#[test]
fn a_spline() {
    let x: Vec<f64> = (0..=8).map(|i| f64::from(i) * 0.4).collect();
    let y: Vec<f64> = x.iter().map(|x| x.sin()).collect();
    let m = second_derivatives(&x, &y);
    assert!((evaluate(&x, &y, &m, 1.3) - 1.3_f64.sin()).abs() < 1e-3);
    let data = [(0.3, 0.4), (1.1, 0.9), (2.5, 0.5), (3.1, 0.0), (0.81, 0.7)];
    check!(error(&x, &y, const &data));
}
