//! LAMB in its published form.

use super::adam::MOMENTS;
use super::adamw::{AdamWOptions, CorrectedStep};
use super::kernels::{descend, published_ratio};
use super::lamb::norms_with_moments;
use super::rule::update_rule;
use super::sweep::sweep;

/// The options of LAMB in its published form, whose weight decay is part of the direction:
///
/// ```text
/// d  = m^ / (√v^ + epsilon) + weight_decay·w     with AdamW's corrected moments
/// w' = w - lr·(‖w‖ / ‖d‖)·d                      norms over the leaf; the ratio is 1 where either is 0
/// ```
///
/// Two states, the moments. The method is algorithm 2 of You et al., "Large Batch Optimization for Deep Learning" (2020), with the
/// identity for its φ. [`LambOptions`](super::LambOptions) has a limit on the ratio and another use of the decay.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let (w, _) = LambWOptions::default().update([3.0_f64, 4.0], &[1.0, 1.0], &0.1, [[0.0; 2]; 2], 1)?;
/// assert!((w[0] - (3.0 - 0.5 / 2.0_f64.sqrt())).abs() < 1e-9); // a step of lr·‖w‖, shared by two elements
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LambWOptions {
    /// The decay of the average of the gradients, in 0..1.
    pub beta1: f64,
    /// The decay of the average of the squared gradients, in 0..1.
    pub beta2: f64,
    /// What keeps the denominator from 0.
    pub epsilon: f64,
    /// How much of the weights is added to the direction.
    pub weight_decay: f64,
}

impl Default for LambWOptions {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-6, weight_decay: 0.0 }
    }
}

update_rule!(LambWOptions<2>, MOMENTS; |options, operands, states, t, real| {
    let LambWOptions { beta1, beta2, epsilon, weight_decay } = *options;
    let adam = AdamWOptions { beta1, beta2, epsilon, weight_decay, ..AdamWOptions::default() };
    let step = CorrectedStep::new(&adam, t);
    let (one, zero) = (real(1.0), real(0.0));
    sweep(operands, states, MOMENTS, |mut leaf| {
        let norms = norms_with_moments(&mut leaf, |g, s| step.moments(g, s), |w, s| step.decayed(w, zero, s));
        let ratio = published_ratio(norms, one, zero);
        leaf.each(|w, _, lr, moments| (descend(w, step.decayed(w, zero, moments), ratio * lr), moments));
    })
});
