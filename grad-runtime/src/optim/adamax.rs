//! Adamax.

use super::adamw::correction;
use super::kernels::{average, descend};
use super::rule::update_rule;
use super::sweep::sweep;
use crate::Real;

/// The options of Adamax, Adam with a decaying greatest gradient in place of the second moment:
///
/// ```text
/// m' = beta1·m + (1 - beta1)·g        n' = max(beta2·n, |g| + epsilon)
/// w' = w - lr·(m' / (1 - beta1^t)) / n'
/// ```
///
/// Two states, `m` and `n`. The method is algorithm 2 of Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015).
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let (w, [_, n]) = AdamaxOptions::default().update([1.0_f64], &[2.0], &0.5, [[0.0]; 2], 1)?;
/// assert!((w[0] - 0.5).abs() < 1e-8 && (n[0] - 2.0).abs() < 1e-7);
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AdamaxOptions {
    /// The decay of the average of the gradients, in 0..1.
    pub beta1: f64,
    /// The decay of the greatest gradient, in 0..1.
    pub beta2: f64,
    /// What keeps the denominator from 0.
    pub epsilon: f64,
}

impl Default for AdamaxOptions {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

/// The names of the states in errors.
const STATES: [&str; 2] = ["first moment", "infinity norm"];

update_rule!(AdamaxOptions<2>, STATES; |options, operands, states, t, real| {
    let (beta1, rest1) = (real(options.beta1), real(1.0 - options.beta1));
    let (beta2, epsilon) = (real(options.beta2), real(options.epsilon));
    let scale = real(correction(options.beta1, t));
    sweep(operands, states, STATES, |leaf| {
        leaf.each(|w, g, lr, [m, n]| {
            let m = average(m, g, beta1, rest1);
            let (kept, new) = (beta2 * n, Real::abs(g) + epsilon);
            let n = if kept >= new { kept } else { new };
            (descend(w, m * scale / n, lr), [m, n])
        });
    })
});
