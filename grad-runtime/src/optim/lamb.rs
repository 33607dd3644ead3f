//! LAMB.

use core::borrow::Borrow;

use super::TINY;
use super::adam::{AdamOptions, AdamStep, MOMENTS};
use super::kernels::{descend, trust_ratio};
use super::rule::{UpdateRule, update_rule};
use super::sweep::{LeafUpdate, sweep};
use crate::Real;
use crate::leaves::{LANES, Leaves, LeavesMut, StructureError, norm, total};

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
    pub(super) fn adam(&self) -> AdamOptions {
        let Self { beta1, beta2, epsilon, stop_gradients, .. } = *self;
        AdamOptions { beta1, beta2, epsilon, stop_gradients }
    }
}

update_rule!(LambOptions<2>, MOMENTS; |options, operands, states, t, real| {
    let step = AdamStep::new(&options.adam(), t);
    let (most, tiny) = (real(options.max_trust_ratio), real(TINY));
    let (decays, decay) = (options.decay_lambda > 0.0, real(options.decay_lambda));
    sweep(operands, states, MOMENTS, |mut leaf| {
        let norms = if decays {
            norms_with_moments(&mut leaf, |g, s| step.moments(g, s), |w, s| step.direction(s) + decay * w)
        } else {
            norms_with_moments(&mut leaf, |g, s| step.moments(g, s), |_, s| step.direction(s))
        };
        let ratio = trust_ratio(norms, most, tiny);
        leaf.each(|w, _, lr, moments| (descend(w, step.direction(moments), ratio * lr), moments));
    })
});

/// The first of the two sweeps over a leaf: updates both moments, and gives the norms of the weights and of the direction.
#[inline]
pub(super) fn norms_with_moments<T: Real, R>(
    leaf: &mut LeafUpdate<'_, T, R, 2>,
    moments: impl Fn(T, [T; 2]) -> [T; 2],
    direction: impl Fn(T, [T; 2]) -> T,
) -> [T; 2] {
    let LeafUpdate { w, g, states: [m, v], .. } = leaf;
    let (w, g) = (&**w, &**g);
    let mut sums = [[T::from_f64(0.0); LANES]; 2];
    let blocks = w.chunks(LANES).zip(g.chunks(LANES)).zip(m.chunks_mut(LANES)).zip(v.chunks_mut(LANES));
    for (((w, g), m), v) in blocks {
        let [w_sums, d_sums] = &mut sums;
        let elements = w.iter().zip(g).zip(m).zip(v);
        for ((w_sum, d_sum), (((&w, &g), m), v)) in w_sums.iter_mut().zip(d_sums).zip(elements) {
            [*m, *v] = moments(g, [*m, *v]);
            let along = direction(w, [*m, *v]);
            *w_sum += w * w;
            *d_sum += along * along;
        }
    }
    let [w_sum, d_sum] = sums.map(total);
    let directions = || w.iter().zip(m.iter()).zip(v.iter()).map(|((&w, &m), &v)| direction(w, [m, v]));
    [norm(w_sum, || w.iter().copied()), norm(d_sum, directions)]
}

/// Weights and moments after a step of layer-wise adaptive moments. For each leaf, with [`adam_step`](fn@super::adam_step)'s
/// delta and the leaf's 2-norms,
///
/// ```text
/// r  = min(‖w‖ / (‖delta + decay_lambda·w‖ + 1e-12), max_trust_ratio)
/// w' = w - r·lr·delta
/// ```
///
/// Returns `(w', m', v')`. The decay enters the norm alone, not the direction; weights that are all zero stay as they are. `lr` is
/// a number or a container of layer-wise rates, see [`UpdateRule`]. The method is that of You et al., "Large Batch
/// Optimization for Deep Learning" (2020); [`LambWOptions`](super::LambWOptions) is the
/// published form.
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
