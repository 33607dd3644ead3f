//! `AMSGrad`.

use super::adamw::{AdamWOptions, CorrectedStep};
use super::kernels::descend;
use super::rule::update_rule;
use super::sweep::sweep;

/// The options of `AMSGrad`, which is Adam with the greatest second moment so far:
///
/// ```text
/// m, v as Adam's      top' = max(top, v' / (1 - beta2^t))
/// w' = w - lr·(m' / (1 - beta1^t)) / (√top' + epsilon)
/// ```
///
/// Three states: both moments and the greatest corrected second moment. The method is that of Reddi, Kale and Kumar, "On the
/// Convergence of Adam and Beyond" (2018), with bias correction.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let (w, [_, _, top]) = AmsGradOptions::default().update([1.0_f64], &[2.0], &0.5, [[0.0]; 3], 1)?;
/// assert!((w[0] - 0.5).abs() < 1e-8 && (top[0] - 4.0).abs() < 1e-9);
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AmsGradOptions {
    /// The decay of the average of the gradients, in 0..1.
    pub beta1: f64,
    /// The decay of the average of the squared gradients, in 0..1.
    pub beta2: f64,
    /// What keeps the denominator from 0.
    pub epsilon: f64,
}

impl Default for AmsGradOptions {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

/// The names of the states in errors.
const STATES: [&str; 3] = ["first moment", "second moment", "greatest second moment"];

update_rule!(AmsGradOptions<3>, STATES; |options, operands, states, t, _| {
    let AmsGradOptions { beta1, beta2, epsilon } = *options;
    let adam = AdamWOptions { beta1, beta2, epsilon, weight_decay: 0.0, ..AdamWOptions::default() };
    let step = CorrectedStep::new(&adam, t);
    sweep(operands, states, STATES, |leaf| {
        leaf.each(|w, g, lr, [m, v, top]| {
            let [m, v] = step.moments(g, [m, v]);
            let corrected = v * step.v_scale;
            // Written so that a NaN moment takes the place of a number and isn't hidden by it.
            let top = if top >= corrected { top } else { corrected };
            (descend(w, step.direction(g, m, top), lr), [m, v, top])
        });
    })
});
