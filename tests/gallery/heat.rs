//! Heat conduction: a rod whose conductivity depends on temperature, stepped explicitly with two buffers.

use grad_runtime::prelude::*;

#[differentiable]
fn conductivity(coefficients: &[f64], t: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |acc, &c| acc * t + c)
}

/// How far the rod's final temperatures are from those measured.
#[differentiable]
fn misfit(coefficients: &[f64], start: &[f64], #[constant] measured: &[f64], steps: usize) -> f64 {
    let n = start.len();
    let mut now = start.to_vec();
    let mut next = vec![0.0; n];
    for _ in 0..steps {
        next[0] = now[0];
        next[n - 1] = now[n - 1];
        for i in 1..n - 1 {
            let right = conductivity(coefficients, 0.5 * (now[i] + now[i + 1]));
            let left = conductivity(coefficients, 0.5 * (now[i] + now[i - 1]));
            next[i] = now[i] + 0.2 * (right * (now[i + 1] - now[i]) - left * (now[i] - now[i - 1]));
        }
        std::mem::swap(&mut now, &mut next);
    }
    now.iter().zip(measured).map(|(t, m)| (t - m).powi(2)).sum::<f64>().sqrt()
}

#[test]
fn a_rod() {
    let start = vec![1.0, 0.2, 0.1, 0.4, 0.0, 0.3];
    let measured = [1.0, 0.7, 0.5, 0.4, 0.35, 0.3];
    assert!(misfit(&[1.0, 0.3], &start, &measured, 20) < misfit(&[0.0, 0.0], &start, &measured, 20));
    check!(misfit(&vec![1.0, 0.3, -0.1], &start, const &measured, const 7));
}
