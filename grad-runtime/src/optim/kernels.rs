//! The formulas of the updates, one plain function of numbers each.
//!
//! Everything around them (finding the leaves, the loops, the checks) is elsewhere; these are what has a derivative.

use crate::Real;

/// A step against a direction: `w - lr · e`.
#[inline]
pub(crate) fn descend<T: Real>(w: T, e: T, lr: T) -> T {
    w - lr * e
}

/// An exponential moving average: `beta · average + (1 - beta) · x`, with `rest = 1 - beta`.
#[inline]
pub(crate) fn average<T: Real>(average: T, x: T, beta: T, rest: T) -> T {
    beta * average + rest * x
}

/// Adam's direction: `alpha · m / (√v + epsilon)`.
#[inline]
pub(crate) fn adam_direction<T: Real>(m: T, v: T, alpha: T, epsilon: T) -> T {
    alpha * m / (v.sqrt() + epsilon)
}

/// The direction of Adam with both moments already corrected: `m / (√(v + root) + epsilon)`.
#[inline]
pub(crate) fn corrected_direction<T: Real>(m: T, v: T, root: T, epsilon: T) -> T {
    m / ((v + root).sqrt() + epsilon)
}

/// LARS's factor of the learning rate for a leaf: `‖w‖ / (‖g‖ + tiny)`, over `‖w‖ · decay` where there is a decay.
///
/// With a decay the norm of the weights cancels. It is left out rather than divided by itself, so that weights that are
/// all zero take a step instead of becoming NaN.
#[inline]
pub(crate) fn lars_ratio<T: Real>([w_norm, g_norm]: [T; 2], decay: T, tiny: T) -> T {
    let zero = T::from_f64(0.0);
    if decay > zero { T::from_f64(1.0) / (decay * (g_norm + tiny)) } else { w_norm / (g_norm + tiny) }
}

/// LAMB's trust ratio for a leaf: `‖w‖ / (‖delta‖ + tiny)`, at most `most`; NaN stays NaN.
#[inline]
pub(crate) fn trust_ratio<T: Real>([w_norm, delta_norm]: [T; 2], most: T, tiny: T) -> T {
    let ratio = w_norm / (delta_norm + tiny);
    if ratio > most { most } else { ratio }
}

/// The trust ratio of the published LAMB and LARS: `coefficient · ‖w‖ / (‖d‖ + epsilon)`, and 1 where either norm is 0.
#[inline]
pub(crate) fn published_ratio<T: Real>([w_norm, d_norm]: [T; 2], coefficient: T, epsilon: T) -> T {
    let zero = T::from_f64(0.0);
    if w_norm == zero || d_norm == zero {
        T::from_f64(1.0)
    } else {
        coefficient * w_norm / (d_norm + epsilon)
    }
}

/// The sign: 1, -1, or the zero or NaN that it was given.
#[inline]
pub(crate) fn sign<T: Real>(x: T) -> T {
    let zero = T::from_f64(0.0);
    if x > zero {
        T::from_f64(1.0)
    } else if x < zero {
        T::from_f64(-1.0)
    } else {
        x
    }
}
