//! `RMSProp`.

use super::kernels::average;
use super::rule::update_rule;
use super::sweep::sweep;
use crate::Real;

/// The options of `RMSProp`, gradients over the root of their decaying mean square:
///
/// ```text
/// v' = decay·v + (1 - decay)·g²       centered: also mean' = decay·mean + (1 - decay)·g, and v' - mean'² below
/// d  = g / √(v' + epsilon)            epsilon_in_root = false: g / (√v' + epsilon)
/// trace' = lr·d + momentum·trace
/// w' = w - trace'                     nesterov: w - (lr·d + momentum·trace')
/// ```
///
/// Three states: the mean square, the mean and the trace. The method is that of Tieleman and Hinton's lecture 6.5, "rmsprop" (2012);
/// centering is Graves's, "Generating Sequences with Recurrent Neural Networks" (2013).
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let rule = RmsPropOptions { decay: 0.75, ..RmsPropOptions::default() };
/// let (w, [v, _, _]) = rule.update([1.0_f64], &[2.0], &0.25, [[0.0]; 3], 1)?;
/// assert!((w[0] - 0.5).abs() < 1e-8 && v[0] == 1.0);
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RmsPropOptions {
    /// The decay of the averages, in 0..1.
    pub decay: f64,
    /// What keeps the denominator from 0.
    pub epsilon: f64,
    /// Whether `epsilon` is added under the root, or to the root.
    pub epsilon_in_root: bool,
    /// The mean square before the first step.
    pub initial_scale: f64,
    /// Whether the variance of the gradients takes the place of their mean square.
    pub centered: bool,
    /// How much of the step before is kept, in 0..1.
    pub momentum: f64,
    /// Whether the step looks ahead along the trace.
    pub nesterov: bool,
}

impl Default for RmsPropOptions {
    fn default() -> Self {
        Self {
            decay: 0.9,
            epsilon: 1e-8,
            epsilon_in_root: true,
            initial_scale: 0.0,
            centered: false,
            momentum: 0.0,
            nesterov: false,
        }
    }
}

/// The names of the states in errors.
const STATES: [&str; 3] = ["mean square of gradients", "mean of gradients", "trace"];

update_rule!(RmsPropOptions<3>, STATES, initial |options| [options.initial_scale, 0.0, 0.0]; |options, operands, states, _, real| {
    let (decay, rest) = (real(options.decay), real(1.0 - options.decay));
    let (epsilon, momentum) = (real(options.epsilon), real(options.momentum));
    let RmsPropOptions { epsilon_in_root, centered, nesterov, .. } = *options;
    sweep(operands, states, STATES, |leaf| {
        leaf.each(|w, g, lr, [v, mean, trace]| {
            let v = average(v, g * g, decay, rest);
            let mean = if centered { average(mean, g, decay, rest) } else { mean };
            let spread = if centered { v - mean * mean } else { v };
            let root = if epsilon_in_root { Real::sqrt(spread + epsilon) } else { Real::sqrt(spread) + epsilon };
            let step = lr * (g / root);
            let trace = step + momentum * trace;
            (w - if nesterov { step + momentum * trace } else { trace }, [v, mean, trace])
        });
    })
});
