//! Clustering: the likelihood of a mixture of Gaussians with diagonal covariances.

use grad_runtime::prelude::*;
use std::f64::consts::PI;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Component {
    logit: f64,
    mean: Vec<f64>,
    log_sd: Vec<f64>,
}

#[differentiable]
fn log_sum_exp(values: &[f64]) -> f64 {
    let largest = values.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
    largest + values.iter().map(|v| (v - largest).exp()).sum::<f64>().ln()
}

#[differentiable]
fn log_density(component: &Component, #[constant] x: &[f64]) -> f64 {
    let mut total = -0.5 * x.len() as f64 * (2.0 * PI).ln();
    for ((x, mean), log_sd) in x.iter().zip(&component.mean).zip(&component.log_sd) {
        let z = (x - mean) * (-log_sd).exp();
        total -= 0.5 * z * z + log_sd;
    }
    total
}

#[differentiable]
fn log_likelihood(components: &[Component], #[constant] data: &[Vec<f64>]) -> f64 {
    let logits: Vec<f64> = components.iter().map(|c| c.logit).collect();
    let normalizer = log_sum_exp(&logits);
    data.iter()
        .map(|x| {
            let terms: Vec<f64> =
                components.iter().map(|c| c.logit - normalizer + log_density(c, x)).collect();
            log_sum_exp(&terms)
        })
        .sum()
}

#[test]
fn two_clusters() {
    let component = |logit, a, b| Component { logit, mean: vec![a, b], log_sd: vec![-0.3, 0.1] };
    let data = vec![vec![0.1, 0.2], vec![2.1, 1.7], vec![-0.3, 0.4], vec![1.8, 2.2]];
    let good = vec![component(0.1, 0.0, 0.3), component(-0.2, 2.0, 2.0)];
    let bad = vec![component(0.0, 9.0, 9.0), component(0.0, -9.0, -9.0)];
    assert!(log_likelihood(&good, &data) > log_likelihood(&bad, &data));
    check!(log_likelihood(&good, const &data));
}

sample_struct!(Component ComponentTangent { logit, mean, log_sd });
