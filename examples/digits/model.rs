//! The network: 64 pixels, 32 hidden units with tanh, 10 scores; and the loss that training brings down.

use grad_runtime::nalgebra::{SMatrix, SVector};
use grad_runtime::prelude::*;
use serde::{Deserialize, Serialize};

use crate::data::{CLASSES, Image, PIXELS, Sample};
use crate::random::Random;

/// Units in the hidden layer.
pub const HIDDEN: usize = 32;

/// Weights and biases: `w * input + b`.
#[derive(Clone, Debug, PartialEq, Differentiable, Serialize, Deserialize)]
pub struct Layer<const IN: usize, const OUT: usize> {
    pub w: SMatrix<f64, OUT, IN>,
    pub b: SVector<f64, OUT>,
}

/// The parameters. Gradients have the same fields, in a [`NetworkTangent`].
#[derive(Clone, Debug, PartialEq, Differentiable, Serialize, Deserialize)]
pub struct Network {
    pub hidden: Layer<PIXELS, HIDDEN>,
    pub output: Layer<HIDDEN, CLASSES>,
}

impl<const IN: usize, const OUT: usize> Layer<IN, OUT> {
    /// Random weights, wide enough to keep the signal's variance (Glorot and Bengio, 2010), and biases of zero.
    #[expect(clippy::cast_precision_loss, reason = "layers are small")]
    fn random(random: &mut Random) -> Self {
        let limit = (6.0 / (IN + OUT) as f64).sqrt();
        Self { w: SMatrix::from_fn(|_, _| random.within(limit)), b: SVector::zeros() }
    }
}

impl Network {
    /// Where training starts.
    pub fn random(random: &mut Random) -> Self {
        Self { hidden: Layer::random(random), output: Layer::random(random) }
    }

    /// The loss of one sample.
    pub fn loss(&self, sample: &Sample) -> f64 {
        loss(self, &sample.pixels, sample.label)
    }

    /// The loss of one sample, whose gradient is added to `gradient`.
    pub fn add_gradient(&self, sample: &Sample, gradient: &mut NetworkTangent) -> f64 {
        loss::grad_into(self, &sample.pixels, sample.label, gradient)
    }

    /// The digit with the highest score.
    pub fn predict(&self, sample: &Sample) -> usize {
        scores(self, &sample.pixels).imax()
    }
}

/// One score for each digit.
#[differentiable(wrt(network))]
fn scores(network: &Network, pixels: &Image) -> SVector<f64, CLASSES> {
    let sums: SVector<f64, HIDDEN> = network.hidden.w * pixels + network.hidden.b;
    network.output.w * sums.map(f64::tanh) + network.output.b
}

/// The cross-entropy of the scores' softmax with the label: how surprised the network is by it. The largest score is taken
/// out of the exponentials first, so that none overflows.
#[differentiable(wrt(network))]
fn loss(network: &Network, pixels: &Image, label: usize) -> f64 {
    let scores: SVector<f64, CLASSES> = scores(network, pixels);
    let max: f64 = stop_gradient(scores.max());
    let sum: f64 = scores.map(|score| (score - max).exp()).sum();
    max + sum.ln() - scores[label]
}
