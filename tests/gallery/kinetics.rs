//! Chemistry: a network of reactions with mass action, fitted to a measured yield.

use grad_runtime::prelude::*;

struct Reaction {
    from: Vec<(usize, i32)>,
    to: Vec<(usize, i32)>,
}

#[differentiable]
fn rates(concentrations: &[f64], constants: &[f64], #[constant] reactions: &[Reaction], out: &mut [f64]) {
    out.fill(0.0);
    for (reaction, k) in reactions.iter().zip(constants) {
        let mut rate = *k;
        for &(species, order) in &reaction.from {
            rate *= concentrations[species].powi(order);
        }
        for &(species, count) in &reaction.from {
            out[species] -= count as f64 * rate;
        }
        for &(species, count) in &reaction.to {
            out[species] += count as f64 * rate;
        }
    }
}

/// The yield of a species after Heun's method.
#[differentiable]
fn product(
    log_constants: &[f64],
    start: &[f64],
    #[constant] reactions: &[Reaction],
    species: usize,
    steps: usize,
) -> f64 {
    let constants: Vec<f64> = log_constants.iter().map(|k| k.exp()).collect();
    let dt = 0.05;
    let n = start.len();
    let mut c = start.to_vec();
    let (mut k1, mut k2) = (vec![0.0; n], vec![0.0; n]);
    for _ in 0..steps {
        rates(&c, &constants, reactions, &mut k1);
        let trial: Vec<f64> = c.iter().zip(&k1).map(|(c, k)| c + dt * k).collect();
        rates(&trial, &constants, reactions, &mut k2);
        for i in 0..n {
            c[i] += 0.5 * dt * (k1[i] + k2[i]);
        }
    }
    c[species]
}

#[test]
fn two_steps() {
    let reactions = [
        Reaction { from: vec![(0, 2)], to: vec![(1, 1)] },
        Reaction { from: vec![(1, 1), (0, 1)], to: vec![(2, 1)] },
        Reaction { from: vec![(2, 1)], to: vec![(0, 3)] },
    ];
    let start = vec![1.0, 0.1, 0.0];
    let value = product(&[0.2, 0.5, -3.0], &start, &reactions, 2, 20);
    assert!(value > 0.0 && value < 0.4, "{value}");
    check!(product(&vec![0.2, 0.5, -3.0], &vec![1.0, 0.1, 0.05], const &reactions, const 2, const 9));
}
