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

/// How gradients, rates and states are found by the leaves of the parameters, once it is known that all of them are there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<const STATES: usize> {
    pub(crate) gradients: Matching,
    pub(crate) rates: RatePlan,
    pub(crate) states: [Matching; STATES],
}

impl<const STATES: usize> Plan<STATES> {
    /// Requires that every leaf of the parameters has a gradient, a rate and its states.
    #[inline]
    pub(crate) fn new<W, G, R, S>(
        (w, g, rates): (&W, &G, &R),
        states: [&S; STATES],
        names: [&'static str; STATES],
    ) -> Result<Self, StructureError>
    where
        W: Leaves + ?Sized,
        G: Leaves + ?Sized,
        R: Leaves + ?Sized,
        S: Leaves + ?Sized,
    {
        let gradients = Matching::new("gradient", w, g)?;
        let rates = RatePlan::new(w, rates)?;
        let mut matchings = [Matching::ByIndex; STATES];
        for ((matching, name), state) in matchings.iter_mut().zip(names).zip(states) {
            *matching = Matching::new(name, w, state)?;
        }
        Ok(Self { gradients, rates, states: matchings })
    }
}

/// Checks that gradients, rates and states match the parameters, and then updates leaf after leaf.
///
/// Nothing is written before everything is checked.
pub(crate) fn sweep<W, G, R, S, const STATES: usize>(
    (w, g, rates): (&mut W, &G, &R),
    mut states: [&mut S; STATES],
    names: [&'static str; STATES],
    mut update: impl FnMut(LeafUpdate<'_, W::Scalar, R::Scalar, STATES>),
) -> Result<(), StructureError>
where
    W: LeavesMut + ?Sized,
    G: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves + ?Sized,
    S: LeavesMut<Scalar = W::Scalar> + ?Sized,
{
    let plan = Plan::new((&*w, g, rates), states.each_ref().map(|state| &**state), names)?;
    for index in 0..w.leaf_count() {
        let g = plan.gradients.leaf(w, index, g).data;
        let rate = plan.rates.rate(w, index, rates);
        let mut matchings = plan.states.iter();
        let states = states.each_mut().map(|state| {
            let place = matchings.next().map_or(index, |matching| matching.index(w, index, &**state));
            state.leaf_mut(place)
        });
        update(LeafUpdate { w: w.leaf_mut(index), g, rate, states });
    }
    Ok(())
}

/// Writes the loop over the elements of a leaf for a number of states. The slices are walked by one chain of `zip`, which is
/// what becomes vector instructions without a check of bounds; so the pattern is spelled out for each number.
macro_rules! each_element {
    ($count:literal, [$w:ident $g:ident $($state:ident)*], $pattern:pat) => {
        impl<T: Real, R: Real> LeafUpdate<'_, T, R, $count> {
            /// Replaces every element and its states by the kernel's values of `(w, g, lr, states)`.
            #[inline]
            pub(crate) fn each(self, kernel: impl Fn(T, T, T, [T; $count]) -> (T, [T; $count])) {
                let Self { w, g, rate, states: [$($state),*] } = self;
                let elements = w.iter_mut().zip(g)$(.zip($state))*;
                match rate {
                    LeafRate::One(lr) => {
                        for $pattern in elements {
                            (*$w, [$(*$state),*]) = kernel(*$w, $g, lr, [$(*$state),*]);
                        }
                    }
                    LeafRate::Each(rates) => {
                        for ($pattern, lr) in elements.zip(rates) {
                            let lr = T::from_f64(lr.to_f64());
                            (*$w, [$(*$state),*]) = kernel(*$w, $g, lr, [$(*$state),*]);
                        }
                    }
                }
            }
        }
    };
}
each_element!(0, [w g], (w, &g));
each_element!(1, [w g a], ((w, &g), a));
each_element!(2, [w g a b], (((w, &g), a), b));
each_element!(3, [w g a b c], ((((w, &g), a), b), c));
