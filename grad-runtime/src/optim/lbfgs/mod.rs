//! L-BFGS with a line search for the strong Wolfe conditions.

mod history;
mod line_search;

use history::History;
use line_search::{Point, search};

use crate::Real;
use crate::leaves::{self, Leaves, LeavesMut, Matching, StructureError};

/// The options of [`Lbfgs`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LbfgsOptions {
    /// The largest number of iterations.
    pub max_iterations: usize,
    /// Where no element of the gradient is larger than this, the minimum has been reached.
    pub gradient_tolerance: f64,
    /// Where an iteration changes the value by no more than this, relative to the value, the minimum has been reached.
    pub value_tolerance: f64,
    /// The sufficient decrease: how much of what the slope promises a step has to keep, in 0..`curvature`.
    pub decrease: f64,
    /// The curvature condition: how much of the slope may be left after a step, in `decrease`..1.
    pub curvature: f64,
    /// The largest number of evaluations in one line search.
    pub max_evaluations: usize,
}

impl Default for LbfgsOptions {
    fn default() -> Self {
        Self {
            max_iterations: 100,
            gradient_tolerance: 1e-8,
            value_tolerance: 1e-15,
            decrease: 1e-4,
            curvature: 0.9,
            max_evaluations: 25,
        }
    }
}

/// Why [`Lbfgs::minimize`] has stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Termination {
    /// No element of the gradient is larger than the tolerance.
    GradientSmall,
    /// The value has changed by no more than the tolerance.
    ValueSettled,
    /// The largest number of iterations has been done.
    IterationLimit,
    /// No step along the direction makes the value less: rounding hides the slope, or the gradient isn't the value's.
    NoProgress,
    /// Value or gradient aren't finite at the start.
    NotFinite,
}

/// What [`Lbfgs::minimize`] has done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LbfgsReport {
    /// The value at the end.
    pub value: f64,
    /// The largest absolute element of the gradient at the end.
    pub gradient: f64,
    /// How many iterations were done.
    pub iterations: usize,
    /// How many times value and gradient were computed.
    pub evaluations: usize,
    /// Why it stopped.
    pub termination: Termination,
}

impl LbfgsReport {
    /// The report at a point, after one evaluation.
    fn at<G: Leaves>(point: &Point<G>) -> Self {
        let gradient = largest_element(&point.gradient);
        Self {
            value: point.value,
            gradient,
            iterations: 0,
            evaluations: 1,
            termination: Termination::IterationLimit,
        }
    }
}

/// The quasi-Newton method with limited memory, `M` pairs of steps and changes of the gradient.
///
/// It minimizes a function of which it gets value and gradient together, without noise: on all data, not on batches. The
/// method is algorithm 7.5 of Nocedal and Wright, "Numerical Optimization" (2006), with the line search of its algorithms 3.5 and 3.6.
///
/// ```
/// use grad_runtime::optim::{Lbfgs, Termination};
///
/// let rosenbrock = |&[x, y]: &[f64; 2]| {
///     let (a, b) = (1.0 - x, y - x * x);
///     (a * a + 100.0 * b * b, [-2.0 * a - 400.0 * x * b, 200.0 * b])
/// };
/// let mut point = [-1.2, 1.0];
/// let report = Lbfgs::<_>::default().minimize(&mut point, rosenbrock)?;
/// assert_eq!(report.termination, Termination::GradientSmall);
/// assert!((point[0] - 1.0).abs() < 1e-7 && (point[1] - 1.0).abs() < 1e-7);
/// # Ok::<(), grad_runtime::leaves::StructureError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lbfgs<G, const M: usize = 10> {
    options: LbfgsOptions,
    history: History<G, M>,
}

impl<G, const M: usize> Default for Lbfgs<G, M> {
    fn default() -> Self {
        Self::with_options(LbfgsOptions::default())
    }
}

impl<G, const M: usize> Lbfgs<G, M> {
    /// An optimizer with these options and an empty memory.
    #[must_use]
    pub fn with_options(options: LbfgsOptions) -> Self {
        Self { options, history: History::default() }
    }

    /// Forgets the pairs: where the function changes, they say nothing about it.
    pub fn reset(&mut self) {
        self.history = History::default();
    }
}

