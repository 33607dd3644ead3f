//! Chemical engineering: a stirred tank with an exothermic reaction, by implicit Euler and Newton's method.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Reactor {
    feed: f64,
    residence: f64,
    cooling: f64,
    coolant: f64,
}

const PRE_EXPONENTIAL: f64 = 5.0e8;
const ACTIVATION: f64 = 7000.0;
const HEAT: f64 = 60.0;

/// The rate constant and its derivative by temperature (Arrhenius).
#[differentiable]
fn arrhenius(temperature: f64) -> (f64, f64) {
    let k = PRE_EXPONENTIAL * (-ACTIVATION / temperature).exp();
    (k, k * ACTIVATION / (temperature * temperature))
}

/// One implicit step for concentration and temperature; `None` where Newton's method doesn't converge.
#[differentiable]
fn step(reactor: &Reactor, c0: f64, t0: f64, dt: f64) -> Option<(f64, f64)> {
    let (mut c, mut t) = (c0, t0);
    for _ in 0..20 {
        let (k, dk) = arrhenius(t);
        let f1 = c - c0 - dt * ((reactor.feed - c) / reactor.residence - k * c);
        let f2 = t
            - t0
            - dt * ((300.0 - t) / reactor.residence + HEAT * k * c - reactor.cooling * (t - reactor.coolant));
        let j11 = 1.0 + dt * (1.0 / reactor.residence + k);
        let j12 = dt * dk * c;
        let j21 = -dt * HEAT * k;
        let j22 = 1.0 + dt * (1.0 / reactor.residence - HEAT * dk * c + reactor.cooling);
        let det = j11 * j22 - j12 * j21;
        let (dc, d_t) = ((f1 * j22 - f2 * j12) / det, (j11 * f2 - j21 * f1) / det);
        c -= dc;
        t -= d_t;
        if dc.abs() < 1e-13 && d_t.abs() < 1e-11 {
            return Some((c, t));
        }
    }
    None
}

#[differentiable]
fn conversion(reactor: &Reactor, #[constant] steps: usize) -> Option<f64> {
    let (mut c, mut t) = (reactor.feed, 310.0);
    for _ in 0..steps {
        (c, t) = step(reactor, c, t, 0.1)?;
    }
    Some(1.0 - c / reactor.feed)
}

#[differentiable]
fn shortfall(reactor: &Reactor, #[constant] steps: usize) -> f64 {
    match conversion(reactor, steps) {
        Some(x) => (0.9 - x).powi(2),
        None => 1.0,
    }
}

#[test]
fn a_reactor() {
    let reactor = Reactor { feed: 1.2, residence: 2.0, cooling: 0.8, coolant: 295.0 };
    let x = conversion(&reactor, 20).unwrap();
    assert!(x > 0.0 && x < 1.0, "{x}");
    check!(shortfall(&reactor, const 8));
}

sample_struct!(Reactor ReactorTangent { feed, residence, cooling, coolant });
