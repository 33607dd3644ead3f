//! The derivatives of an update of one leaf.

use super::kernels::{
    Constants, adam_element, descent_element, lamb_ratio, lars_decayed_ratio, lars_plain_ratio,
};
use crate::Real;
use crate::leaves::norm;
use crate::optim::rate::LeafRate;

/// What an update does: the direction from the gradient, and the ratio of the leaf.
#[derive(Clone, Copy, Debug)]
pub(super) struct Formula {
    /// Adam's direction where there are constants for it, the gradient itself where there are none.
    pub(super) adam: Option<Constants>,
    pub(super) ratio: Ratio,
}

/// The ratio that the learning rate of a leaf is multiplied by.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ratio {
    One,
    Lars { decay: f64 },
    Lamb { decay: f64, most: f64 },
}

impl Ratio {
    /// How much of the weights is added to the direction under the norm.
    fn decay(self) -> f64 {
        match self {
            Self::Lamb { decay, .. } if decay > 0.0 => decay,
            _ => 0.0,
        }
    }

    /// The ratio, and its derivatives by the norms of the weights and of the direction.
    fn value_and_grad(self, [w_norm, d_norm]: [f64; 2]) -> (f64, [f64; 2]) {
        match self {
            Self::One => (1.0, [0.0; 2]),
            Self::Lars { decay } if decay > 0.0 => {
                let (value, by_norm) = lars_decayed_ratio::value_and_grad(d_norm, decay);
                (value, [0.0, by_norm])
            }
            Self::Lars { .. } => {
                let (value, by_norms) = lars_plain_ratio::value_and_grad(w_norm, d_norm);
                (value, by_norms.into())
            }
            Self::Lamb { most, .. } => {
                let (value, by_norms) = lamb_ratio::value_and_grad(w_norm, d_norm, most);
                (value, by_norms.into())
            }
        }
    }
}

/// One leaf of the parameters with what belongs to it, to be read in double precision.
#[derive(Clone, Copy)]
pub(super) struct Leaf<'a, T, R, const STATES: usize> {
    pub(super) w: &'a [T],
    pub(super) g: &'a [T],
    pub(super) rate: LeafRate<'a, T, R>,
    pub(super) states: [&'a [T]; STATES],
}

/// The numbers of one element: the weight, the gradient, the rate and the states; also their tangents and cotangents.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Element {
    pub(super) w: f64,
    pub(super) g: f64,
    pub(super) lr: f64,
    pub(super) m: f64,
    pub(super) v: f64,
}

impl<T: Real, R: Real, const STATES: usize> Leaf<'_, T, R, STATES> {
    pub(super) fn element(&self, i: usize) -> Element {
        let lr = match self.rate {
            LeafRate::One(lr) => lr.to_f64(),
            LeafRate::Each(rates) => rates[i].to_f64(),
        };
        let state = |k: usize| self.states.get(k).map_or(0.0, |state| state[i].to_f64());
        Element { w: self.w[i].to_f64(), g: self.g[i].to_f64(), lr, m: state(0), v: state(1) }
    }
}

/// A leaf as a function from positions to elements.
pub(super) struct Update<E> {
    formula: Formula,
    count: usize,
    element: E,
    ratio: f64,
    /// The derivative of the ratio by each weight, per weight, and by each direction, per direction.
    by_w: f64,
    by_q: f64,
}

/// What a step gives back for one element: weight and states; also their tangents and cotangents.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outcome {
    pub(super) w: f64,
    pub(super) m: f64,
    pub(super) v: f64,
}

