//! Learning rates that change from step to step.

use crate::Real;
use crate::leaves::Leaves;

/// A learning rate as a function of the number of steps that have been taken.
///
/// A number is the constant schedule, and a function of the count is a schedule.
///
/// ```
/// use grad_runtime::optim::Schedule;
///
/// assert_eq!(0.3.rate(7), 0.3);
/// assert_eq!((|count: u64| 1.0 / (1.0 + count as f64)).rate(1), 0.5);
/// ```
pub trait Schedule {
    /// The rate of the step that `count` steps came before: 0 for the first.
    fn rate(&self, count: u64) -> f64;
}

impl Schedule for f64 {
    fn rate(&self, _count: u64) -> f64 {
        *self
    }
}

impl Schedule for f32 {
    fn rate(&self, _count: u64) -> f64 {
        f64::from(*self)
    }
}

impl<F: Fn(u64) -> f64> Schedule for F {
    fn rate(&self, count: u64) -> f64 {
        self(count)
    }
}

/// What an [`Optimizer`](super::Optimizer) takes as its learning rate: a number, a schedule, or layer-wise rates.
pub trait LearningRate {
    /// The rate, or the container of layer-wise rates.
    type Rate<'a>: Leaves
    where
        Self: 'a;

    /// The rate of the step that `count` steps came before.
    fn at(&self, count: u64) -> Self::Rate<'_>;
}

impl<S: Schedule> LearningRate for S {
    type Rate<'a>
        = f64
    where
        Self: 'a;

    fn at(&self, count: u64) -> f64 {
        self.rate(count)
    }
}

/// A container of layer-wise rates as the learning rate of an [`Optimizer`](super::Optimizer).
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut optimizer = Sgd::new(LayerWise((0.1, [0.0, 0.5])));
/// let mut parameters = (1.0, [1.0, 1.0]);
/// optimizer.step(&mut parameters, &(1.0, [1.0, 1.0]))?;
/// assert_eq!(parameters, (0.9, [1.0, 0.5]));
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LayerWise<C>(pub C);

impl<C: Leaves> LearningRate for LayerWise<C> {
    type Rate<'a>
        = &'a C
    where
        Self: 'a;

    fn at(&self, _count: u64) -> &C {
        &self.0
    }
}

/// How much of a transition is behind: 0 before it, 1 after it and where it takes no step.
fn progress(count: u64, steps: u64) -> f64 {
    if count >= steps { 1.0 } else { as_f64(count) / as_f64(steps) }
}

/// The number of steps as a float; beyond 2⁵³ it is rounded.
#[allow(clippy::cast_precision_loss)]
fn as_f64(count: u64) -> f64 {
    count as f64
}

/// Half a wave of the cosine, down to a floor:
/// `init_value · ((1 - alpha) · ((1 + cos(π·p)) / 2)^exponent + alpha)`, where `p` goes from 0 to 1 in `decay_steps`.
///
/// After Loshchilov and Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts" (2017).
///
/// ```
/// use grad_runtime::optim::{CosineDecay, Schedule};
///
/// let schedule = CosineDecay { init_value: 0.5, decay_steps: 10, ..CosineDecay::default() };
/// assert_eq!((schedule.rate(0), schedule.rate(5), schedule.rate(99)), (0.5, 0.25, 0.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CosineDecay {
    /// The rate at the start.
    pub init_value: f64,
    /// The number of steps down to the floor.
    pub decay_steps: u64,
    /// The floor, as a part of `init_value`.
    pub alpha: f64,
    /// The power that the wave is raised to.
    pub exponent: f64,
}

impl Default for CosineDecay {
    fn default() -> Self {
        Self { init_value: 1.0, decay_steps: 1, alpha: 0.0, exponent: 1.0 }
    }
}

impl Schedule for CosineDecay {
    fn rate(&self, count: u64) -> f64 {
        let angle = core::f64::consts::PI * progress(count, self.decay_steps);
        let wave = Real::powf(0.5 * (1.0 + Real::cos(angle)), self.exponent);
        self.init_value * ((1.0 - self.alpha) * wave + self.alpha)
    }
}

/// A rate that is multiplied by `decay_rate` in every `transition_steps`: `init_value · decay_rate^(n / transition_steps)`
/// with `n` steps since `transition_begin`.
///
/// ```
/// use grad_runtime::optim::{ExponentialDecay, Schedule};
///
/// let schedule = ExponentialDecay { transition_steps: 5, decay_rate: 0.5, ..ExponentialDecay::default() };
/// assert_eq!((schedule.rate(0), schedule.rate(5), schedule.rate(10)), (1.0, 0.5, 0.25));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct ExponentialDecay {
    /// The rate at the start.
    pub init_value: f64,
    /// The number of steps in which the rate is multiplied once; with 0 the rate is constant.
    pub transition_steps: u64,
    /// What the rate is multiplied by.
    pub decay_rate: f64,
    /// The number of steps before the decay starts.
    pub transition_begin: u64,
    /// Whether the rate changes only after whole transitions.
    pub staircase: bool,
    /// The limit of the rate: from below where `decay_rate` is less than 1, else from above.
    pub end_value: Option<f64>,
}

