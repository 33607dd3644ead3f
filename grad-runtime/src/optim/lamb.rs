//! LAMB.

use core::borrow::Borrow;

use super::TINY;
use super::adam::{AdamOptions, AdamStep, MOMENTS};
use super::kernels::{descend, trust_ratio};
use super::rule::UpdateRule;
use super::sweep::{LeafUpdate, sweep};
use crate::Real;
use crate::leaves::{Leaves, LeavesMut, StructureError, lane_sums, norm};

/// The options of [`lamb_update`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LambOptions {
    /// The decay of the average of the gradients, in 0..1.
    pub beta1: f64,
    /// The decay of the average of the squared gradients, in 0..1.
    pub beta2: f64,
    /// What keeps Adam's denominators from 0.
    pub epsilon: f64,
    /// The largest trust ratio of a leaf.
    pub max_trust_ratio: f64,
    /// Where greater than 0, the trust ratio is taken with the norm of `delta + decay_lambda · w`.
    pub decay_lambda: f64,
    /// Whether the result is a constant where the update itself is differentiated. With `false`, derivatives flow through
    /// it to the weights, the gradients, the moments and the learning rate. The values are the same.
    pub stop_gradients: bool,
}

impl Default for LambOptions {
    fn default() -> Self {
        let AdamOptions { beta1, beta2, epsilon, stop_gradients } = AdamOptions::default();
        Self { beta1, beta2, epsilon, max_trust_ratio: 10.0, decay_lambda: 0.0, stop_gradients }
    }
}

impl LambOptions {
    /// The options of the Adam step inside.
    fn adam(&self) -> AdamOptions {
        let Self { beta1, beta2, epsilon, stop_gradients, .. } = *self;
        AdamOptions { beta1, beta2, epsilon, stop_gradients }
    }
}

impl UpdateRule<2> for LambOptions {
    const STATE_NAMES: [&'static str; 2] = MOMENTS;

    fn update_inplace<W, G, R, S>(
        &self,
        w: &mut W,
        g: &G,
        lr: &R,
        states: [&mut S; 2],
        t: u64,
    ) -> Result<(), StructureError>
    where
        W: LeavesMut + ?Sized,
        G: Leaves<Scalar = W::Scalar> + ?Sized,
        R: Leaves + ?Sized,
        S: LeavesMut<Scalar = W::Scalar> + ?Sized,
    {
        let step = AdamStep::new(&self.adam(), t);
        let decay = Real::from_f64(if self.decay_lambda > 0.0 { self.decay_lambda } else { 0.0 });
        let most = Real::from_f64(self.max_trust_ratio);
        sweep((w, g, lr), states, MOMENTS, |mut leaf| {
            let ratio = update_moments(&mut leaf, &step, decay, most);
            leaf.each(|w, _, lr, moments| (descend(w, step.direction(moments), ratio * lr), moments));
        })
    }
}

/// The first of the two sweeps over a leaf: both moments, and from the two norms the trust ratio.
fn update_moments<T: Real, R>(
    leaf: &mut LeafUpdate<'_, T, R, 2>,
    step: &AdamStep<T>,
    decay: T,
    most: T,
) -> T {
    let LeafUpdate { w, g, states: [m, v], .. } = leaf;
    let length = w.len();
    let (g, m, v) = (&g[..length], &mut m[..length], &mut v[..length]);
    let [w_sum, d_sum] = lane_sums(length, |i| {
        [m[i], v[i]] = step.moments(g[i], [m[i], v[i]]);
        let d = step.direction([m[i], v[i]]) + decay * w[i];
        [w[i] * w[i], d * d]
    });
    let directions =
        || m.iter().zip(v.iter()).zip(w.iter()).map(|((&m, &v), &w)| step.direction([m, v]) + decay * w);
    trust_ratio(norm(w_sum, || w.iter().copied()), norm(d_sum, directions), most, T::from_f64(TINY))
}

/// Weights and moments after a step of layer-wise adaptive moments. For each leaf, with [`adam_step`](super::adam_step)'s
/// delta and the leaf's 2-norms,
///
/// ```text
/// r  = min(‖w‖ / (‖delta + decay_lambda·w‖ + 1e-12), max_trust_ratio)
/// w' = w - r·lr·delta
/// ```
///
/// Returns `(w', m', v')`. The decay enters the norm alone, not the direction; weights that are all zero stay as they are. `lr` is
/// a number or a container of layer-wise rates, see [`UpdateRule`]. The method is that of You et al., "Large Batch
/// Optimization for Deep Learning" (2020); the published form has another ratio.
///
/// # Errors
/// Where a leaf of `w` has no gradient, rate or moment, or one of another shape.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let (w, m, v) = lamb_update([3.0], &[6.0], 0.1, [6.0], [36.0], 1, LambOptions::default())?;
/// assert!((w[0] - 2.7_f64).abs() < 1e-9); // the trust ratio makes the step lr·‖w‖
/// # Ok::<(), StructureError>(())
/// ```
pub fn lamb_update<W, G, R, M>(
    w: W,
    gradients: &G,
    lr: R,
    m: M,
    v: M,
    t: u64,
    options: impl Borrow<LambOptions>,
) -> Result<(W, M, M), StructureError>
where
    W: LeavesMut,
    G: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves,
    M: LeavesMut<Scalar = W::Scalar>,
{
    let (w, [m, v]) = options.borrow().update(w, gradients, &lr, [m, v], t)?;
    Ok((w, m, v))
}

/// [`lamb_update`], in place.
///
/// # Errors
/// Where a leaf of `w` has no gradient, rate or moment, or one of another shape; nothing has been written then.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let (mut w, mut m, mut v) = ([3.0], [6.0], [36.0]);
/// lamb_update_inplace(&mut w, &[6.0], 0.1, &mut m, &mut v, 1, LambOptions::default())?;
/// assert!((w[0] - 2.7_f64).abs() < 1e-9);
/// # Ok::<(), StructureError>(())
/// ```
pub fn lamb_update_inplace<W, G, R, M>(
    w: &mut W,
    gradients: &G,
    lr: R,
    m: &mut M,
    v: &mut M,
    t: u64,
    options: impl Borrow<LambOptions>,
) -> Result<(), StructureError>
where
    W: LeavesMut + ?Sized,
    G: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves,
    M: LeavesMut<Scalar = W::Scalar> + ?Sized,
{
    options.borrow().update_inplace(w, gradients, &lr, [m, v], t)
}