impl<E: Fn(usize) -> Element> Update<E> {
    pub(super) fn new(formula: Formula, count: usize, element: E) -> Self {
        let mut update = Self { formula, count, element, ratio: 1.0, by_w: 0.0, by_q: 0.0 };
        if matches!(formula.ratio, Ratio::One) {
            return update;
        }
        let w_norm = update.norm_of(|x| x.w);
        let q_norm = update.norm_of(|x| update.normed(x));
        let (ratio, [by_w, by_q]) = formula.ratio.value_and_grad([w_norm, q_norm]);
        // The derivative of a norm is the vector over the norm, and 0 at the zero vector.
        let over = |by: f64, norm: f64| if norm == 0.0 { 0.0 } else { by / norm };
        update.ratio = ratio;
        update.by_w = over(by_w, w_norm);
        update.by_q = over(by_q, q_norm);
        update
    }

    fn norm_of(&self, number: impl Fn(Element) -> f64) -> f64 {
        let numbers = || (0..self.count).map(|i| number((self.element)(i)));
        norm(numbers().map(|x| x * x).sum(), numbers)
    }

    /// The direction of an element.
    fn direction(&self, x: Element) -> f64 {
        self.formula.adam.map_or(x.g, |c| adam_element(x.g, x.m, x.v, c).0)
    }

    /// What the norm of the direction is taken of.
    fn normed(&self, x: Element) -> f64 {
        let decay = self.formula.ratio.decay();
        let direction = self.direction(x);
        if decay > 0.0 { direction + decay * x.w } else { direction }
    }

    /// The cotangents of every element for the cotangents of its results.
    #[allow(clippy::many_single_char_names)] // the letters of the formulas
    pub(super) fn pull(&self, seed: impl Fn(usize) -> Outcome, mut add: impl FnMut(usize, Element)) {
        let backward = |x: Element| descent_element::forward(x.w, self.direction(x), x.lr, self.ratio).1;
        let ratio_bar: f64 = if matches!(self.formula.ratio, Ratio::One) {
            0.0
        } else {
            (0..self.count).map(|i| backward((self.element)(i))(seed(i).w).3).sum()
        };
        for i in 0..self.count {
            let (x, seed) = ((self.element)(i), seed(i));
            let (w_bar, d_bar, lr, _) = backward(x)(seed.w);
            let q_bar = ratio_bar * self.by_q * self.normed(x);
            let w = w_bar + ratio_bar * self.by_w * x.w + self.formula.ratio.decay() * q_bar;
            let (g, m, v) = match self.formula.adam {
                Some(c) => adam_element::forward(x.g, x.m, x.v, c).1((d_bar + q_bar, seed.m, seed.v)),
                None => (d_bar + q_bar, 0.0, 0.0),
            };
            add(i, Element { w, g, lr, m, v });
        }
    }

    /// The tangents of every result for the tangents of its element.
    #[allow(clippy::many_single_char_names)] // the letters of the formulas
    pub(super) fn push(&self, tangent: impl Fn(usize) -> Element, mut set: impl FnMut(usize, Outcome)) {
        let directions = |x: Element, dot: Element| match self.formula.adam {
            Some(c) => adam_element::jvp(x.g, x.m, x.v, c, dot.g, dot.m, dot.v),
            None => ((x.g, 0.0, 0.0), (dot.g, 0.0, 0.0)),
        };
        let decay = self.formula.ratio.decay();
        let ratio_part = |i: usize| {
            let (x, dot) = ((self.element)(i), tangent(i));
            let q_dot = directions(x, dot).1.0 + decay * dot.w;
            self.by_w * x.w * dot.w + self.by_q * self.normed(x) * q_dot
        };
        let ratio_dot: f64 = if matches!(self.formula.ratio, Ratio::One) {
            0.0
        } else {
            (0..self.count).map(ratio_part).sum()
        };
        for i in 0..self.count {
            let (x, dot) = ((self.element)(i), tangent(i));
            let ((d, ..), (d_dot, m, v)) = directions(x, dot);
            let (_, w) = descent_element::jvp(x.w, d, x.lr, self.ratio, dot.w, d_dot, dot.lr, ratio_dot);
            set(i, Outcome { w, m, v });
        }
    }
}
