//! Thermodynamics: the fugacity of a gas by Peng and Robinson's equation, its cubic solved by Newton's method.

use grad_runtime::prelude::*;

const R: f64 = 8.314_462_618;

struct Substance {
    critical_temperature: f64,
    critical_pressure: f64,
    acentric: f64,
}

#[differentiable]
fn parameters(#[constant] s: &Substance, t: f64, p: f64) -> (f64, f64) {
    let m = match s.acentric {
        w if w < 0.49 => 0.374_64 + 1.542_26 * w - 0.269_92 * w * w,
        w => 0.379_642 + w * (1.485_03 + w * (-0.164_423 + 0.016_666 * w)),
    };
    let alpha = (1.0 + m * (1.0 - (t / s.critical_temperature).sqrt())).powi(2);
    let a = 0.457_24 * (R * s.critical_temperature).powi(2) / s.critical_pressure * alpha;
    let b = 0.077_80 * R * s.critical_temperature / s.critical_pressure;
    (a * p / (R * t).powi(2), b * p / (R * t))
}

#[differentiable]
fn compressibility(a: f64, b: f64, vapour: bool) -> f64 {
    let (c2, c1, c0) = (-(1.0 - b), a - 3.0 * b * b - 2.0 * b, -(a * b - b * b - b * b * b));
    let mut z = if vapour { 1.0 } else { b };
    let mut iterations = 0;
    while iterations < 60 {
        let f = ((z + c2) * z + c1) * z + c0;
        let slope = (3.0 * z + 2.0 * c2) * z + c1;
        let dz = f / slope;
        z -= dz;
        iterations += 1;
        if dz.abs() < 1e-15 {
            break;
        }
    }
    z
}

#[differentiable]
fn log_fugacity(#[constant] s: &Substance, t: f64, p: f64, vapour: bool) -> f64 {
    let (a, b) = parameters(s, t, p);
    let z = compressibility(a, b, vapour);
    let root2 = std::f64::consts::SQRT_2;
    let log = ((z + (1.0 + root2) * b) / (z + (1.0 - root2) * b)).ln();
    z - 1.0 - (z - b).ln() - a / (2.0 * root2 * b) * log
}

/// Zero where the liquid and its vapour are in equilibrium.
#[differentiable]
fn imbalance(#[constant] s: &Substance, t: f64, p: f64) -> f64 {
    log_fugacity(s, t, p, true) - log_fugacity(s, t, p, false)
}

#[test]
fn propane() {
    let propane = Substance { critical_temperature: 369.8, critical_pressure: 4.25e6, acentric: 0.152 };
    let mut p = 8e5;
    for _ in 0..20 {
        p -= imbalance(&propane, 300.0, p) / imbalance::grad(&propane, 300.0, p).1;
    }
    assert!((p / 9.98e5 - 1.0).abs() < 0.05, "the vapour pressure of propane at 300 K: {p}");
    check!(imbalance(const &propane, 300.0, 9e5));
}
