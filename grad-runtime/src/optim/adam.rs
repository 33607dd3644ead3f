//! Adam.

use core::borrow::Borrow;

use super::kernels::{adam_direction, average, descend};
use super::rule::{UpdateRule, update_rule};
use super::sweep::sweep;
use crate::Real;
use crate::leaves::{self, Leaves, LeavesMut, StructureError};

/// The options of [`adam_step`] and [`adam_update`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AdamOptions {
    /// The decay of the average of the gradients, in 0..1.
    pub beta1: f64,
    /// The decay of the average of the squared gradients, in 0..1.
    pub beta2: f64,
    /// What keeps the denominators from 0.
    pub epsilon: f64,
    /// Whether the result is a constant where the update itself is differentiated. With `false`, derivatives flow through
    /// it to the weights, the gradients, the moments and the learning rate. The values are the same.
    pub stop_gradients: bool,
}

impl Default for AdamOptions {
    fn default() -> Self {
        Self { beta1: 0.9, beta2: 0.999, epsilon: 1e-7, stop_gradients: true }
    }
}

/// The names of the two moments in errors.
pub(super) const MOMENTS: [&str; 2] = ["first moment", "second moment"];

/// The numbers of one step of Adam, the same for all elements.
#[derive(Clone, Copy)]
pub(super) struct AdamStep<T> {
    beta1: T,
    rest1: T,
    beta2: T,
    rest2: T,
    alpha: T,
    epsilon: T,
}

impl<T: Real> AdamStep<T> {
    pub(super) fn new(options: &AdamOptions, t: u64) -> Self {
        let AdamOptions { beta1, beta2, epsilon, .. } = *options;
        Self {
            beta1: T::from_f64(beta1),
            rest1: T::from_f64(1.0 - beta1),
            beta2: T::from_f64(beta2),
            rest2: T::from_f64(1.0 - beta2),
            alpha: T::from_f64(step_size(options, t)),
            epsilon: T::from_f64(epsilon),
        }
    }

    /// Both moments after a gradient.
    #[inline]
    pub(super) fn moments(&self, g: T, [m, v]: [T; 2]) -> [T; 2] {
        [average(m, g, self.beta1, self.rest1), average(v, g * g, self.beta2, self.rest2)]
    }

    /// The direction of the step with these moments.
    #[inline]
    pub(super) fn direction(&self, [m, v]: [T; 2]) -> T {
        adam_direction(m, v, self.alpha, self.epsilon)
    }
}

/// `√(1 - beta2^t) / (1 - beta1^t + epsilon)`; 0 at step 0, also where epsilon is 0.
pub(super) fn step_size(options: &AdamOptions, t: u64) -> f64 {
    if t == 0 {
        return 0.0;
    }
    let missing1 = 1.0 - power(options.beta1, t);
    let missing2 = 1.0 - power(options.beta2, t);
    Real::sqrt(missing2) / (missing1 + options.epsilon)
}

/// `base^t`; an exponent that is out of range has long reached the limit.
pub(super) fn power(base: f64, t: u64) -> f64 {
    Real::powi(base, i32::try_from(t).unwrap_or(i32::MAX))
}

update_rule!(AdamOptions<2>, MOMENTS; |options, operands, states, t, _| {
    let step = AdamStep::new(options, t);
    sweep(operands, states, MOMENTS, |leaf| {
        leaf.each(|w, g, lr, moments| {
            let moments = step.moments(g, moments);
            (descend(w, step.direction(moments), lr), moments)
        });
    })
});

/// Adam's direction and its moments after a gradient, leaf by leaf:
///
/// ```text
/// m' = beta1·m + (1 - beta1)·g        alpha = √(1 - beta2^t) / (1 - beta1^t + epsilon)
/// v' = beta2·v + (1 - beta2)·g²       delta = alpha·m' / (√v' + epsilon)
/// ```
///
/// Returns `(delta, m', v')`. `t` counts the steps from 1; at `t = 0` the delta is zero and the moments move all the same.
/// The method is that of Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), in the order of computation
/// of the end of its section 2.
///
/// # Errors
/// Where a leaf of the gradients has no moment, or one of another shape.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let (delta, m, v) = adam_step(&[2.0, -0.5], &[0.0; 2], &[0.0; 2], 1, &AdamOptions::default())?;
/// assert!((delta[0] - 1.0).abs() < 1e-5 && (delta[1] + 1.0).abs() < 1e-5);
/// assert!((m[0] - 0.2).abs() < 1e-12 && (v[0] - 0.004).abs() < 1e-12);
/// # Ok::<(), StructureError>(())
/// ```
pub fn adam_step<G, M>(
    gradients: &G,
    m: &M,
    v: &M,
    t: u64,
    options: impl Borrow<AdamOptions>,
) -> Result<(G, M, M), StructureError>
where
    G: LeavesMut + Clone,
    M: LeavesMut<Scalar = G::Scalar> + Clone,
{
    let (mut delta, mut m, mut v) = (gradients.clone(), m.clone(), v.clone());
    adam_step_inplace(&mut delta, &mut m, &mut v, t, options)?;
    Ok((delta, m, v))
}

