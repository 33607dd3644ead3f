//! Lion.

use super::kernels::{average, descend, sign};
use super::rule::update_rule;
use super::sweep::sweep;

/// The options of Lion, which steps along the sign of an average:
///
/// ```text
/// c  = beta1·m + (1 - beta1)·g        m' = beta2·m + (1 - beta2)·g
/// w' = w - lr·(sign(c) + weight_decay·w)
/// ```
///
/// One state, the average `m`; the sign of 0 is 0. The method is that of Chen et al., "Symbolic Discovery of Optimization
/// Algorithms" (2023).
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let rule = LionOptions { weight_decay: 0.0, ..LionOptions::default() };
/// let (w, _) = rule.update([1.0, 1.0, 1.0], &[3.0, -0.1, 0.0], &0.5, [[0.0; 3]], 1)?;
/// assert_eq!(w, [0.5, 1.5, 1.0]);
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LionOptions {
    /// The weight of the average in the direction, in 0..1.
    pub beta1: f64,
    /// The decay of the average, in 0..1.
    pub beta2: f64,
    /// How much of the weights a step takes away, times the learning rate.
    pub weight_decay: f64,
}

impl Default for LionOptions {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.99, weight_decay: 1e-3 }
    }
}

update_rule!(LionOptions<1>, ["average of gradients"]; |options, operands, states, _, real| {
    let (beta1, rest1) = (real(options.beta1), real(1.0 - options.beta1));
    let (beta2, rest2) = (real(options.beta2), real(1.0 - options.beta2));
    let decay = real(options.weight_decay);
    sweep(operands, states, ["average of gradients"], |leaf| {
        leaf.each(|w, g, lr, [m]| {
            let direction = sign(average(m, g, beta1, rest1)) + decay * w;
            (descend(w, direction, lr), [average(m, g, beta2, rest2)])
        });
    })
});