impl Default for ExponentialDecay {
    fn default() -> Self {
        Self {
            init_value: 1.0,
            transition_steps: 1,
            decay_rate: 1.0,
            transition_begin: 0,
            staircase: false,
            end_value: None,
        }
    }
}

impl Schedule for ExponentialDecay {
    fn rate(&self, count: u64) -> f64 {
        let since = count.saturating_sub(self.transition_begin);
        if since == 0 || self.transition_steps == 0 {
            return self.init_value;
        }
        let transitions = as_f64(since) / as_f64(self.transition_steps);
        let transitions = if self.staircase { Real::floor(transitions) } else { transitions };
        let rate = self.init_value * Real::powf(self.decay_rate, transitions);
        match self.end_value {
            Some(end) if self.decay_rate < 1.0 => rate.max(end),
            Some(end) => rate.min(end),
            None => rate,
        }
    }
}

/// From one rate to another along a power: `(init_value - end_value) · (1 - p)^power + end_value`, where `p` goes from 0
/// to 1 in `transition_steps` after `transition_begin`. A `power` of 1 is a straight line.
///
/// ```
/// use grad_runtime::optim::{PolynomialDecay, Schedule};
///
/// let schedule = PolynomialDecay { init_value: 1.0, end_value: 0.0, transition_steps: 4, ..PolynomialDecay::default() };
/// assert_eq!((schedule.rate(0), schedule.rate(1), schedule.rate(9)), (1.0, 0.75, 0.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PolynomialDecay {
    /// The rate at the start.
    pub init_value: f64,
    /// The rate at the end.
    pub end_value: f64,
    /// The power.
    pub power: f64,
    /// The number of steps from one to the other.
    pub transition_steps: u64,
    /// The number of steps before the transition starts.
    pub transition_begin: u64,
}

impl Default for PolynomialDecay {
    fn default() -> Self {
        Self { init_value: 1.0, end_value: 0.0, power: 1.0, transition_steps: 1, transition_begin: 0 }
    }
}

impl Schedule for PolynomialDecay {
    fn rate(&self, count: u64) -> f64 {
        let behind = progress(count.saturating_sub(self.transition_begin), self.transition_steps);
        (self.init_value - self.end_value) * Real::powf(1.0 - behind, self.power) + self.end_value
    }
}

/// A rate that is multiplied by a scale at each boundary.
///
/// ```
/// use grad_runtime::optim::{PiecewiseConstant, Schedule};
///
/// let schedule = PiecewiseConstant { init_value: 1.0, boundaries_and_scales: [(2, 0.5), (10, 0.5)] };
/// assert_eq!((schedule.rate(1), schedule.rate(2), schedule.rate(10)), (1.0, 0.5, 0.25));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PiecewiseConstant<const N: usize> {
    /// The rate at the start.
    pub init_value: f64,
    /// From which count on the rate is multiplied by which scale.
    pub boundaries_and_scales: [(u64, f64); N],
}

impl<const N: usize> Schedule for PiecewiseConstant<N> {
    fn rate(&self, count: u64) -> f64 {
        let passed = self.boundaries_and_scales.iter().filter(|(boundary, _)| *boundary <= count);
        passed.fold(self.init_value, |rate, (_, scale)| rate * scale)
    }
}

/// One schedule, and from a boundary on another that counts from there.
///
/// ```
/// use grad_runtime::optim::{Joined, Schedule};
///
/// let schedule = Joined { first: 0.5, boundary: 3, second: |count: u64| count as f64 };
/// assert_eq!((schedule.rate(2), schedule.rate(3), schedule.rate(5)), (0.5, 0.0, 2.0));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Joined<A, B> {
    /// The schedule before the boundary.
    pub first: A,
    /// The first count of the second schedule.
    pub boundary: u64,
    /// The schedule from the boundary on.
    pub second: B,
}

impl<A: Schedule, B: Schedule> Schedule for Joined<A, B> {
    fn rate(&self, count: u64) -> f64 {
        match count.checked_sub(self.boundary) {
            Some(since) => self.second.rate(since),
            None => self.first.rate(count),
        }
    }
}

/// A straight line from `init_value` to `peak_value` in `warmup_steps`, and then another schedule, which counts from there.
///
/// ```
/// use grad_runtime::optim::{CosineDecay, Schedule, warmup};
///
/// let schedule = warmup(0.0, 1.0, 5, CosineDecay { init_value: 1.0, decay_steps: 15, alpha: 0.1, exponent: 1.0 });
/// assert!((schedule.rate(4) - 0.8).abs() < 1e-12);
/// assert_eq!((schedule.rate(0), schedule.rate(5), schedule.rate(20)), (0.0, 1.0, 0.1));
/// ```
pub fn warmup<S: Schedule>(
    init_value: f64,
    peak_value: f64,
    warmup_steps: u64,
    then: S,
) -> Joined<PolynomialDecay, S> {
    let rise = PolynomialDecay {
        init_value,
        end_value: peak_value,
        power: 1.0,
        transition_steps: warmup_steps,
        transition_begin: 0,
    };
    Joined { first: rise, boundary: warmup_steps, second: then }
}