/// [`adam_step`], in place: the gradients become the delta, and the moments are updated.
///
/// # Errors
/// Where a leaf of the gradients has no moment, or one of another shape; nothing has been written then.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let (mut g, mut m, mut v) = ([2.0, -0.5], [0.0; 2], [0.0; 2]);
/// adam_step_inplace(&mut g, &mut m, &mut v, 1, AdamOptions::default())?;
/// assert!((g[0] - 1.0).abs() < 1e-5 && (g[1] + 1.0).abs() < 1e-5);
/// # Ok::<(), StructureError>(())
/// ```
pub fn adam_step_inplace<G, M>(
    gradients: &mut G,
    m: &mut M,
    v: &mut M,
    t: u64,
    options: impl Borrow<AdamOptions>,
) -> Result<(), StructureError>
where
    G: LeavesMut + ?Sized,
    M: LeavesMut<Scalar = G::Scalar> + ?Sized,
{
    let step = AdamStep::new(options.borrow(), t);
    // The moments are matched with the gradients, which stand in the place of the parameters.
    let first = leaves::Matching::new(MOMENTS[0], gradients, m)?;
    let second = leaves::Matching::new(MOMENTS[1], gradients, v)?;
    for index in 0..gradients.leaf_count() {
        let m = m.leaf_mut(first.index(gradients, index, m));
        let v = v.leaf_mut(second.index(gradients, index, v));
        for ((g, m), v) in gradients.leaf_mut(index).iter_mut().zip(m).zip(v) {
            [*m, *v] = step.moments(*g, [*m, *v]);
            *g = step.direction([*m, *v]);
        }
    }
    Ok(())
}

/// Weights and moments after a step of Adam: [`adam_step`], then `w - lr · delta`. Returns `(w', m', v')`.
///
/// `lr` is a number or a container of layer-wise rates, see [`UpdateRule`]. `t` counts the steps from 1.
///
/// # Errors
/// Where a leaf of `w` has no gradient, rate or moment, or one of another shape.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let (w, m, v) = adam_update([3.0], &[6.0], 0.1, [6.0], [36.0], 1, AdamOptions::default())?;
/// assert!((w[0] - 2.96837726_f64).abs() < 1e-7);
/// # Ok::<(), StructureError>(())
/// ```
pub fn adam_update<W, G, R, M>(
    w: W,
    gradients: &G,
    lr: R,
    m: M,
    v: M,
    t: u64,
    options: impl Borrow<AdamOptions>,
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

/// [`adam_update`], in place.
///
/// # Errors
/// Where a leaf of `w` has no gradient, rate or moment, or one of another shape; nothing has been written then.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let (mut w, mut m, mut v) = (5.0_f64, 0.0, 0.0);
/// for t in 1..=400 {
///     let gradient = 2.0 * (w - 3.0);
///     adam_update_inplace(&mut w, &gradient, 0.1, &mut m, &mut v, t, AdamOptions::default())?;
/// }
/// assert!((w - 3.0).abs() < 1e-3);
/// # Ok::<(), StructureError>(())
/// ```
pub fn adam_update_inplace<W, G, R, M>(
    w: &mut W,
    gradients: &G,
    lr: R,
    m: &mut M,
    v: &mut M,
    t: u64,
    options: impl Borrow<AdamOptions>,
) -> Result<(), StructureError>
where
    W: LeavesMut + ?Sized,
    G: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves,
    M: LeavesMut<Scalar = W::Scalar> + ?Sized,
{
    options.borrow().update_inplace(w, gradients, &lr, [m, v], t)
}
