//! LARS in its published form, with momentum.

use super::kernels::published_ratio;
use super::rule::update_rule;
use super::sweep::sweep;
use crate::Real;
use crate::leaves::{lane_sums, norm};

/// The options of LARS with momentum and weight decay:
///
/// ```text
/// d = g + weight_decay·w
/// r = trust_coefficient·‖w‖ / (‖d‖ + epsilon)    norms over the leaf; 1 where either is 0
/// trace' = lr·r·d + momentum·trace
/// w' = w - trace'                                nesterov: w - (lr·r·d + momentum·trace')
/// ```
///
/// One state, the trace, which holds the learning rates of its steps. The method is that of You, Gitman and Ginsburg, "Large
/// Batch Training of Convolutional Networks" (2017).
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let rule = LarsMomentumOptions { trust_coefficient: 1.0, ..LarsMomentumOptions::default() };
/// let (w, _) = rule.update([3.0_f64, 4.0], &[0.0, 2.0], &0.1, [[0.0; 2]], 1)?;
/// assert!((w[1] - 3.5).abs() < 1e-12);
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LarsMomentumOptions {
    /// How much of the trace is kept, in 0..1.
    pub momentum: f64,
    /// Whether the step looks ahead along the trace.
    pub nesterov: bool,
    /// How much of the weights is added to the gradient.
    pub weight_decay: f64,
    /// The size of a step relative to the weights, before the learning rate.
    pub trust_coefficient: f64,
    /// What is added to the norm in the denominator.
    pub epsilon: f64,
}

impl Default for LarsMomentumOptions {
    fn default() -> Self {
        Self { momentum: 0.9, nesterov: false, weight_decay: 0.0, trust_coefficient: 0.001, epsilon: 0.0 }
    }
}

update_rule!(LarsMomentumOptions<1>, ["trace"]; |options, operands, states, _, real| {
    let (momentum, decay) = (real(options.momentum), real(options.weight_decay));
    let (coefficient, epsilon) = (real(options.trust_coefficient), real(options.epsilon));
    let nesterov = options.nesterov;
    sweep(operands, states, ["trace"], |leaf| {
        let ratio = published_ratio(norms_with_decay(leaf.w, leaf.g, decay), coefficient, epsilon);
        leaf.each(|w, g, lr, [trace]| {
            let step = lr * ratio * (g + decay * w);
            let trace = step + momentum * trace;
            (w - if nesterov { step + momentum * trace } else { trace }, [trace])
        });
    })
});

/// The norms of the weights and of `g + decay·w`.
fn norms_with_decay<T: Real>(w: &[T], g: &[T], decay: T) -> [T; 2] {
    let d = |i: usize| g[i] + decay * w[i];
    let [w_sum, d_sum] = lane_sums(w.len(), |i| [w[i] * w[i], d(i) * d(i)]);
    [norm(w_sum, || w.iter().copied()), norm(d_sum, || (0..w.len()).map(d))]
}
