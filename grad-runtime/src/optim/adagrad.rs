//! Adagrad.

use super::kernels::descend;
use super::rule::update_rule;
use super::sweep::sweep;
use crate::Real;

/// The options of Adagrad, whose steps get smaller with the sum of the squared gradients:
///
/// ```text
/// s' = s + g²
/// w' = w - lr·g / √(s' + epsilon)     and w' = w where s' is 0
/// ```
///
/// One state, the sum. The method is that of Duchi, Hazan and Singer, "Adaptive Subgradient Methods for Online Learning and
/// Stochastic Optimization" (2011).
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let rule = AdagradOptions { initial_accumulator: 0.0, epsilon: 0.0 };
/// let (w, [s]) = rule.update([1.0, 1.0], &[2.0, 0.0], &0.5, [[0.0; 2]], 1)?;
/// assert_eq!((w, s), ([0.5, 1.0], [4.0, 0.0]));
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AdagradOptions {
    /// The sum before the first step.
    pub initial_accumulator: f64,
    /// What keeps the root from 0, added under it.
    pub epsilon: f64,
}

impl Default for AdagradOptions {
    fn default() -> Self {
        Self { initial_accumulator: 0.1, epsilon: 1e-7 }
    }
}

/// The name of the state in errors.
const STATE: [&str; 1] = ["sum of squared gradients"];

update_rule!(AdagradOptions<1>, STATE, initial |options| [options.initial_accumulator]; |options, operands, states, _, real| {
    let (zero, epsilon) = (real(0.0), real(options.epsilon));
    sweep(operands, states, STATE, |leaf| {
        leaf.each(|w, g, lr, [s]| {
            let s = s + g * g;
            let direction = if s == zero { zero } else { g / Real::sqrt(s + epsilon) };
            (descend(w, direction, lr), [s])
        });
    })
});
