//! Colour science: the difference of two colours as the eye sees it, from sRGB through XYZ to Lab.

use grad_runtime::prelude::*;

const TO_XYZ: [[f64; 3]; 3] = [
    [0.412_456_4, 0.357_576_1, 0.180_437_5],
    [0.212_672_9, 0.715_152_2, 0.072_175],
    [0.019_333_9, 0.119_192, 0.950_304_1],
];
const WHITE: [f64; 3] = [0.950_47, 1.0, 1.088_83];

#[differentiable]
fn linear(c: f64) -> f64 {
    if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

#[differentiable]
fn lab(rgb: [f64; 3]) -> [f64; 3] {
    let [r, g, b] = rgb.map(linear);
    let f = |t: f64| {
        const DELTA: f64 = 6.0 / 29.0;
        if t > DELTA.powi(3) { t.cbrt() } else { t / (3.0 * DELTA * DELTA) + 4.0 / 29.0 }
    };
    let mut xyz = [0.0; 3];
    for (i, row) in TO_XYZ.iter().enumerate() {
        xyz[i] = f((row[0] * r + row[1] * g + row[2] * b) / WHITE[i]);
    }
    [116.0 * xyz[1] - 16.0, 500.0 * (xyz[0] - xyz[1]), 200.0 * (xyz[1] - xyz[2])]
}

/// CIE 1976.
#[differentiable]
fn difference(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (lab(a), lab(b));
    a.iter().zip(&b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// How far a palette is from being evenly spread.
#[differentiable]
fn crowding(palette: &[[f64; 3]]) -> f64 {
    let mut total = 0.0;
    for (i, &a) in palette.iter().enumerate() {
        for &b in palette.iter().skip(i + 1) {
            total += 1.0 / (1.0 + difference(a, b));
        }
    }
    total
}

#[test]
fn colours() {
    assert!((lab([1.0, 1.0, 1.0])[0] - 100.0).abs() < 1e-3);
    assert!(difference([0.2, 0.4, 0.6], [0.2, 0.4, 0.61]) < 3.0);
    check!(crowding(&vec![[0.2, 0.4, 0.6], [0.9, 0.1, 0.02], [0.01, 0.8, 0.3]]));
}
