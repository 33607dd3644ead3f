//! The walk that every update is: over the leaves of the parameters, their gradients, rates and states side by side.

use super::rate::{LeafRate, RatePlan};
use crate::Real;
use crate::leaves::{Leaves, LeavesMut, Matching, StructureError};

/// One leaf of the parameters with what belongs to it; all slices have the same length.
pub(crate) struct LeafUpdate<'a, T, R, const STATES: usize> {
    pub(crate) w: &'a mut [T],
    pub(crate) g: &'a [T],
    pub(crate) rate: LeafRate<'a, T, R>,
    pub(crate) states: [&'a mut [T]; STATES],
}

/// Checks that gradients, rates and states match the parameters, and then updates leaf after leaf.
///
/// Nothing is written before everything is checked.
pub(crate) fn sweep<W, G, R, S, const STATES: usize>(
    (w, g, rates): (&mut W, &G, &R),
    states: [&mut S; STATES],
    names: [&'static str; STATES],
    mut update: impl FnMut(LeafUpdate<'_, W::Scalar, R::Scalar, STATES>),
) -> Result<(), StructureError>
where
    W: LeavesMut + ?Sized,
    G: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves + ?Sized,
    S: LeavesMut<Scalar = W::Scalar> + ?Sized,
{
    let gradients = Matching::new("gradient", w, g)?;
    let plan = RatePlan::new(w, rates)?;
    let mut matchings = [Matching::ByIndex; STATES];
    for ((matching, name), state) in matchings.iter_mut().zip(names).zip(&states) {
        *matching = Matching::new(name, w, &**state)?;
    }
    let mut states = states;
    for index in 0..w.leaf_count() {
        let g = gradients.leaf(w, index, g).data;
        let rate = plan.rate(w, index, rates);
        let mut matchings = matchings.iter();
        let states = states.each_mut().map(|state| {
            let place = matchings.next().map_or(index, |matching| matching.index(w, index, &**state));
            state.leaf_mut(place)
        });
        update(LeafUpdate { w: w.leaf_mut(index), g, rate, states });
    }
    Ok(())
}

impl<T: Real, R: Real, const STATES: usize> LeafUpdate<'_, T, R, STATES> {
    /// Replaces every element and its states by the kernel's values of `(w, g, lr, states)`.
    #[inline]
    pub(crate) fn each(self, kernel: impl Fn(T, T, T, [T; STATES]) -> (T, [T; STATES])) {
        let Self { w, g, rate, states } = self;
        match rate {
            LeafRate::One(lr) => each_element(w, g, states, |_, w, g, s| kernel(w, g, lr, s)),
            LeafRate::Each(rates) => {
                let lr = |i: usize| T::from_f64(rates[i].to_f64());
                each_element(w, g, states, |i, w, g, s| kernel(w, g, lr(i), s));
            }
        }
    }
}

/// The loop over the elements of one leaf.
#[inline]
pub(crate) fn each_element<T: Real, const STATES: usize>(
    w: &mut [T],
    g: &[T],
    states: [&mut [T]; STATES],
    kernel: impl Fn(usize, T, T, [T; STATES]) -> (T, [T; STATES]),
) {
    // Slices of a length that is seen to be the same need no check of bounds in the loop.
    let length = w.len();
    let g = &g[..length];
    let states = states.map(|state| &mut state[..length]);
    for i in 0..length {
        let (next, next_states) = kernel(i, w[i], g[i], core::array::from_fn(|k| states[k][i]));
        w[i] = next;
        for k in 0..STATES {
            states[k][i] = next_states[k];
        }
    }
}
