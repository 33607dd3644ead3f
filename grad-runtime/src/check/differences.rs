//! Central differences with a step that is found by trial.

use crate::Real;

/// A derivative by differences, and how far it may be off.
#[derive(Clone, Copy, Debug)]
pub(super) struct Estimate {
    pub(super) derivative: f64,
    pub(super) error: f64,
}

/// The derivative of `at` at 0, where its value is `value`, computed with numbers of this `epsilon`.
///
/// Each step gives two central differences, at the step and at half of it, and Richardson's extrapolation of both. What the
/// extrapolation changed, and the rounding of the values over the step, say how far it may be off. Of a range of steps, the
/// one wins that may be off least; a step that leaves the function's domain never does.
pub(super) fn difference(at: impl Fn(f64) -> f64, value: f64, epsilon: f64) -> Estimate {
    // The step at which the error of the extrapolation and the rounding meet for a parameter and a value around 1.
    let usual = Real::powf(epsilon, 0.2);
    let mut best = Estimate { derivative: f64::NAN, error: f64::INFINITY };
    for scale in [1.0, 1e-2, 1e2, 1e-4, 1e4, 1e-6] {
        let estimate = extrapolate(&at, value, usual * scale, epsilon);
        if estimate.error < best.error {
            best = estimate;
        }
        // Good enough is good enough: most parameters are settled by the first step.
        if best.error <= 1e3 * epsilon * (1.0 + best.derivative.abs()) {
            break;
        }
    }
    best
}

/// Richardson's extrapolation of central differences at one step.
fn extrapolate(at: &impl Fn(f64) -> f64, value: f64, step: f64, epsilon: f64) -> Estimate {
    let (below, above) = (at(-step), at(step));
    let coarse = (above - below) / (2.0 * step);
    let fine = (at(0.5 * step) - at(-0.5 * step)) / step;
    let correction = (fine - coarse) / 3.0;
    let size = value.abs().max(below.abs()).max(above.abs());
    let error = correction.abs() + 4.0 * epsilon * size / step;
    Estimate { derivative: fine + correction, error: if error.is_nan() { f64::INFINITY } else { error } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_derivative(f: impl Fn(f64) -> f64, x: f64, expected: f64) {
        let Estimate { derivative, error } = difference(|step| f(x + step), f(x), f64::EPSILON);
        assert!((derivative - expected).abs() <= 10.0 * error, "{derivative}, off by more than {error}");
        assert!(error <= 1e-5 * expected.abs(), "an error of {error}");
    }

    #[test]
    fn the_step_suits_the_parameter() {
        assert_derivative(f64::sin, 1.0, 1.0_f64.cos());
        assert_derivative(f64::ln, 1e-5, 1e5);
        assert_derivative(f64::sqrt, 1e-3, 0.5 / 1e-3_f64.sqrt());
        assert_derivative(|x| x * x, 1e9, 2e9);
        assert_derivative(|x| 1e12 * x.exp(), 2.0, 1e12 * 2.0_f64.exp());
        assert_derivative(|x| (1e4 * x).sin(), 1e-3, 1e4 * 10.0_f64.cos());
    }
}
