//! Numerics: an integral by Simpson's rule, a root by Newton's, an orbit by Runge and Kutta's, each for any function.

use grad_runtime::prelude::*;

#[differentiable]
fn simpson(f: impl Fn(f64) -> f64, a: f64, b: f64, #[constant] n: usize) -> f64 {
    let h = (b - a) / n as f64;
    let inner: f64 = (1..n).map(|i| if i % 2 == 1 { 4.0 } else { 2.0 } * f(a + i as f64 * h)).sum();
    h / 3.0 * (f(a) + inner + f(b))
}

#[differentiable]
fn newton<F, D>(f: F, derivative: D, start: f64) -> f64
where
    F: Fn(f64) -> f64,
    D: Fn(f64) -> f64,
{
    let mut x = start;
    for _ in 0..30 {
        let step = f(x) / derivative(x);
        x -= step;
        if step.abs() < 1e-13 {
            break;
        }
    }
    x
}

#[differentiable]
fn rk4(f: &dyn Fn(f64, [f64; 2]) -> [f64; 2], mut y: [f64; 2], t: f64, h: f64) -> [f64; 2] {
    let along = |y: [f64; 2], k: [f64; 2], s: f64| [y[0] + s * k[0], y[1] + s * k[1]];
    let k1 = f(t, y);
    let k2 = f(t + h / 2.0, along(y, k1, h / 2.0));
    let k3 = f(t + h / 2.0, along(y, k2, h / 2.0));
    let k4 = f(t + h, along(y, k3, h));
    for i in 0..2 {
        y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
    }
    y
}

/// The period of a pendulum of unit length, by its amplitude.
#[differentiable]
fn period(amplitude: f64, gravity: f64) -> f64 {
    let k = (amplitude / 2.0).sin();
    4.0 / gravity.sqrt()
        * simpson(|phi| 1.0 / (1.0 - (k * phi.sin()).powi(2)).sqrt(), 0.0, std::f64::consts::FRAC_PI_2, 16)
}

#[differentiable]
fn kepler(mean_anomaly: f64, eccentricity: f64) -> f64 {
    newton(|e| e - eccentricity * e.sin() - mean_anomaly, |e| 1.0 - eccentricity * e.cos(), mean_anomaly)
}

#[differentiable]
fn oscillator(start: [f64; 2], damping: f64, drive: f64) -> f64 {
    let force = |t: f64, [x, v]: [f64; 2]| [v, -x - damping * v + drive * (0.7 * t).cos()];
    let mut state = start;
    for i in 0..20 {
        state = rk4(&force, state, i as f64 * 0.1, 0.1);
    }
    state[0] * state[0] + state[1]
}

#[differentiable]
fn bump(x: f64) -> f64 {
    (-x * x).exp()
}

#[differentiable]
fn two_areas(b: f64) -> f64 {
    simpson(bump, 0.0, b, 10) + simpson(f64::sin, 0.0, b, 10)
}

#[test]
fn any_function() {
    assert!((period(1e-4, 9.81) - std::f64::consts::TAU / 9.81_f64.sqrt()).abs() < 1e-8);
    check!(period(1.1, 9.81));
    check!(kepler(0.9, 0.4));
    check!(oscillator([1.0, 0.2], 0.1, 0.5));
    check!(two_areas(1.3));
}
