//! Statistics: the deviance of a Poisson regression with exposures.

use grad_runtime::prelude::*;

#[derive(Clone, Debug)]
struct Observation {
    x: [f64; 3],
    exposure: f64,
    count: u32,
}

fn log_factorial(n: u32) -> f64 {
    (1..=n).map(|k| f64::from(k).ln()).sum()
}

#[differentiable]
fn negative_log_likelihood(beta: &[f64; 3], #[constant] observations: &[Observation]) -> f64 {
    let mut total = 0.0;
    for Observation { x, exposure, count } in observations {
        let eta = x.iter().zip(beta).fold(exposure.ln(), |eta, (x, b)| eta + x * b);
        total += eta.exp() - f64::from(*count) * eta + log_factorial(*count);
    }
    total
}

#[differentiable]
fn deviance(beta: &[f64; 3], #[constant] observations: &[Observation]) -> f64 {
    observations
        .iter()
        .map(|o| {
            let mu = o.exposure * (0..3).map(|k| o.x[k] * beta[k]).sum::<f64>().exp();
            let y = o.count as f64;
            let log_ratio = if o.count == 0 { 0.0 } else { y * (y / mu).ln() };
            2.0 * (log_ratio - (y - mu))
        })
        .sum()
}

#[test]
fn counts() {
    let observations = [
        Observation { x: [1.0, 0.2, -0.5], exposure: 2.0, count: 3 },
        Observation { x: [1.0, -0.7, 0.1], exposure: 1.0, count: 0 },
        Observation { x: [1.0, 1.4, 0.9], exposure: 0.5, count: 2 },
        Observation { x: [1.0, 0.0, 0.3], exposure: 3.0, count: 5 },
    ];
    let beta = [0.4, 0.3, -0.1];
    assert!(deviance(&beta, &observations) > 0.0);
    let (a, b) = (deviance::grad(&beta, &observations), negative_log_likelihood::grad(&beta, &observations));
    assert!(
        a.iter().zip(b).all(|(a, b)| (a - 2.0 * b).abs() < 1e-12),
        "the deviance is twice the log-likelihood but for a constant"
    );
    check!(deviance(&beta, const &observations));
    check!(negative_log_likelihood(&beta, const &observations));
}
