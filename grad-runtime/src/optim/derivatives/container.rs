//! The derivatives of an update of whole containers.

use super::leaf::{Element, Formula, Leaf, Outcome, Update};
use crate::leaves::{Leaves, LeavesMut};
use crate::optim::sweep::Plan;
use crate::{Differentiable, Real};

/// A container whose tangent is a container with the same leaves.
pub trait Operand: Leaves + Differentiable<Tangent: LeavesMut<Scalar = <Self as Leaves>::Scalar>> {}

impl<C: Leaves + Differentiable<Tangent: LeavesMut<Scalar = <C as Leaves>::Scalar>>> Operand for C {}

/// The operands of an update, with how they match.
pub(super) struct Operands<'a, W, G, R, M, const STATES: usize> {
    pub(super) formula: Formula,
    pub(super) plan: Plan<STATES>,
    pub(super) w: &'a W,
    pub(super) g: &'a G,
    pub(super) rates: &'a R,
    pub(super) states: [&'a M; STATES],
}

/// Where the leaves that belong to a leaf of the parameters are.
struct Places<const STATES: usize> {
    g: usize,
    rate: usize,
    states: [usize; STATES],
}

impl<W, G, R, M, const STATES: usize> Operands<'_, W, G, R, M, STATES>
where
    W: Operand,
    G: Operand<Scalar = W::Scalar>,
    R: Operand,
    M: Operand<Scalar = W::Scalar>,
{
    fn places(&self, index: usize) -> Places<STATES> {
        let mut matchings = self.plan.states.iter();
        let state =
            |state: &M| matchings.next().map_or(index, |matching| matching.index(self.w, index, state));
        Places {
            g: self.plan.gradients.index(self.w, index, self.g),
            rate: self.plan.rates.place(self.w, index, self.rates),
            states: self.states.map(state),
        }
    }

    /// One leaf as the function from positions to elements.
    fn update(&self, index: usize, places: &Places<STATES>) -> Update<impl Fn(usize) -> Element> {
        let mut states = self.states.iter().zip(places.states).map(|(state, place)| state.leaf(place).data);
        let leaf = Leaf {
            w: self.w.leaf(index).data,
            g: self.g.leaf(places.g).data,
            rate: self.plan.rates.rate(self.w, index, self.rates),
            states: core::array::from_fn::<_, STATES, _>(|_| states.next().unwrap_or_default()),
        };
        Update::new(self.formula, leaf.w.len(), move |i| leaf.element(i))
    }

    /// The cotangents of parameters, rates and states; those of the gradients are added into `g_bar`.
    pub(super) fn pull(
        &self,
        w_seed: &W::Tangent,
        state_seeds: [&M::Tangent; STATES],
        g_bar: &mut G::Tangent,
    ) -> (W::Tangent, R::Tangent, [M::Tangent; STATES]) {
        let mut w_bar = self.w.zero_tangent();
        let mut rate_bar = self.rates.zero_tangent();
        let mut state_bars = self.states.map(M::zero_tangent);
        for index in 0..self.w.leaf_count() {
            let places = self.places(index);
            let seed = |i: usize| {
                let state = |k: usize| state_seeds.get(k).map_or(0.0, |seed| at(*seed, places.states[k], i));
                Outcome { w: at(w_seed, index, i), m: state(0), v: state(1) }
            };
            self.update(index, &places).pull(seed, |i, bar| {
                add(&mut w_bar, index, i, bar.w);
                add(g_bar, places.g, i, bar.g);
                add(&mut rate_bar, places.rate, i, bar.lr);
                for ((state_bar, place), bar) in state_bars.iter_mut().zip(places.states).zip([bar.m, bar.v])
                {
                    add(state_bar, place, i, bar);
                }
            });
        }
        (w_bar, rate_bar, state_bars)
    }

    /// The tangents of the updated parameters and states.
    pub(super) fn push(
        &self,
        w_dot: &W::Tangent,
        g_dot: &G::Tangent,
        rate_dot: &R::Tangent,
        state_dots: [&M::Tangent; STATES],
    ) -> (W::Tangent, [M::Tangent; STATES]) {
        let mut w_next = self.w.zero_tangent();
        let mut states_next = self.states.map(M::zero_tangent);
        for index in 0..self.w.leaf_count() {
            let places = self.places(index);
            let tangent = |i: usize| {
                let state = |k: usize| state_dots.get(k).map_or(0.0, |dot| at(*dot, places.states[k], i));
                let lr = at(rate_dot, places.rate, i);
                Element { w: at(w_dot, index, i), g: at(g_dot, places.g, i), lr, m: state(0), v: state(1) }
            };
            self.update(index, &places).push(tangent, |i, next| {
                add(&mut w_next, index, i, next.w);
                for ((state, place), next) in states_next.iter_mut().zip(places.states).zip([next.m, next.v])
                {
                    add(state, place, i, next);
                }
            });
        }
        (w_next, states_next)
    }
}

/// An element of a leaf; of a leaf with one element it is that one, as a rate is the same for all elements.
pub(super) fn at<C: Leaves>(container: &C, leaf: usize, i: usize) -> f64 {
    match container.leaf(leaf).data {
        [only] => only.to_f64(),
        elements => elements[i].to_f64(),
    }
}

/// Adds to an element of a leaf; to a leaf with one element whatever the position.
pub(super) fn add<C: LeavesMut>(container: &mut C, leaf: usize, i: usize, x: f64) {
    match container.leaf_mut(leaf) {
        [only] => *only += Real::from_f64(x),
        elements => elements[i] += Real::from_f64(x),
    }
}
