//! Celestial mechanics: Kepler's equation by Newton's method, which stops when it has converged.

use grad_runtime::prelude::*;
use std::f64::consts::TAU;

#[differentiable]
fn eccentric_anomaly(mean: f64, eccentricity: f64) -> f64 {
    let mut anomaly = if eccentricity < 0.8 { mean } else { std::f64::consts::PI };
    for _ in 0..50 {
        let residual = anomaly - eccentricity * anomaly.sin() - mean;
        let slope = 1.0 - eccentricity * anomaly.cos();
        let step = residual / slope;
        anomaly -= step;
        if step.abs() < 1e-14 {
            break;
        }
    }
    anomaly
}

/// Where a body is in the plane of its orbit at time `t`, for a semi-major axis, an eccentricity and a period.
#[differentiable]
fn position(axis: f64, eccentricity: f64, period: f64, t: f64) -> [f64; 2] {
    let mean = TAU * (t / period).fract();
    let anomaly = eccentric_anomaly(mean, eccentricity);
    let (sin, cos) = anomaly.sin_cos();
    [axis * (cos - eccentricity), axis * (1.0 - eccentricity.powi(2)).sqrt() * sin]
}

/// How far the observed positions are from the orbit.
#[differentiable]
fn misfit(orbit: [f64; 3], #[constant] observations: &[(f64, [f64; 2])]) -> f64 {
    let [axis, eccentricity, period] = orbit;
    observations
        .iter()
        .map(|&(t, [x, y])| {
            let p = position(axis, eccentricity, period, t);
            (p[0] - x).powi(2) + (p[1] - y).powi(2)
        })
        .sum::<f64>()
        / observations.len() as f64
}

#[test]
fn an_orbit_is_fitted() {
    let truth = [1.5, 0.3, 2.0];
    let observations: Vec<_> =
        [0.1, 0.4, 0.9, 1.3, 1.9, 2.5].map(|t| (t, position(1.5, 0.3, 2.0, t))).to_vec();
    assert!(misfit(truth, &observations) < 1e-20);
    check!(eccentric_anomaly(1.2, 0.3));
    check!(misfit([1.4, 0.35, 2.1], const &observations));
    check_map!(position(1.0, 0.9, 3.0, 0.7));
}
