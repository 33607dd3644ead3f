//! Meta-learning (MAML; C. Finn, P. Abbeel, S. Levine, 2017) on sine waves: the weights of a small network are trained such that
//! one step of gradient descent on five points of a wave that was never seen before fits it.
//!
//! The inner step takes a gradient, and the outer gradient goes through it: `loss::grad` is called in a differentiable function.
//!
//! ```text
//! cargo run --release --example maml
//! ```

use std::f64::consts::PI;

use grad_runtime::prelude::*;

#[allow(dead_code, reason = "there is nothing to shuffle here")]
#[path = "digits/random.rs"]
mod random;
use random::Random;

const HIDDEN: usize = 20;
/// Two hidden layers: weights and biases of each, then those of the result.
const WEIGHTS: usize = 2 * HIDDEN + (HIDDEN + 1) * HIDDEN + HIDDEN + 1;
const SHOTS: usize = 5;
const RATE: f64 = 0.02;
const TASKS_PER_STEP: usize = 10;
const STEPS: usize = 3000;

/// The mean squared error of the network with the weights `w` at the points (x, y).
#[differentiable(order = 2, wrt(w))]
fn loss(w: &[f64; WEIGHTS], x: &[f64; SHOTS], y: &[f64; SHOTS]) -> f64 {
    let mut total = 0.0;
    for shot in 0..SHOTS {
        let mut first = [0.0; HIDDEN];
        for i in 0..HIDDEN {
            first[i] = (w[i] * x[shot] + w[HIDDEN + i]).tanh();
        }
        let mut guess = w[WEIGHTS - 1];
        for i in 0..HIDDEN {
            let row = 2 * HIDDEN + i * (HIDDEN + 1);
            let mut z = w[row + HIDDEN];
            for j in 0..HIDDEN {
                z += w[row + j] * first[j];
            }
            guess += w[WEIGHTS - 1 - HIDDEN + i] * z.tanh();
        }
        total += (guess - y[shot]).powi(2);
    }
    total / SHOTS as f64
}

/// The weights after one step of gradient descent on the points.
fn adapted(w: &[f64; WEIGHTS], x: &[f64; SHOTS], y: &[f64; SHOTS]) -> [f64; WEIGHTS] {
    let gradient = loss::grad(w, x, y);
    std::array::from_fn(|i| w[i] - RATE * gradient[i])
}

/// The loss at other points of the wave, after the step on the first ones.
#[differentiable(wrt(w))]
fn loss_after_step(
    w: &[f64; WEIGHTS],
    x: &[f64; SHOTS],
    y: &[f64; SHOTS],
    other_x: &[f64; SHOTS],
    other_y: &[f64; SHOTS],
) -> f64 {
    let gradient: [f64; WEIGHTS] = loss::grad(w, x, y);
    let mut new = *w;
    for i in 0..WEIGHTS {
        new[i] -= RATE * gradient[i];
    }
    loss(&new, other_x, other_y)
}

/// A wave to learn.
struct Wave {
    amplitude: f64,
    phase: f64,
}

impl Wave {
    fn new(random: &mut Random) -> Self {
        Self { amplitude: 2.55 + random.within(2.45), phase: PI * (0.5 + random.within(0.5)) }
    }

    /// Some of its points.
    fn points(&self, random: &mut Random) -> ([f64; SHOTS], [f64; SHOTS]) {
        let x: [f64; SHOTS] = std::array::from_fn(|_| random.within(5.0));
        (x, x.map(|x| self.amplitude * (x - self.phase).sin()))
    }
}

fn initial_weights(random: &mut Random) -> [f64; WEIGHTS] {
    std::array::from_fn(|i| random.within(if i < 2 * HIDDEN { 1.0 } else { 0.4 }))
}

/// Trains the weights for waves in general.
fn meta_train(w: &mut [f64; WEIGHTS], random: &mut Random) -> Result<(), Box<dyn std::error::Error>> {
    let mut adam = Adam::new(2e-3);
    for _ in 0..STEPS {
        let mut gradient = [0.0; WEIGHTS];
        for _ in 0..TASKS_PER_STEP {
            let wave = Wave::new(random);
            let ((x, y), (other_x, other_y)) = (wave.points(random), wave.points(random));
            loss_after_step::grad_into(w, &x, &y, &other_x, &other_y, &mut gradient);
        }
        gradient.iter_mut().for_each(|slope| *slope /= TASKS_PER_STEP as f64);
        adam.step(w, &gradient)?;
    }
    Ok(())
}

/// The mean loss on new waves, after one step on five points of each.
fn mean_loss(w: &[f64; WEIGHTS], random: &mut Random) -> f64 {
    const WAVES: usize = 500;
    let one = |_| {
        let wave = Wave::new(random);
        let ((x, y), (other_x, other_y)) = (wave.points(random), wave.points(random));
        loss(&adapted(w, &x, &y), &other_x, &other_y)
    };
    (0..WAVES).map(one).sum::<f64>() / WAVES as f64
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut random = Random::new(1);
    let untrained = initial_weights(&mut random);
    let mut trained = untrained;
    meta_train(&mut trained, &mut random)?;
    let before = mean_loss(&untrained, &mut Random::new(2));
    let after = mean_loss(&trained, &mut Random::new(2));
    println!(
        "loss on new waves after one step from the untrained start {before:.3}, from the trained one {after:.3}"
    );
    println!("better by a factor of {:.1}", before / after);
    assert!(before / after > 3.0, "the trained start has to be better by a factor of 3 at least");
    Ok(())
}
