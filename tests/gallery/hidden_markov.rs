//! Speech: how likely a sequence of sounds is under a hidden Markov model, by the forward algorithm.

use grad_runtime::prelude::*;

#[derive(Clone, Debug, Differentiable)]
struct Model {
    start: Vec<f64>,
    transition: Vec<Vec<f64>>,
    emission: Vec<Vec<f64>>,
}

#[differentiable]
fn softmax(logits: &[f64]) -> Vec<f64> {
    let top = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logits.iter().map(|l| (l - top).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|w| w / total).collect()
}

/// The logarithm of the probability; `None` for an unknown sound.
#[differentiable]
fn log_likelihood(model: &Model, #[constant] sounds: &[usize]) -> Option<f64> {
    let states = model.start.len();
    let transition: Vec<Vec<f64>> = model.transition.iter().map(|row| softmax(row)).collect();
    let emission: Vec<Vec<f64>> = model.emission.iter().map(|row| softmax(row)).collect();
    if sounds.iter().any(|&s| s >= emission[0].len()) {
        return None;
    }
    let (first, rest) = (*sounds.first()?, &sounds[1..]);
    let mut alpha = softmax(&model.start);
    for (state, a) in alpha.iter_mut().enumerate() {
        *a *= emission[state][first];
    }
    let mut log = 0.0;
    for &sound in rest {
        let scale: f64 = alpha.iter().sum();
        log += scale.ln();
        let mut next = vec![0.0; states];
        for (to, value) in next.iter_mut().enumerate() {
            let reached: f64 = alpha.iter().zip(&transition).map(|(a, row)| a * row[to]).sum();
            *value = reached / scale * emission[to][sound];
        }
        alpha = next;
    }
    Some(log + alpha.iter().sum::<f64>().ln())
}

#[test]
fn a_word() {
    let model = Model {
        start: vec![0.2, -0.1],
        transition: vec![vec![0.5, 0.1], vec![-0.3, 0.4]],
        emission: vec![vec![0.1, 0.3, -0.2], vec![0.6, -0.5, 0.0]],
    };
    assert!(log_likelihood(&model, &[0, 3]).is_none());
    #[differentiable]
    fn known(model: &Model) -> f64 {
        log_likelihood(model, &[0, 2, 1, 1]).unwrap()
    }
    check!(known(&model));
}

sample_struct!(Model ModelTangent { start, transition, emission });
