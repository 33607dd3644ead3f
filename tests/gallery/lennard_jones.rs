//! Molecular dynamics: the energy of a periodic Lennard-Jones fluid with a cutoff; the forces are its gradient.

use grad_runtime::prelude::*;

struct Fluid {
    epsilon: f64,
    sigma: f64,
    cutoff: f64,
    side: f64,
}

#[differentiable]
fn energy(positions: &[[f64; 3]], #[constant] fluid: &Fluid) -> f64 {
    let cutoff2 = fluid.cutoff * fluid.cutoff;
    let sr6_cut = (fluid.sigma / fluid.cutoff).powi(6);
    let shift = 4.0 * fluid.epsilon * (sr6_cut * sr6_cut - sr6_cut);
    let mut total = 0.0;
    for (i, a) in positions.iter().enumerate() {
        for b in &positions[i + 1..] {
            let mut r2 = 0.0;
            for k in 0..3 {
                let mut d = a[k] - b[k];
                d -= fluid.side * (d / fluid.side).round();
                r2 += d * d;
            }
            if r2 > cutoff2 {
                continue;
            }
            let s2 = fluid.sigma * fluid.sigma / r2;
            let s6 = s2 * s2 * s2;
            total += 4.0 * fluid.epsilon * (s6 * s6 - s6) - shift;
        }
    }
    total
}

#[test]
fn forces() {
    let fluid = Fluid { epsilon: 0.7, sigma: 1.1, cutoff: 2.5, side: 6.0 };
    let positions = [[0.1, 0.2, 0.3], [1.4, 0.1, 0.5], [0.3, 1.6, 5.7], [5.8, 5.2, 0.4], [3.0, 3.1, 2.9]];
    let forces = energy::grad(&positions, &fluid);
    let net: [f64; 3] = std::array::from_fn(|k| forces.iter().map(|f| f[k]).sum());
    assert!(net.iter().all(|f| f.abs() < 1e-10), "Newton's third law: {net:?}");
    check!(energy(&positions.to_vec(), const &fluid));
}
