//! LARS.

use core::borrow::Borrow;

use super::TINY;
use super::kernels::{descend, lars_ratio};
use super::rule::{UpdateRule, update_rule};
use super::sweep::sweep;
use crate::leaves::{Leaves, LeavesMut, StructureError, slice_norm};

/// The options of [`lars_update`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LarsOptions {
    /// Where greater than 0, the rate of a leaf is divided by `‖w‖ · decay_lambda`.
    pub decay_lambda: f64,
    /// Whether the result is a constant where the update itself is differentiated. With `false`, derivatives flow through
    /// it to the weights, the gradients and the learning rate. The values are the same.
    pub stop_gradients: bool,
}

impl Default for LarsOptions {
    fn default() -> Self {
        Self { decay_lambda: 0.0, stop_gradients: true }
    }
}

update_rule!(LarsOptions<0>, []; |options, operands, states, _, real| {
    let (decay, tiny) = (real(options.decay_lambda), real(TINY));
    sweep(operands, states, [], |leaf| {
        let ratio = lars_ratio([slice_norm(leaf.w), slice_norm(leaf.g)], decay, tiny);
        leaf.each(|w, g, lr, []| (descend(w, g, ratio * lr), []));
    })
});

/// The weights after a step of layer-wise adaptive rate scaling. For each leaf, with its 2-norms,
///
/// ```text
/// lr' = ‖w‖·lr / (‖g‖ + 1e-12)        and with decay_lambda > 0:  lr' / (‖w‖·decay_lambda)
/// w'  = w - lr'·g
/// ```
///
/// Weights that are all zero stay as they are, unless there is a decay. `lr` is a number or a container of layer-wise
/// rates, see [`UpdateRule`]. The method is that of You, Gitman and Ginsburg, "Large Batch Training of Convolutional Networks" (2017).
///
/// # Errors
/// Where a leaf of `w` has no gradient or no rate, or one of another shape.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let w: [f64; 2] = lars_update([3.0, 4.0], &[0.0, 2.0], 0.1, LarsOptions::default())?;
/// assert!((w[1] - 3.5).abs() < 1e-9); // 5·0.1/2 of the gradient
/// # Ok::<(), StructureError>(())
/// ```
pub fn lars_update<W, G, R>(
    w: W,
    gradients: &G,
    lr: R,
    options: impl Borrow<LarsOptions>,
) -> Result<W, StructureError>
where
    W: LeavesMut,
    G: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves,
{
    let mut w = w;
    lars_update_inplace(&mut w, gradients, lr, options)?;
    Ok(w)
}

/// [`lars_update`], in place.
///
/// # Errors
/// Where a leaf of `w` has no gradient or no rate, or one of another shape; nothing has been written then.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut w = (1.0, [0.0, 0.0]);
/// lars_update_inplace(&mut w, &(2.0, [5.0, 5.0]), 0.5, LarsOptions::default())?;
/// assert!((w.0 - 0.5).abs() < 1e-9);
/// assert_eq!(w.1, [0.0, 0.0]);
/// # Ok::<(), StructureError>(())
/// ```
pub fn lars_update_inplace<W, G, R>(
    w: &mut W,
    gradients: &G,
    lr: R,
    options: impl Borrow<LarsOptions>,
) -> Result<(), StructureError>
where
    W: LeavesMut + ?Sized,
    G: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves,
{
    options.borrow().update_inplace(w, gradients, &lr, [] as [&mut W; 0], 0)
}