impl<G: LeavesMut + Clone, const M: usize> Lbfgs<G, M> {
    /// Moves the parameters to a minimum. `objective` gives value and gradient, which has the structure of the parameters.
    ///
    /// The parameters are at the best point that was found, whatever the reason to stop. Points where the value isn't finite
    /// are stepped back from.
    ///
    /// # Errors
    /// Where a leaf of the parameters has no gradient, or one of another shape. The parameters are where they were before the
    /// iteration then.
    pub fn minimize<W>(
        &mut self,
        parameters: &mut W,
        mut objective: impl FnMut(&W) -> (G::Scalar, G),
    ) -> Result<LbfgsReport, StructureError>
    where
        W: LeavesMut<Scalar = G::Scalar> + Clone,
    {
        let (value, gradient) = objective(parameters);
        Matching::new("gradient", parameters, &gradient)?;
        let mut at = Point { step: 0.0, value: value.to_f64(), slope: 0.0, gradient };
        let mut report = LbfgsReport::at(&at);
        let mut termination = self.reason_to_stop(&report, f64::NAN);
        while termination.is_none() {
            let direction = self.history.direction(&at.gradient)?;
            let (next, evaluations) = self.line(parameters, &at, &direction, &mut objective)?;
            report.evaluations += evaluations;
            let Some(next) = next else {
                termination = Some(Termination::NoProgress);
                break;
            };
            move_along(parameters, &direction, next.step)?;
            self.history.remember(&direction, &at.gradient, &next)?;
            let LbfgsReport { iterations, evaluations, .. } = report;
            report = LbfgsReport { iterations: iterations + 1, evaluations, ..LbfgsReport::at(&next) };
            termination = self.reason_to_stop(&report, at.value);
            at = next;
        }
        Ok(LbfgsReport { termination: termination.unwrap_or(report.termination), ..report })
    }

    /// What ends the iterations at a point, where the value was `before` at the point before.
    fn reason_to_stop(&self, report: &LbfgsReport, before: f64) -> Option<Termination> {
        let LbfgsReport { value, gradient, iterations, .. } = *report;
        let change = (before - value).abs();
        if !value.is_finite() || !gradient.is_finite() {
            Some(Termination::NotFinite)
        } else if gradient <= self.options.gradient_tolerance {
            Some(Termination::GradientSmall)
        } else if change <= self.options.value_tolerance * value.abs().max(before.abs()) {
            Some(Termination::ValueSettled)
        } else {
            (iterations >= self.options.max_iterations).then_some(Termination::IterationLimit)
        }
    }

    /// The line search along a direction: the point that it ends at, if any, and the number of evaluations.
    fn line<W>(
        &self,
        parameters: &W,
        at: &Point<G>,
        direction: &G,
        objective: &mut impl FnMut(&W) -> (G::Scalar, G),
    ) -> Result<(Option<Point<G>>, usize), StructureError>
    where
        W: LeavesMut<Scalar = G::Scalar> + Clone,
    {
        let mut trial = parameters.clone();
        let mut evaluations = 0;
        let evaluate = |step: f64| {
            evaluations += 1;
            leaves::zip_inplace(&mut trial, parameters, |_, w| w)?;
            move_along(&mut trial, direction, step)?;
            let (value, gradient) = objective(&trial);
            Matching::new("gradient", &trial, &gradient)?;
            let slope = leaves::dot(&gradient, direction)?.to_f64();
            Ok(Point { step, value: value.to_f64(), slope, gradient })
        };
        let slope = leaves::dot(&at.gradient, direction)?.to_f64();
        let start = Point { step: 0.0, slope, ..at.clone() };
        // Without a memory the direction is the gradient, whose size says nothing about the step's.
        let first = if self.history.is_empty() {
            (1.0 / leaves::global_norm(direction).to_f64()).min(1.0)
        } else {
            1.0
        };
        let found = search(evaluate, &start, first, &self.options)?;
        Ok((found, evaluations))
    }
}

/// `parameters += step · direction`.
fn move_along<W, G>(parameters: &mut W, direction: &G, step: f64) -> Result<(), StructureError>
where
    W: LeavesMut,
    G: Leaves<Scalar = W::Scalar>,
{
    let step = W::Scalar::from_f64(step);
    leaves::zip_inplace(parameters, direction, |w, d| w + step * d)
}

/// The largest absolute element; NaN where one is.
fn largest_element<G: Leaves>(gradient: &G) -> f64 {
    leaves::leaf_elements(gradient)
        .map(|(_, _, g)| g.to_f64().abs())
        .fold(0.0, |largest, g| if g > largest || g.is_nan() { g } else { largest })
}
