//! The derivative items of [`adam_step`](fn@crate::optim::adam_step), in the form that the attribute writes.

use core::borrow::Borrow;

use super::container::{Operand, add, at};
use super::items::Flow;
use super::kernels::adam_element;
use crate::__private::{BufferSlot, ConstantSlot, TangentBuffer};
use crate::Differentiable;
use crate::leaves::{LeavesMut, Matching, StructureError};
use crate::optim::AdamOptions;
use crate::optim::adam::MOMENTS;

/// The delta and both moments, or their tangents.
type Three<G, M> = (G, M, M);

/// The tangents of gradients and both moments.
type Tangents<G, M> = Three<<G as Differentiable>::Tangent, <M as Differentiable>::Tangent>;

/// The derivatives of [`adam_step`](fn@crate::optim::adam_step).
///
/// With `stop_gradients`, the default, they are zero.
///
/// ```
/// use grad_runtime::optim;
/// use grad_runtime::prelude::*;
///
/// let flowing = AdamOptions { stop_gradients: false, ..AdamOptions::default() };
/// let ((delta, m, v), backward) = optim::adam_step::forward(&2.0_f64, &0.0_f64, &0.0, 1, flowing)?;
/// let (mut g_bar, mut m_bar, mut v_bar) = (0.0, 0.0, 0.0);
/// backward((0.0, 1.0, 0.0), &mut g_bar, &mut m_bar, &mut v_bar);
/// assert!((g_bar - 0.1_f64).abs() < 1e-12 && m_bar == 0.9 && v_bar == 0.0);
/// # Ok::<(), StructureError>(())
/// ```
#[allow(non_camel_case_types)]
#[derive(Debug)]
pub struct adam_step {}

impl adam_step {
    /// Delta and moments and the backward half: from their cotangents, adding those of gradients and moments into the buffers.
    ///
    /// # Errors
    /// As the function.
    #[allow(clippy::type_complexity)] // it is what the attribute's items return
    pub fn forward<G, M, O>(
        gradients: &G,
        m: &M,
        v: &M,
        t: u64,
        options: O,
    ) -> Result<
        (Three<G, M>, impl Fn(Tangents<G, M>, &mut G::Tangent, &mut M::Tangent, &mut M::Tangent)),
        StructureError,
    >
    where
        G: Operand + LeavesMut + Clone,
        M: Operand<Scalar = G::Scalar> + LeavesMut + Clone,
        O: Borrow<AdamOptions>,
    {
        let options = *options.borrow();
        let value = crate::optim::adam_step(gradients, m, v, t, options)?;
        let places = [Matching::new(MOMENTS[0], gradients, m)?, Matching::new(MOMENTS[1], gradients, v)?];
        let constants = options.formula(t).adam.filter(|_| !options.stop_gradients);
        let backward = move |seed: Tangents<G, M>,
                             g_bar: &mut G::Tangent,
                             m_bar: &mut M::Tangent,
                             v_bar: &mut M::Tangent| {
            let Some(constants) = constants else { return };
            for index in 0..gradients.leaf_count() {
                let (j, k) = (places[0].index(gradients, index, m), places[1].index(gradients, index, v));
                for i in 0..gradients.leaf(index).data.len() {
                    let (_, element) =
                        adam_element::forward(at(gradients, index, i), at(m, j, i), at(v, k, i), constants);
                    let bars = element((at(&seed.0, index, i), at(&seed.1, j, i), at(&seed.2, k, i)));
                    add(g_bar, index, i, bars.0);
                    add(m_bar, j, i, bars.1);
                    add(v_bar, k, i, bars.2);
                }
            }
        };
        Ok((value, backward))
    }

    #[doc(hidden)]
    pub fn __pull<G, M, Slot0: BufferSlot<G>, Slot1: BufferSlot<M>, Slot2: BufferSlot<M>>(
        pullback: &impl Fn(Three<G, M>, &mut G, &mut M, &mut M),
        seed: Three<G, M>,
        slots: (Slot0, Slot1, Slot2, impl ConstantSlot, impl ConstantSlot),
    ) -> ((), (), (), (), ()) {
        slots.0.with(|g_bar| slots.1.with(|m_bar| slots.2.with(|v_bar| pullback(seed, g_bar, m_bar, v_bar))));
        ((), (), (), (), ())
    }

    /// Delta and moments and their tangents.
    ///
    /// # Errors
    /// As the function.
    #[allow(clippy::too_many_arguments, clippy::type_complexity)] // the primals, and then the tangents
    pub fn jvp<G, M, O>(
        gradients: &G,
        m: &M,
        v: &M,
        t: u64,
        options: O,
        gradients_dot: &G::Tangent,
        m_dot: &M::Tangent,
        v_dot: &M::Tangent,
    ) -> Result<(Three<G, M>, Tangents<G, M>), StructureError>
    where
        G: Operand + LeavesMut + Clone,
        M: Operand<Scalar = G::Scalar> + LeavesMut + Clone,
        O: Borrow<AdamOptions>,
    {
        let options = *options.borrow();
        let value = crate::optim::adam_step(gradients, m, v, t, options)?;
        let places = [Matching::new(MOMENTS[0], gradients, m)?, Matching::new(MOMENTS[1], gradients, v)?];
        let mut dots = (gradients.zero_tangent(), m.zero_tangent(), v.zero_tangent());
        let Some(constants) = options.formula(t).adam.filter(|_| !options.stop_gradients) else {
            return Ok((value, dots));
        };
        for index in 0..gradients.leaf_count() {
            let (j, k) = (places[0].index(gradients, index, m), places[1].index(gradients, index, v));
            for i in 0..gradients.leaf(index).data.len() {
                let (_, dot) = adam_element::jvp(
                    at(gradients, index, i),
                    at(m, j, i),
                    at(v, k, i),
                    constants,
                    at(gradients_dot, index, i),
                    at(m_dot, j, i),
                    at(v_dot, k, i),
                );
                add(&mut dots.0, index, i, dot.0);
                add(&mut dots.1, j, i, dot.1);
                add(&mut dots.2, k, i, dot.2);
            }
        }
        Ok((value, dots))
    }

    #[doc(hidden)]
    #[allow(clippy::type_complexity)] // as above
    pub fn __push<G, M, O>(
        gradients: &G,
        m: &M,
        v: &M,
        t: u64,
        options: O,
        slots: (
            impl TangentBuffer<G, G::Tangent>,
            impl TangentBuffer<M, M::Tangent>,
            impl TangentBuffer<M, M::Tangent>,
            impl ConstantSlot,
            impl ConstantSlot,
        ),
    ) -> Result<(Three<G, M>, Tangents<G, M>), StructureError>
    where
        G: Operand + LeavesMut + Clone,
        M: Operand<Scalar = G::Scalar> + LeavesMut + Clone,
        O: Borrow<AdamOptions>,
    {
        let (g_slot, m_slot, v_slot, ..) = slots;
        g_slot.read(gradients, |g_dot| {
            m_slot.read(m, |m_dot| {
                v_slot.read(v, |v_dot| Self::jvp(gradients, m, v, t, options, g_dot, m_dot, v_dot))
            })
        })
    }
}
