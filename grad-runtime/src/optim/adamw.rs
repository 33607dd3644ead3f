//! Adam with both moments corrected on their own and decoupled weight decay.

use super::adam::{MOMENTS, power};
use super::kernels::{average, corrected_direction, descend};
use super::rule::update_rule;
use super::sweep::sweep;
use crate::Real;

/// The options of Adam with decoupled weight decay:
///
/// ```text
/// m' = beta1·m + (1 - beta1)·g        m^ = m' / (1 - beta1^t)
/// v' = beta2·v + (1 - beta2)·g²       v^ = v' / (1 - beta2^t)
/// w' = w - lr·(m^ / (√(v^ + epsilon_root) + epsilon) + weight_decay·w)
/// ```
///
/// Two states, the moments. The method is that of Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019); with
/// a `weight_decay` of 0 it is the Adam of the paper's algorithm, with `epsilon` beside the corrected root. `nesterov`
/// takes `m^ = beta1·m' / (1 - beta1^(t+1)) + (1 - beta1)·g / (1 - beta1^t)` (Dozat, "Incorporating Nesterov
/// Momentum into Adam", 2016).
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let plain = AdamWOptions { weight_decay: 0.0, ..AdamWOptions::default() };
/// let (w, [m, v]) = plain.update([1.0_f64], &[2.0], &0.5, [[0.0], [0.0]], 1)?;
/// assert!((w[0] - 0.5).abs() < 1e-8); // the first step is lr, whatever the size of the gradient
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AdamWOptions {
    /// The decay of the average of the gradients, in 0..1.
    pub beta1: f64,
    /// The decay of the average of the squared gradients, in 0..1.
    pub beta2: f64,
    /// What keeps the denominator from 0, added to the root.
    pub epsilon: f64,
    /// What keeps the root's derivative finite, added under the root.
    pub epsilon_root: f64,
    /// How much of the weights a step takes away, times the learning rate.
    pub weight_decay: f64,
    /// Whether the step looks ahead along the first moment.
    pub nesterov: bool,
}

impl Default for AdamWOptions {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            epsilon_root: 0.0,
            weight_decay: 1e-4,
            nesterov: false,
        }
    }
}

/// The numbers of one step, the same for all elements.
#[derive(Clone, Copy)]
pub(super) struct CorrectedStep<T> {
    beta1: T,
    rest1: T,
    beta2: T,
    rest2: T,
    /// What the first moment, the gradient and the second moment are multiplied with in the direction.
    m_scale: T,
    g_scale: T,
    pub(super) v_scale: T,
    root: T,
    epsilon: T,
    decay: T,
}

impl<T: Real> CorrectedStep<T> {
    pub(super) fn new(options: &AdamWOptions, t: u64) -> Self {
        let AdamWOptions { beta1, beta2, epsilon, epsilon_root, weight_decay, nesterov } = *options;
        let (m_scale, g_scale) = if nesterov {
            (beta1 * correction(beta1, t.saturating_add(1)), (1.0 - beta1) * correction(beta1, t))
        } else {
            (correction(beta1, t), 0.0)
        };
        Self {
            beta1: T::from_f64(beta1),
            rest1: T::from_f64(1.0 - beta1),
            beta2: T::from_f64(beta2),
            rest2: T::from_f64(1.0 - beta2),
            m_scale: T::from_f64(m_scale),
            g_scale: T::from_f64(g_scale),
            v_scale: T::from_f64(correction(beta2, t)),
            root: T::from_f64(epsilon_root),
            epsilon: T::from_f64(epsilon),
            decay: T::from_f64(weight_decay),
        }
    }

    /// Both moments after a gradient.
    #[inline]
    pub(super) fn moments(&self, g: T, [m, v]: [T; 2]) -> [T; 2] {
        [average(m, g, self.beta1, self.rest1), average(v, g * g, self.beta2, self.rest2)]
    }

    /// The direction of the step without the decay; `v` is already corrected.
    #[inline]
    pub(super) fn direction(&self, g: T, m: T, v: T) -> T {
        corrected_direction(m * self.m_scale + g * self.g_scale, v, self.root, self.epsilon)
    }

    /// The direction of the step with the decay.
    #[inline]
    pub(super) fn decayed(&self, w: T, g: T, [m, v]: [T; 2]) -> T {
        self.direction(g, m, v * self.v_scale) + self.decay * w
    }
}

/// `1 / (1 - beta^t)`, what corrects an average that started from 0; 0 at step 0, where there is nothing to correct.
pub(super) fn correction(beta: f64, t: u64) -> f64 {
    if t == 0 { 0.0 } else { 1.0 / (1.0 - power(beta, t)) }
}

update_rule!(AdamWOptions<2>, MOMENTS; |options, operands, states, t, _| {
    let step = CorrectedStep::new(options, t);
    sweep(operands, states, MOMENTS, |leaf| {
        leaf.each(|w, g, lr, moments| {
            let moments = step.moments(g, moments);
            (descend(w, step.decayed(w, g, moments), lr), moments)
        });
    })
});
