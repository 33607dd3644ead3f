//! Small functions, one for each thing that has to work without an allocator besides the two big models.

use grad_runtime::nalgebra::{SMatrix, SVector};
use grad_runtime::prelude::*;

/// Scalars, generic ones at that.
#[differentiable]
#[must_use]
pub fn logistic<T: Real>(x: T, steepness: T) -> T {
    T::one() / (T::one() + (-steepness * x).exp())
}

/// A loop whose count is known at run time only, and that needs nothing of its iterations.
#[differentiable]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a firmware has no 2^24 samples")]
pub fn mean_square(gain: f32, #[constant] samples: &[f32]) -> f32 {
    let mut total = 0.0;
    for &sample in samples {
        let error = gain * sample - 1.0;
        total += error * error;
    }
    total / samples.len() as f32
}

/// Matrices whose sizes are known.
#[differentiable]
#[must_use]
pub fn distance(x: &SVector<f32, 3>, metric: &SMatrix<f32, 3, 3>) -> f32 {
    x.dot(&(metric * x)).sqrt()
}

/// What a motor does with a demand.
#[derive(Clone, Copy, Debug, Differentiable, PartialEq)]
pub enum Motor {
    /// Nothing.
    Off,
    /// It follows the demand up to a limit, smoothly.
    Saturating {
        /// The gain at zero.
        gain: f32,
        /// The limit.
        limit: f32,
    },
}

/// An enum with data, and a branch on which variant it is.
#[differentiable]
#[must_use]
pub fn torque(motor: &Motor, demand: f32) -> f32 {
    match motor {
        Motor::Off => 0.0,
        Motor::Saturating { gain, limit } => limit * (gain * demand / limit).tanh(),
    }
}
