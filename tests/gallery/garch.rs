//! Econometrics: the likelihood of a GARCH(1,1) model with an autoregressive mean.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Garch {
    mu: f64,
    phi: f64,
    omega: f64,
    alpha: f64,
    beta: f64,
}

fn variance(x: &[f64]) -> f64 {
    let mean = x.iter().sum::<f64>() / x.len() as f64;
    x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (x.len() - 1) as f64
}

#[differentiable]
fn negative_log_likelihood(model: &Garch, #[constant] returns: &[f64]) -> f64 {
    let &Garch { mu, phi, omega, alpha, beta } = model;
    let mut h = variance(returns);
    let mut shock = 0.0;
    let mut total = 0.0;
    for t in 1..returns.len() {
        h = omega + alpha * shock * shock + beta * h;
        if h <= 0.0 {
            return f64::INFINITY;
        }
        shock = returns[t] - mu - phi * returns[t - 1];
        total += 0.5 * (h.ln() + shock * shock / h);
    }
    total
}

#[test]
fn daily_returns() {
    let returns = [0.01, -0.02, 0.005, 0.03, -0.025, 0.0, 0.012, -0.008];
    let model = Garch { mu: 0.001, phi: 0.05, omega: 1e-4, alpha: 0.2, beta: 0.6 };
    assert!(negative_log_likelihood(&model, &returns) < 0.0);
    assert_eq!(negative_log_likelihood(&Garch { omega: -1.0, ..model }, &returns), f64::INFINITY);
    check!(negative_log_likelihood(&model, const &returns));
}

sample_struct!(Garch GarchTangent { mu, phi, omega, alpha, beta });
