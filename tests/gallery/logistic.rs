//! Learning: logistic regression with a bias, class weights and an elastic net.

use grad_runtime::prelude::*;

struct Example {
    features: Vec<f64>,
    positive: bool,
}

struct Penalty {
    l1: f64,
    l2: f64,
}

fn softplus_is_safe(z: f64) -> bool {
    z < 30.0
}

#[differentiable]
fn softplus(z: f64) -> f64 {
    if softplus_is_safe(stop_gradient(z)) { z.exp().ln_1p() } else { z }
}

#[differentiable]
fn loss(weights: &[f64], bias: f64, #[constant] data: &[Example], #[constant] penalty: &Penalty) -> f64 {
    let data_term: f64 = data
        .iter()
        .map(|example| {
            let z: f64 = bias + weights.iter().zip(&example.features).map(|(w, x)| w * x).sum::<f64>();
            if example.positive { 2.0 * softplus(-z) } else { softplus(z) }
        })
        .sum();
    let l1 = weights.iter().map(|w| w.abs()).sum::<f64>();
    let l2 = weights.iter().map(|w| w.powi(2)).sum::<f64>();
    data_term / data.len() as f64 + penalty.l1 * l1 + 0.5 * penalty.l2 * l2
}

#[test]
fn it_learns() {
    let example = |a: f64, b: f64| Example { features: vec![a, b], positive: a > b };
    let data =
        [example(0.1, 0.9), example(0.5, 0.2), example(-0.3, 0.4), example(1.2, 0.1), example(0.6, 0.7)];
    let penalty = Penalty { l1: 1e-3, l2: 1e-3 };
    let (mut weights, mut bias) = (vec![0.0, 0.0], 0.0);
    let before = loss(&weights, bias, &data, &penalty);
    for _ in 0..200 {
        let (dw, db) = loss::grad(&weights, bias, &data, &penalty);
        weights.iter_mut().zip(&dw).for_each(|(w, d)| *w -= 0.5 * d);
        bias -= 0.5 * db;
    }
    assert!(loss(&weights, bias, &data, &penalty) < 0.5 * before);
    check!(loss(&vec![0.3, -0.8], 0.1, const &data, const &penalty));
}
