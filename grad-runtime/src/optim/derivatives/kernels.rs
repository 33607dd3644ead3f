//! The formulas of the updates for one element and for one leaf, differentiated by the attribute.
//!
//! They are those of [`super::super::kernels`] in double precision: the value of an update is computed there, its derivative here.

#![allow(dead_code)] // of some of these functions only the derivatives are called

#[cfg(not(feature = "std"))]
use crate::Real as _;
use crate::differentiable;

/// The constants of Adam's formulas in one step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Constants {
    pub(super) beta1: f64,
    pub(super) beta2: f64,
    pub(super) alpha: f64,
    pub(super) epsilon: f64,
}

/// Adam's direction and its moments after a gradient.
///
/// Where gradient and second moment are 0 the root has a kink, like the absolute value, and like there its derivative is 0:
/// a parameter that isn't used gets no NaN.
#[differentiable(crate = crate)]
pub(super) fn adam_element(g: f64, m: f64, v: f64, #[constant] c: Constants) -> (f64, f64, f64) {
    let m_next = c.beta1 * m + (1.0 - c.beta1) * g;
    let v_next = c.beta2 * v + (1.0 - c.beta2) * (g * g);
    let root = if v_next > 0.0 { v_next.sqrt() } else { 0.0 };
    (c.alpha * m_next / (root + c.epsilon), m_next, v_next)
}

/// A step along a direction, with the learning rate of the element and the ratio of the leaf.
#[differentiable(crate = crate)]
pub(super) fn descent_element(w: f64, e: f64, lr: f64, ratio: f64) -> f64 {
    w - ratio * lr * e
}

/// LARS's ratio without a decay.
#[differentiable(crate = crate)]
pub(super) fn lars_plain_ratio(w_norm: f64, g_norm: f64) -> f64 {
    w_norm / (g_norm + 1e-12)
}

/// LARS's ratio with a decay, where the norm of the weights cancels.
#[differentiable(crate = crate)]
pub(super) fn lars_decayed_ratio(g_norm: f64, #[constant] decay: f64) -> f64 {
    1.0 / (decay * (g_norm + 1e-12))
}

/// LAMB's trust ratio; where it's at its limit, it's a constant.
#[differentiable(crate = crate)]
pub(super) fn lamb_ratio(w_norm: f64, d_norm: f64, #[constant] most: f64) -> f64 {
    let ratio = w_norm / (d_norm + 1e-12);
    if ratio > most { most } else { ratio }
}
