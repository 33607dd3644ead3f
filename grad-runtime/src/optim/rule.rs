//! What all optimizers have in common.

use crate::leaves::{Leaves, LeavesMut, StructureError};

/// A rule that updates parameters from gradients, with `STATES` containers of state like the gradients.
///
/// The options of every optimizer are its rule. [`update`](Self::update) is the pure form,
/// [`update_inplace`](Self::update_inplace) its twin; the functions of this module ([`adam_update`](fn@super::adam_update) and the like) are
/// these under the names of one rule, and [`Optimizer`](super::Optimizer) keeps the states.
///
/// The rates are a number or a container of layer-wise rates. A rate is looked up under the key chain of its leaf; it is a
/// single element or has the leaf's shape. Rates, gradients and states of other leaves are ignored.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let rule = AdamWOptions { weight_decay: 0.01, ..AdamWOptions::default() };
/// let (w, [m, v]) = rule.update([1.0, 2.0], &[0.5, -0.5], &0.1, [[0.0; 2]; 2], 1)?;
/// assert!(w[0] < 1.0 && w[1] > 2.0);
/// assert!((m[0] - 0.05).abs() < 1e-12 && v[0] > 0.0);
/// # Ok::<(), StructureError>(())
/// ```
pub trait UpdateRule<const STATES: usize> {
    /// What the states are called in errors.
    const STATE_NAMES: [&'static str; STATES];

    /// What every element of each state is before the first step.
    fn initial_states(&self) -> [f64; STATES] {
        [0.0; STATES]
    }

    /// Updates parameters and states in place; `t` is the number of this step, the first is 1.
    ///
    /// # Errors
    /// Where a leaf of the parameters has no gradient, rate or state, or one of another shape. Nothing has been written then.
    fn update_inplace<W, G, R, S>(
        &self,
        w: &mut W,
        g: &G,
        lr: &R,
        states: [&mut S; STATES],
        t: u64,
    ) -> Result<(), StructureError>
    where
        W: LeavesMut + ?Sized,
        G: Leaves<Scalar = W::Scalar> + ?Sized,
        R: Leaves + ?Sized,
        S: LeavesMut<Scalar = W::Scalar> + ?Sized;

    /// The updated parameters and states; `t` is the number of this step, the first is 1.
    ///
    /// # Errors
    /// As [`update_inplace`](Self::update_inplace).
    fn update<W, G, R, S>(
        &self,
        mut w: W,
        g: &G,
        lr: &R,
        mut states: [S; STATES],
        t: u64,
    ) -> Result<(W, [S; STATES]), StructureError>
    where
        W: LeavesMut,
        G: Leaves<Scalar = W::Scalar> + ?Sized,
        R: Leaves + ?Sized,
        S: LeavesMut<Scalar = W::Scalar>,
    {
        self.update_inplace(&mut w, g, lr, states.each_mut(), t)?;
        Ok((w, states))
    }
}

/// Writes the rule of an optimizer: the names of its states, what they are before the first step where that isn't 0, and
/// the update of its operands. `real` makes
/// a number of the parameters' type.
macro_rules! update_rule {
    (
        $Options:ident<$count:literal>, $names:expr $(, initial $before:expr)?;
        |$options:pat_param, $operands:ident, $states:ident, $t:pat_param, $real:pat_param| $update:expr
    ) => {
        impl $crate::optim::UpdateRule<$count> for $Options {
            const STATE_NAMES: [&'static str; $count] = $names;

            $(fn initial_states(&self) -> [f64; $count] {
                let before: fn(&Self) -> [f64; $count] = $before;
                before(self)
            })?

            fn update_inplace<W, G, R, S>(
                &self,
                w: &mut W,
                g: &G,
                lr: &R,
                states: [&mut S; $count],
                t: u64,
            ) -> Result<(), $crate::leaves::StructureError>
            where
                W: $crate::leaves::LeavesMut + ?Sized,
                G: $crate::leaves::Leaves<Scalar = W::Scalar> + ?Sized,
                R: $crate::leaves::Leaves + ?Sized,
                S: $crate::leaves::LeavesMut<Scalar = W::Scalar> + ?Sized,
            {
                let ($options, $operands, $states, $t) = (self, (w, g, lr), states, t);
                let $real = <W::Scalar as $crate::Real>::from_f64;
                $update
            }
        }
    };
}
pub(super) use update_rule;
