//! The network: 64 pixels, 32 hidden units with tanh, 10 scores; and the loss that training brings down.

use grad_runtime::prelude::*;

use crate::data::{CLASSES, PIXELS, Sample};
use crate::random::Random;

/// Units in the hidden layer.
pub const HIDDEN: usize = 32;

/// The parameters. Gradients and the optimizer's averages have the same shape.
#[derive(Clone)]
pub struct Network {
    pub w1: [[f64; PIXELS]; HIDDEN],
    pub b1: [f64; HIDDEN],
    pub w2: [[f64; HIDDEN]; CLASSES],
    pub b2: [f64; CLASSES],
}

impl Network {
    /// All parameters zero: where gradients and averages start.
    pub const ZERO: Self = Self {
        w1: [[0.0; PIXELS]; HIDDEN],
        b1: [0.0; HIDDEN],
        w2: [[0.0; HIDDEN]; CLASSES],
        b2: [0.0; CLASSES],
    };

    /// Random weights, wide enough to keep the signal's variance (Glorot and Bengio, 2010), and biases of zero.
    #[expect(clippy::cast_precision_loss, reason = "layers are small")]
    pub fn random(random: &mut Random) -> Self {
        let mut network = Self::ZERO;
        let limit = |inputs: usize, outputs: usize| (6.0 / (inputs + outputs) as f64).sqrt();
        network.w1.as_flattened_mut().fill_with(|| random.within(limit(PIXELS, HIDDEN)));
        network.w2.as_flattened_mut().fill_with(|| random.within(limit(HIDDEN, CLASSES)));
        network
    }

    /// All parameters, array after array.
    pub fn values(&self) -> impl Iterator<Item = &f64> {
        let w1 = self.w1.as_flattened().iter();
        w1.chain(&self.b1).chain(self.w2.as_flattened()).chain(&self.b2)
    }

    /// All parameters, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut f64> {
        let w1 = self.w1.as_flattened_mut().iter_mut();
        w1.chain(&mut self.b1).chain(self.w2.as_flattened_mut()).chain(&mut self.b2)
    }

    /// The loss of one sample.
    pub fn loss(&self, sample: &Sample) -> f64 {
        loss(&self.w1, &self.b1, &self.w2, &self.b2, &sample.pixels, sample.label)
    }

    /// The loss of one sample, whose gradient is added to `gradient`.
    pub fn add_gradient(&self, sample: &Sample, gradient: &mut Self) -> f64 {
        let Self { w1, b1, w2, b2 } = gradient;
        loss::grad_into(&self.w1, &self.b1, &self.w2, &self.b2, &sample.pixels, sample.label, w1, b1, w2, b2)
    }

    /// The digit with the highest score.
    pub fn predict(&self, sample: &Sample) -> usize {
        let scores = scores(&self.w1, &self.b1, &self.w2, &self.b2, &sample.pixels);
        (0..CLASSES).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap_or(0)
    }
}

/// One score for each digit.
#[differentiable(wrt(w1, b1, w2, b2))]
fn scores(
    w1: &[[f64; PIXELS]; HIDDEN],
    b1: &[f64; HIDDEN],
    w2: &[[f64; HIDDEN]; CLASSES],
    b2: &[f64; CLASSES],
    pixels: &[f64; PIXELS],
) -> [f64; CLASSES] {
    let mut hidden = [0.0; HIDDEN];
    for i in 0..HIDDEN {
        let mut sum = b1[i];
        for j in 0..PIXELS {
            sum += w1[i][j] * pixels[j];
        }
        hidden[i] = sum.tanh();
    }
    let mut scores = [0.0; CLASSES];
    for k in 0..CLASSES {
        let mut sum = b2[k];
        for i in 0..HIDDEN {
            sum += w2[k][i] * hidden[i];
        }
        scores[k] = sum;
    }
    scores
}

/// The logarithm of the sum of exponentials; the largest score is taken out first, so that none overflows.
#[differentiable]
fn log_sum_exp(scores: &[f64; CLASSES]) -> f64 {
    let mut max = scores[0];
    for &score in scores {
        max = max.max(score);
    }
    let mut sum = 0.0;
    for &score in scores {
        sum += (score - max).exp();
    }
    max + sum.ln()
}

/// The cross-entropy of the scores' softmax with the label: how surprised the network is by it.
#[differentiable(wrt(w1, b1, w2, b2))]
fn loss(
    w1: &[[f64; PIXELS]; HIDDEN],
    b1: &[f64; HIDDEN],
    w2: &[[f64; HIDDEN]; CLASSES],
    b2: &[f64; CLASSES],
    pixels: &[f64; PIXELS],
    label: usize,
) -> f64 {
    let scores = scores(w1, b1, w2, b2, pixels);
    log_sum_exp(&scores) - scores[label]
}
