//! Signal processing: how much of a windowed signal lies in a band, by a discrete Fourier transform in single precision.

use grad_runtime::prelude::*;

#[differentiable]
fn transform(signal: &[f32]) -> Vec<(f32, f32)> {
    let n = signal.len();
    (0..n)
        .map(|k| {
            signal.iter().enumerate().fold((0.0, 0.0), |(re, im), (t, x)| {
                let angle = -2.0 * std::f32::consts::PI * (k * t % n) as f32 / n as f32;
                (re + x * angle.cos(), im + x * angle.sin())
            })
        })
        .collect()
}

#[differentiable]
fn band_share(signal: &[f32], low: usize, high: usize) -> f32 {
    let n = signal.len() as f32;
    let windowed: Vec<f32> = signal
        .iter()
        .enumerate()
        .map(|(i, x)| x * 0.5 * (1.0 - (2.0 * std::f32::consts::PI * i as f32 / (n - 1.0)).cos()))
        .collect();
    let spectrum = transform(&windowed);
    let power = |&(re, im): &(f32, f32)| re * re + im * im;
    let band: f32 = spectrum[low..high].iter().map(power).sum();
    let total: f32 = spectrum.iter().map(power).sum();
    band / total
}

#[test]
fn a_tone() {
    let tone: Vec<f32> =
        (0..16).map(|t| (2.0 * std::f32::consts::PI * 3.0 * t as f32 / 16.0).sin()).collect();
    assert!(band_share(&tone, 2, 5) > 0.45);
    check!(band_share(&vec![0.4_f32, 0.9, -0.3, 0.1, 0.7, -0.8, 0.2], const 1, const 3));
}
