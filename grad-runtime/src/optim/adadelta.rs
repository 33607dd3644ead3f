//! Adadelta.

use super::kernels::{average, descend};
use super::rule::update_rule;
use super::sweep::sweep;
use crate::Real;

/// The options of Adadelta, which takes the size of its steps from the steps before:
///
/// ```text
/// e_g' = rho·e_g + (1 - rho)·g²       d = g·√(e_x + epsilon) / √(e_g' + epsilon)
/// e_x' = rho·e_x + (1 - rho)·d²       w' = w - lr·d
/// ```
///
/// Two states, `e_g` and `e_x`; the learning rate of the paper is 1. The method is that of Zeiler, "ADADELTA: An Adaptive Learning
/// Rate Method" (2012).
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let (w, _) = AdadeltaOptions::default().update([1.0_f64], &[2.0], &1.0, [[0.0]; 2], 1)?;
/// assert!(w[0] < 1.0);
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AdadeltaOptions {
    /// The decay of both averages, in 0..1.
    pub rho: f64,
    /// What keeps both roots from 0; it also sets the size of the first steps.
    pub epsilon: f64,
}

impl Default for AdadeltaOptions {
    fn default() -> Self {
        Self { rho: 0.9, epsilon: 1e-6 }
    }
}

/// The names of the states in errors.
const STATES: [&str; 2] = ["average of squared gradients", "average of squared steps"];

update_rule!(AdadeltaOptions<2>, STATES; |options, operands, states, _, real| {
    let (rho, rest) = (real(options.rho), real(1.0 - options.rho));
    let epsilon = real(options.epsilon);
    sweep(operands, states, STATES, |leaf| {
        leaf.each(|w, g, lr, [e_g, e_x]| {
            let e_g = average(e_g, g * g, rho, rest);
            let d = g * Real::sqrt(e_x + epsilon) / Real::sqrt(e_g + epsilon);
            (descend(w, d, lr), [e_g, average(e_x, d * d, rho, rest)])
        });
    })
});
