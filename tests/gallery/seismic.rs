//! Geophysics: full-waveform inversion in one dimension: a source, a medium, receivers.

use grad_runtime::prelude::*;

/// Ricker's wavelet.
fn ricker(t: f64, frequency: f64) -> f64 {
    let a = (std::f64::consts::PI * frequency * (t - 1.0 / frequency)).powi(2);
    (1.0 - 2.0 * a) * (-a).exp()
}

#[differentiable]
fn simulate(speed: &[f64], #[constant] receivers: &[usize], steps: usize) -> Vec<Vec<f64>> {
    let n = speed.len();
    let (dt, dx) = (0.4, 1.0);
    let mut previous = vec![0.0; n];
    let mut current = vec![0.0; n];
    let mut traces = vec![Vec::with_capacity(steps); receivers.len()];
    for step in 0..steps {
        let mut next = vec![0.0; n];
        for i in 1..n - 1 {
            let courant = (speed[i] * dt / dx).powi(2);
            let laplacian = current[i + 1] - 2.0 * current[i] + current[i - 1];
            next[i] = 2.0 * current[i] - previous[i] + courant * laplacian;
        }
        next[2] += ricker(step as f64 * dt, 0.25);
        for (trace, &at) in traces.iter_mut().zip(receivers) {
            trace.push(next[at]);
        }
        previous = current;
        current = next;
    }
    traces
}

#[differentiable]
fn misfit(speed: &[f64], #[constant] receivers: &[usize], #[constant] observed: &[Vec<f64>]) -> f64 {
    let synthetic = simulate(speed, receivers, observed[0].len());
    synthetic
        .iter()
        .zip(observed)
        .map(|(s, o)| s.iter().zip(o).map(|(s, o)| (s - o).powi(2)).sum::<f64>())
        .sum::<f64>()
        * 0.5
}

#[test]
fn a_layered_medium() {
    let truth: Vec<f64> = (0..14).map(|i| if i < 7 { 1.0 } else { 1.5 }).collect();
    let observed = simulate(&truth, &[4, 9], 25);
    assert!(misfit(&truth, &[4, 9], &observed) == 0.0);
    let guess: Vec<f64> = (0..14).map(|i| 1.0 + 0.03 * f64::from(i)).collect();
    check!(misfit(&guess, const &[4, 9], const &observed));
}
