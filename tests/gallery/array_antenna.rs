//! Antennas: the side lobes of an array, for the phases and spacings of its elements.

use grad_runtime::prelude::*;

#[differentiable]
fn gain(phases: &[f64], spacings: &[f64], angle: f64) -> f64 {
    let k = std::f64::consts::TAU * angle.sin();
    let mut position = 0.0;
    let (mut re, mut im) = (phases[0].cos(), phases[0].sin());
    for (phase, spacing) in phases[1..].iter().zip(spacings) {
        position += spacing;
        let (s, c) = (k * position + phase).sin_cos();
        re += c;
        im += s;
    }
    (re * re + im * im) / (phases.len() as f64).powi(2)
}

/// The highest gain outside of the main lobe, over the gain straight ahead, in decibels.
#[differentiable]
fn side_lobes(phases: &[f64], spacings: &[f64], #[constant] main_lobe: f64) -> f64 {
    let ahead = gain(phases, spacings, 0.0);
    let worst = (-8..=8)
        .map(|i| f64::from(i) * 0.18)
        .filter(|angle| angle.abs() > main_lobe)
        .map(|angle| gain(phases, spacings, angle))
        .max_by(|a, b| a.partial_cmp(b).unwrap())
        .unwrap_or(0.0);
    10.0 * (worst / ahead).log10()
}

#[test]
fn a_row_of_dipoles() {
    assert!((gain(&[0.0; 4], &[0.5; 3], 0.0) - 1.0).abs() < 1e-15);
    let value = side_lobes(&[0.0; 6], &[0.5; 5], 0.5);
    assert!(value < -5.0, "{value}");
    check!(side_lobes(&vec![0.1, -0.2, 0.05, 0.3], &vec![0.5, 0.45, 0.55], const 0.5));
}
