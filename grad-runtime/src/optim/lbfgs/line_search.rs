//! A line search for the strong Wolfe conditions.

use super::LbfgsOptions;

/// A point on the line: how far along it, the value, the slope along the line, and the gradient.
#[derive(Clone, Debug)]
pub(super) struct Point<G> {
    pub(super) step: f64,
    pub(super) value: f64,
    pub(super) slope: f64,
    pub(super) gradient: G,
}

/// The two conditions on a line that starts at a point.
struct Conditions {
    value: f64,
    slope: f64,
    decrease: f64,
    curvature: f64,
}

impl Conditions {
    /// The value is less than a part of the slope promises; never where it's NaN.
    fn decreases<G>(&self, point: &Point<G>) -> bool {
        point.value <= self.value + self.decrease * point.step * self.slope
    }

    /// What is left of the slope is small.
    fn is_flat<G>(&self, point: &Point<G>) -> bool {
        point.slope.abs() <= -self.curvature * self.slope
    }
}

/// Looks for a step along the line that meets both conditions, and otherwise for one that decreases the value sufficiently.
///
/// Algorithm 3.5 of Nocedal and Wright: steps grow until a minimum is bracketed, then the bracket shrinks.
pub(super) fn search<G: Clone, E>(
    mut evaluate: impl FnMut(f64) -> Result<Point<G>, E>,
    start: &Point<G>,
    first: f64,
    options: &LbfgsOptions,
) -> Result<Option<Point<G>>, E> {
    let LbfgsOptions { decrease, curvature, max_evaluations, .. } = *options;
    let conditions = Conditions { value: start.value, slope: start.slope, decrease, curvature };
    let mut before = start.clone();
    let mut step = first;
    for evaluation in 1..=max_evaluations {
        let point = evaluate(step)?;
        let left = max_evaluations - evaluation;
        if !conditions.decreases(&point) || (evaluation > 1 && point.value >= before.value) {
            return zoom(evaluate, &conditions, before, point, left);
        }
        if conditions.is_flat(&point) {
            return Ok(Some(point));
        }
        if point.slope >= 0.0 {
            return zoom(evaluate, &conditions, point, before, left);
        }
        before = point;
        step *= 4.0;
    }
    Ok(Some(before).filter(|point| point.step > 0.0))
}

/// Shrinks a bracket around a point that meets both conditions, algorithm 3.6 of Nocedal and Wright. `low` is the better end:
/// it decreases the value sufficiently or is the start, and the value falls from it towards `high`.
fn zoom<G: Clone, E>(
    mut evaluate: impl FnMut(f64) -> Result<Point<G>, E>,
    conditions: &Conditions,
    mut low: Point<G>,
    mut high: Point<G>,
    evaluations: usize,
) -> Result<Option<Point<G>>, E> {
    for _ in 0..evaluations {
        let point = evaluate(between(&low, &high))?;
        if !conditions.decreases(&point) || point.value >= low.value {
            high = point;
        } else {
            if conditions.is_flat(&point) {
                return Ok(Some(point));
            }
            if point.slope * (high.step - low.step) >= 0.0 {
                high = low;
            }
            low = point;
        }
        if (high.step - low.step).abs() <= f64::EPSILON * high.step.abs().max(low.step.abs()) {
            break;
        }
    }
    Ok(Some(low).filter(|point| point.step > 0.0))
}

/// The minimum of the cubic through both values and slopes, or the middle where it is too near to an end.
fn between<G>(low: &Point<G>, high: &Point<G>) -> f64 {
    let width = high.step - low.step;
    let middle = low.step + 0.5 * width;
    // Equations 3.59 of Nocedal and Wright, with the two ends as their α's.
    let d1 = low.slope + high.slope - 3.0 * (low.value - high.value) / (low.step - high.step);
    let square = d1 * d1 - low.slope * high.slope;
    let d2 = width.signum() * crate::Real::sqrt(square);
    let step = high.step - width * (high.slope + d2 - d1) / (high.slope - low.slope + 2.0 * d2);
    let inside = ((step - low.step) / width - 0.5).abs() <= 0.4;
    // NaN, from an end that isn't finite or a cubic without a minimum, is inside of nothing.
    if inside { step } else { middle }
}

#[cfg(test)]
mod tests {
    use core::convert::Infallible;

    use super::*;

    /// Searches along a function of one number, and requires both conditions at the end.
    #[track_caller]
    fn assert_wolfe(first: f64, curvature: f64, f: impl Fn(f64) -> (f64, f64)) {
        let options = LbfgsOptions { curvature, ..LbfgsOptions::default() };
        let at = |step| {
            let (value, slope) = f(step);
            Point { step, value, slope, gradient: () }
        };
        let start = at(0.0);
        let found = search(|step| Ok::<_, Infallible>(at(step)), &start, first, &options);
        let Ok(Some(point)) = found else { panic!("nothing found") };
        assert!(point.value <= start.value + options.decrease * point.step * start.slope, "{point:?}");
        assert!(point.slope.abs() <= -curvature * start.slope, "{point:?}");
    }

    #[test]
    fn both_conditions_hold_from_every_first_step() {
        for first in [1e-6, 1e-3, 0.1, 1.0, 10.0, 1e3, 1e6] {
            for curvature in [0.9, 0.1, 1e-3] {
                assert_wolfe(first, curvature, |x| ((x - 2.0).powi(2), 2.0 * (x - 2.0)));
                assert_wolfe(first, curvature, |x| {
                    (-x / (x * x + 2.0), (x * x - 2.0) / (x * x + 2.0).powi(2))
                });
                assert_wolfe(first, curvature, |x| ((x - 1.0).powi(4), 4.0 * (x - 1.0).powi(3)));
            }
        }
    }

    #[test]
    fn a_step_out_of_the_domain_is_taken_back() {
        assert_wolfe(100.0, 0.5, |x| ((-(1.0 - x).ln()) - 3.0 * x, 1.0 / (1.0 - x) - 3.0));
    }

    #[test]
    fn a_slope_that_lies_ends_without_a_step() {
        let at = |step: f64| Ok::<_, Infallible>(Point { step, value: step, slope: -1.0, gradient: () });
        let start = Point { step: 0.0, value: 0.0, slope: -1.0, gradient: () };
        assert!(matches!(search(at, &start, 1.0, &LbfgsOptions::default()), Ok(None)));
    }
}
