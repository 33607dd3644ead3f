//! The derivative items of the update functions, in the form that the attribute writes.

use core::borrow::Borrow;

use super::container::{Operand, Operands};
use super::kernels::Constants;
use super::leaf::{Formula, Ratio};
use crate::__private::{BufferSlot, ConstantSlot, TangentBuffer, TangentSlot, ValueSlot};
use crate::Differentiable;
use crate::leaves::{LeavesMut, StructureError};
use crate::optim::adam::{MOMENTS, step_size};
use crate::optim::sweep::Plan;
use crate::optim::{AdamOptions, LambOptions, LarsOptions, UpdateOptions, UpdateRule};

/// What a rule says about its derivative.
pub(super) trait Flow {
    /// The formula at step `t`.
    fn formula(&self, t: u64) -> Formula;
    /// Whether the result is a constant.
    fn is_stopped(&self) -> bool;
}

impl Flow for UpdateOptions {
    fn formula(&self, _t: u64) -> Formula {
        Formula { adam: None, ratio: Ratio::One }
    }

    fn is_stopped(&self) -> bool {
        self.stop_gradients
    }
}

impl Flow for LarsOptions {
    fn formula(&self, _t: u64) -> Formula {
        Formula { adam: None, ratio: Ratio::Lars { decay: self.decay_lambda } }
    }

    fn is_stopped(&self) -> bool {
        self.stop_gradients
    }
}

impl Flow for AdamOptions {
    fn formula(&self, t: u64) -> Formula {
        let Self { beta1, beta2, epsilon, .. } = *self;
        let adam = Constants { beta1, beta2, alpha: step_size(self, t), epsilon };
        Formula { adam: Some(adam), ratio: Ratio::One }
    }

    fn is_stopped(&self) -> bool {
        self.stop_gradients
    }
}

impl Flow for LambOptions {
    fn formula(&self, t: u64) -> Formula {
        let ratio = Ratio::Lamb { decay: self.decay_lambda, most: self.max_trust_ratio };
        Formula { ratio, ..self.adam().formula(t) }
    }

    fn is_stopped(&self) -> bool {
        self.stop_gradients
    }
}

/// Writes the derivative items of an update without states.
macro_rules! stateless {
    ($function:ident, $Options:ident) => {
        #[doc = concat!("The derivatives of [`", stringify!($function), "`](fn@crate::optim::", stringify!($function), ").")]
        ///
        /// With `stop_gradients`, the default, they are zero.
        ///
        /// ```
        /// use grad_runtime::optim;
        /// use grad_runtime::prelude::*;
        ///
        /// let flowing = UpdateOptions { stop_gradients: false };
        /// let (w, backward) = optim::gradient_descent_update::forward(3.0, &2.0, 0.5, flowing)?;
        /// let mut g_bar = 0.0;
        /// let (w_bar, lr_bar) = backward(1.0, &mut g_bar);
        /// assert_eq!((w, w_bar, lr_bar, g_bar), (2.0, 1.0, -2.0, -0.5));
        /// # Ok::<(), StructureError>(())
        /// ```
        #[allow(non_camel_case_types)]
        #[derive(Debug)]
        pub struct $function {}

        impl $function {
            /// The updated weights and the backward half: from the cotangent of the result to those of the weights and the rate,
            /// adding that of the gradients into the buffer.
            ///
            /// # Errors
            /// As the function.
            pub fn forward<W, G, R, O>(
                w: W,
                gradients: &G,
                lr: R,
                options: O,
            ) -> Result<(W, impl Fn(W::Tangent, &mut G::Tangent) -> (W::Tangent, R::Tangent)), StructureError>
            where
                W: Operand + LeavesMut + Clone,
                G: Operand<Scalar = W::Scalar>,
                R: Operand,
                O: Borrow<$Options>,
            {
                let options = *options.borrow();
                let plan = Plan::new((&w, gradients, &lr), [] as [&W; 0], [])?;
                let (value, []) = options.update(w.clone(), gradients, &lr, [] as [W; 0], 0)?;
                let backward = move |seed: W::Tangent, g_bar: &mut G::Tangent| {
                    if options.is_stopped() {
                        return (w.zero_tangent(), lr.zero_tangent());
                    }
                    let states = [] as [&W; 0];
                    let formula = options.formula(0);
                    let operands = Operands { formula, plan, w: &w, g: gradients, rates: &lr, states };
                    let (w_bar, lr_bar, []) = operands.pull(&seed, [], g_bar);
                    (w_bar, lr_bar)
                };
                Ok((value, backward))
            }

            #[doc(hidden)]
            pub fn __pull<W, G, R, Slot1: BufferSlot<G>>(
                pullback: &impl Fn(W, &mut G) -> (W, R),
                seed: W,
                (_, gradients, _, _): (impl ValueSlot, Slot1, impl ValueSlot, impl ConstantSlot),
            ) -> (W, (), R, ()) {
                gradients.with(|g_bar| {
                    let (w_bar, lr_bar) = pullback(seed, g_bar);
                    (w_bar, (), lr_bar, ())
                })
            }

            /// The updated weights and their tangent.
            ///
            /// # Errors
            /// As the function.
            pub fn jvp<W, G, R, O>(
                w: W,
                gradients: &G,
                lr: R,
                options: O,
                w_dot: W::Tangent,
                gradients_dot: &G::Tangent,
                lr_dot: R::Tangent,
            ) -> Result<(W, W::Tangent), StructureError>
            where
                W: Operand + LeavesMut + Clone,
                G: Operand<Scalar = W::Scalar>,
                R: Operand,
                O: Borrow<$Options>,
            {
                let options = *options.borrow();
                let states = [] as [&W; 0];
                let plan = Plan::new((&w, gradients, &lr), states, [])?;
                let formula = options.formula(0);
                let operands = Operands { formula, plan, w: &w, g: gradients, rates: &lr, states };
                let dot = if options.is_stopped() {
                    w.zero_tangent()
                } else {
                    operands.push(&w_dot, gradients_dot, &lr_dot, []).0
                };
                let (value, []) = options.update(w, gradients, &lr, [] as [W; 0], 0)?;
                Ok((value, dot))
            }

            #[doc(hidden)]
            pub fn __push<W, G, R, O, Slot1: TangentBuffer<G, G::Tangent>>(
                w: W,
                gradients: &G,
                lr: R,
                options: O,
                slots: (impl TangentSlot<W>, Slot1, impl TangentSlot<R>, impl ConstantSlot),
            ) -> Result<(W, W::Tangent), StructureError>
            where
                W: Operand + LeavesMut + Clone,
                G: Operand<Scalar = W::Scalar>,
                R: Operand,
                O: Borrow<$Options>,
            {
                let (w_dot, lr_dot) = (slots.0.tangent(&w), slots.2.tangent(&lr));
                slots.1.read(gradients, |g_dot| Self::jvp(w, gradients, lr, options, w_dot, g_dot, lr_dot))
            }
        }
    };
}
stateless!(optimizer_update, UpdateOptions);
stateless!(gradient_descent_update, UpdateOptions);
stateless!(lars_update, LarsOptions);

