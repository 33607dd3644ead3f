//! Limits on gradients.

use crate::Real;
use crate::leaves::{self, LeavesMut};

/// A limit on gradients before they are used.
///
/// ```
/// use grad_runtime::optim::Clip;
///
/// let mut gradients = ([3.0, -4.0], 0.0);
/// Clip::GlobalNorm(1.0).apply(&mut gradients);
/// assert_eq!(gradients, ([0.6, -0.8], 0.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum Clip {
    /// Every element is clamped to plus and minus this number, see [`clip_by_value`].
    Value(f64),
    /// All elements are scaled so that their common 2-norm is at most this number, see [`clip_by_global_norm`].
    GlobalNorm(f64),
}

impl Clip {
    /// Applies the limit in place.
    pub fn apply<G: LeavesMut + ?Sized>(self, gradients: &mut G) {
        match self {
            Self::Value(limit) => clip_by_value_inplace(gradients, limit),
            Self::GlobalNorm(limit) => clip_by_global_norm_inplace(gradients, limit),
        }
    }
}

/// The gradients with every element clamped to `-limit..=limit`; NaN stays NaN.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// assert_eq!(clip_by_value(([3.0, -4.0], 0.25), 0.5), ([0.5, -0.5], 0.25));
/// ```
#[must_use]
pub fn clip_by_value<G: LeavesMut>(mut gradients: G, limit: f64) -> G {
    clip_by_value_inplace(&mut gradients, limit);
    gradients
}

/// [`clip_by_value`], in place.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut gradients = [3.0, -4.0];
/// clip_by_value_inplace(&mut gradients, 0.5);
/// assert_eq!(gradients, [0.5, -0.5]);
/// ```
pub fn clip_by_value_inplace<G: LeavesMut + ?Sized>(gradients: &mut G, limit: f64) {
    let (lowest, highest) = (G::Scalar::from_f64(-limit), G::Scalar::from_f64(limit));
    leaves::map_inplace(gradients, |g| {
        if g > highest {
            highest
        } else if g < lowest {
            lowest
        } else {
            g
        }
    });
}

/// The gradients, scaled by `limit / norm` where the 2-norm over all elements of all leaves reaches the limit.
///
/// The method is that of Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks" (2013).
///
/// ```
/// use grad_runtime::prelude::*;
///
/// assert_eq!(clip_by_global_norm((3.0, [-4.0]), 2.5), (1.5, [-2.0]));
/// assert_eq!(clip_by_global_norm((3.0, [-4.0]), 10.0), (3.0, [-4.0]));
/// ```
#[must_use]
pub fn clip_by_global_norm<G: LeavesMut>(mut gradients: G, limit: f64) -> G {
    clip_by_global_norm_inplace(&mut gradients, limit);
    gradients
}

/// [`clip_by_global_norm`], in place.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut gradients = (3.0, [-4.0]);
/// clip_by_global_norm_inplace(&mut gradients, 2.5);
/// assert_eq!(gradients, (1.5, [-2.0]));
/// ```
pub fn clip_by_global_norm_inplace<G: LeavesMut + ?Sized>(gradients: &mut G, limit: f64) {
    let norm = leaves::global_norm(gradients);
    let limit = G::Scalar::from_f64(limit);
    if norm < limit {
        return;
    }
    // A norm of 0 reaches a limit of 0, and there is nothing to scale.
    if norm != G::Scalar::from_f64(0.0) {
        leaves::map_inplace(gradients, |g| g / norm * limit);
    }
}
