//! Speech and genes: the forward algorithm of a hidden Markov model, rescaled at every step.

use grad_runtime::prelude::*;

/// Softmax of a row of scores.
#[differentiable]
fn softmax(scores: &[f64]) -> Vec<f64> {
    let largest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exps: Vec<f64> = scores.iter().map(|s| (s - largest).exp()).collect();
    let total: f64 = exps.iter().sum();
    exps.into_iter().map(|e| e / total).collect()
}

/// The log-probability of the symbols; scores of transitions are `states * states`, of emissions `states * symbols`, row by row.
#[differentiable]
fn log_probability(
    initial: &[f64],
    transition: &[f64],
    emission: &[f64],
    symbols: usize,
    #[constant] observed: &[usize],
) -> f64 {
    let n = initial.len();
    let start = softmax(initial);
    let a: Vec<Vec<f64>> = transition.chunks(n).map(|row| softmax(row)).collect();
    let b: Vec<Vec<f64>> = emission.chunks(symbols).map(|row| softmax(row)).collect();

    let mut alpha: Vec<f64> = (0..n).map(|i| start[i] * b[i][observed[0]]).collect();
    let mut log_prob = 0.0;
    for &symbol in &observed[1..] {
        let scale: f64 = alpha.iter().sum();
        log_prob += scale.ln();
        let mut next = vec![0.0; n];
        for j in 0..n {
            for i in 0..n {
                next[j] += alpha[i] / scale * a[i][j];
            }
            next[j] *= b[j][symbol];
        }
        alpha = next;
    }
    log_prob + alpha.iter().sum::<f64>().ln()
}

#[test]
fn two_coins() {
    let (initial, transition, emission) = ([0.2, -0.1], [1.0, -0.5, 0.3, 0.8], [0.9, 0.1, -0.7, 0.4]);
    let observed = [0, 1, 1, 0, 0, 1];
    let mut total = 0.0;
    for code in 0..8 {
        total +=
            log_probability(&initial, &transition, &emission, 2, &[code & 1, code >> 1 & 1, code >> 2]).exp();
    }
    assert!((total - 1.0).abs() < 1e-12);
    check!(log_probability(&initial, &transition, &emission, const 2, const &observed));
    check_map!(softmax(&[0.3, -1.2, 2.0]));
}