/// The tangent of weights and both moments.
type Tangents<W, M> =
    (<W as Differentiable>::Tangent, <M as Differentiable>::Tangent, <M as Differentiable>::Tangent);

/// Writes the derivative items of an update with two moments.
macro_rules! with_moments {
    ($function:ident, $Options:ident) => {
        #[doc = concat!("The derivatives of [`", stringify!($function), "`](fn@crate::optim::", stringify!($function), ").")]
        ///
        /// With `stop_gradients`, the default, they are zero.
        ///
        /// ```
        /// use grad_runtime::optim;
        /// use grad_runtime::prelude::*;
        ///
        /// let flowing = AdamOptions { stop_gradients: false, ..AdamOptions::default() };
        /// let ((w, m, v), backward) = optim::adam_update::forward(3.0_f64, &2.0, 0.5_f64, 0.0_f64, 0.0, 1, flowing)?;
        /// let mut g_bar = 0.0;
        /// let (w_bar, lr_bar, m_bar, v_bar) = backward((1.0, 0.0, 0.0), &mut g_bar);
        /// assert!(w_bar == 1.0 && (lr_bar + 1.0).abs() < 1e-5); // a first step is the rate, whatever the gradient
        /// assert!(g_bar.abs() < 1e-6);
        /// # Ok::<(), StructureError>(())
        /// ```
        #[allow(non_camel_case_types)]
        #[derive(Debug)]
        pub struct $function {}

        impl $function {
            /// The updated weights and moments and the backward half: from the cotangents of the results to those of the weights, the
            /// rate and the moments, adding that of the gradients into the buffer.
            ///
            /// # Errors
            /// As the function.
            #[allow(clippy::type_complexity)] // it is what the attribute's items return
            pub fn forward<W, G, R, M, O>(
                w: W,
                gradients: &G,
                lr: R,
                m: M,
                v: M,
                t: u64,
                options: O,
            ) -> Result<
                (
                    (W, M, M),
                    impl Fn(
                        Tangents<W, M>,
                        &mut G::Tangent,
                    ) -> (W::Tangent, R::Tangent, M::Tangent, M::Tangent),
                ),
                StructureError,
            >
            where
                W: Operand + LeavesMut + Clone,
                G: Operand<Scalar = W::Scalar>,
                R: Operand,
                M: Operand<Scalar = W::Scalar> + LeavesMut + Clone,
                O: Borrow<$Options>,
            {
                let options = *options.borrow();
                let plan = Plan::new((&w, gradients, &lr), [&m, &v], MOMENTS)?;
                let (w_next, [m_next, v_next]) =
                    options.update(w.clone(), gradients, &lr, [m.clone(), v.clone()], t)?;
                let backward = move |(w_seed, m_seed, v_seed): Tangents<W, M>, g_bar: &mut G::Tangent| {
                    if options.is_stopped() {
                        return (w.zero_tangent(), lr.zero_tangent(), m.zero_tangent(), v.zero_tangent());
                    }
                    let (formula, states) = (options.formula(t), [&m, &v]);
                    let operands = Operands { formula, plan, w: &w, g: gradients, rates: &lr, states };
                    let (w_bar, lr_bar, [m_bar, v_bar]) = operands.pull(&w_seed, [&m_seed, &v_seed], g_bar);
                    (w_bar, lr_bar, m_bar, v_bar)
                };
                Ok(((w_next, m_next, v_next), backward))
            }

            #[doc(hidden)]
            #[allow(clippy::type_complexity)] // as above
            pub fn __pull<W, G, R, M, Slot1: BufferSlot<G>>(
                pullback: &impl Fn((W, M, M), &mut G) -> (W, R, M, M),
                seed: (W, M, M),
                slots: (
                    impl ValueSlot,
                    Slot1,
                    impl ValueSlot,
                    impl ValueSlot,
                    impl ValueSlot,
                    impl ConstantSlot,
                    impl ConstantSlot,
                ),
            ) -> (W, (), R, M, M, (), ()) {
                slots.1.with(|g_bar| {
                    let (w_bar, lr_bar, m_bar, v_bar) = pullback(seed, g_bar);
                    (w_bar, (), lr_bar, m_bar, v_bar, (), ())
                })
            }

            /// The updated weights and moments and their tangents.
            ///
            /// # Errors
            /// As the function.
            #[allow(clippy::too_many_arguments)] // the primals, and then the tangents
            pub fn jvp<W, G, R, M, O>(
                w: W,
                gradients: &G,
                lr: R,
                m: M,
                v: M,
                t: u64,
                options: O,
                w_dot: W::Tangent,
                gradients_dot: &G::Tangent,
                lr_dot: R::Tangent,
                m_dot: M::Tangent,
                v_dot: M::Tangent,
            ) -> Result<((W, M, M), Tangents<W, M>), StructureError>
            where
                W: Operand + LeavesMut + Clone,
                G: Operand<Scalar = W::Scalar>,
                R: Operand,
                M: Operand<Scalar = W::Scalar> + LeavesMut + Clone,
                O: Borrow<$Options>,
            {
                let options = *options.borrow();
                let states = [&m, &v];
                let plan = Plan::new((&w, gradients, &lr), states, MOMENTS)?;
                let formula = options.formula(t);
                let operands = Operands { formula, plan, w: &w, g: gradients, rates: &lr, states };
                let dots = if options.is_stopped() {
                    (w.zero_tangent(), m.zero_tangent(), v.zero_tangent())
                } else {
                    let (w_dot, [m_dot, v_dot]) =
                        operands.push(&w_dot, gradients_dot, &lr_dot, [&m_dot, &v_dot]);
                    (w_dot, m_dot, v_dot)
                };
                let (w, [m, v]) = options.update(w, gradients, &lr, [m, v], t)?;
                Ok(((w, m, v), dots))
            }

            #[doc(hidden)]
            #[allow(clippy::too_many_arguments, clippy::type_complexity)] // as above
            pub fn __push<W, G, R, M, O, Slot1: TangentBuffer<G, G::Tangent>>(
                w: W,
                gradients: &G,
                lr: R,
                m: M,
                v: M,
                t: u64,
                options: O,
                slots: (
                    impl TangentSlot<W>,
                    Slot1,
                    impl TangentSlot<R>,
                    impl TangentSlot<M>,
                    impl TangentSlot<M>,
                    impl ConstantSlot,
                    impl ConstantSlot,
                ),
            ) -> Result<((W, M, M), Tangents<W, M>), StructureError>
            where
                W: Operand + LeavesMut + Clone,
                G: Operand<Scalar = W::Scalar>,
                R: Operand,
                M: Operand<Scalar = W::Scalar> + LeavesMut + Clone,
                O: Borrow<$Options>,
            {
                let (w_dot, lr_dot) = (slots.0.tangent(&w), slots.2.tangent(&lr));
                let (m_dot, v_dot) = (slots.3.tangent(&m), slots.4.tangent(&v));
                slots.1.read(gradients, |g_dot| {
                    Self::jvp(w, gradients, lr, m, v, t, options, w_dot, g_dot, lr_dot, m_dot, v_dot)
                })
            }
        }
    };
}
with_moments!(adam_update, AdamOptions);
with_moments!(lamb_update, LambOptions);
