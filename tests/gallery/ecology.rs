//! Ecology: predator and prey, integrated by a Runge-Kutta method that takes any right-hand side.

use grad_runtime::prelude::*;

#[differentiable]
fn axpy<const N: usize>(x: [f64; N], h: f64, k: [f64; N]) -> [f64; N] {
    let mut out = x;
    for i in 0..N {
        out[i] += h * k[i];
    }
    out
}

/// Hares and lynxes over time, with harvesting of the hares in some seasons.
#[differentiable]
fn populations(
    parameters: [f64; 4],
    start: [f64; 2],
    #[constant] harvest: &[f64],
    #[constant] dt: f64,
) -> [f64; 2] {
    let [birth, predation, growth, death] = parameters;
    let mut x = start;
    for &h in harvest {
        let rhs = |x: [f64; 2]| {
            let [hares, lynxes] = x;
            [hares * (birth - h - predation * lynxes), lynxes * (growth * hares - death)]
        };
        let k1 = rhs(x);
        let k2 = rhs(axpy(x, 0.5 * dt, k1));
        let k3 = rhs(axpy(x, 0.5 * dt, k2));
        let k4 = rhs(axpy(x, dt, k3));
        for i in 0..2 {
            x[i] += dt / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    x
}

#[test]
fn hares_and_lynxes() {
    let parameters = [1.1, 0.4, 0.1, 0.4];
    let balance = populations(parameters, [4.0, 2.75], &[0.0; 10], 0.1);
    assert!((balance[0] - 4.0).abs() < 1e-12 && (balance[1] - 2.75).abs() < 1e-12);
    check_map!(populations(parameters, [10.0, 5.0], const &[0.0, 0.1, 0.2, 0.0, 0.0, 0.3], const 0.1));
}
