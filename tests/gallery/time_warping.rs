//! Time series: soft dynamic time warping, a dynamic program over a smoothed minimum.

use grad_runtime::prelude::*;

#[differentiable]
fn soft_min(a: f64, b: f64, c: f64, gamma: f64) -> f64 {
    let (a, b, c) = (-a / gamma, -b / gamma, -c / gamma);
    let m = a.max(b).max(c);
    -gamma * (m + ((a - m).exp() + (b - m).exp() + (c - m).exp()).ln())
}

#[differentiable]
fn soft_dtw(x: &[f64], y: &[f64], gamma: f64) -> f64 {
    const FAR: f64 = 1e10;
    let (n, m) = (x.len(), y.len());
    let mut r = vec![vec![FAR; m + 1]; n + 1];
    r[0][0] = 0.0;
    for i in 1..=n {
        for j in 1..=m {
            let cost = (x[i - 1] - y[j - 1]).powi(2);
            r[i][j] = cost + soft_min(r[i - 1][j], r[i][j - 1], r[i - 1][j - 1], gamma);
        }
    }
    r[n][m]
}

/// The barycentre objective: the mean distance to several series.
#[differentiable]
fn distance_to_all(centre: &[f64], #[constant] series: &[Vec<f64>], gamma: f64) -> f64 {
    let n = series.len() as f64;
    series.iter().map(|s| soft_dtw(centre, s, gamma)).sum::<f64>() / n
}

#[test]
fn warping() {
    let series = vec![vec![0.0, 1.0, 2.0, 1.0], vec![0.1, 0.1, 0.9, 2.1, 0.8]];
    assert!(soft_dtw(&[0.0, 1.0, 2.0], &[0.0, 0.0, 1.0, 1.0, 2.0], 1e-3).abs() < 1e-2);
    check!(distance_to_all(&vec![0.1, 0.8, 1.9], const &series, 0.5));
}
