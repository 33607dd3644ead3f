//! Checking derivatives: reverse mode against forward mode, and both against differences.

mod differences;
mod report;

use differences::{Estimate, difference};
pub use report::{Derivatives, GradientMismatch, GradientReport};

use crate::leaves::{self, Leaves, LeavesMut};
use crate::{Differentiable, Real, StepAlong, Tangent};

/// How many elements are looked at one by one; of more, so many are taken at even distances.
const MOST_ELEMENTS: usize = 500;

/// How many random directions the dot-product identity is checked along.
const DIRECTIONS: u64 = 3;

/// Checks the derivatives of a function at a point, for the tests of whoever wrote the function.
///
/// `value` is the function, `backward` its reverse mode (the cotangents of the parameters for a seed of the result) and
/// `jvp` its forward mode (the tangent of the result for tangents of the parameters). Several parameters are a tuple, and
/// `names` says what they are called in the report; a function of one parameter takes it as it is.
///
/// Three things have to agree: for random directions `d` and a seed `s` the two sides of the dot-product identity
/// `s · (J d) = (Jᵀ s) · d`; for each element of the parameters the two modes, up to rounding; and for each element both modes
/// with central differences, whose step is found by trial so that it suits value and parameter. Of more than 500 elements, 500 are
/// looked at one by one. The point mustn't lie on a kink, where differences see both sides.
///
/// # Errors
/// Where something differs: the report names the parameter and the element that differ most, with all three numbers.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// fn f(x: f64, y: f64) -> f64 { x * y.sin() }
/// fn f_forward(x: f64, y: f64) -> (f64, impl Fn(f64) -> (f64, f64)) {
///     (f(x, y), move |seed| (seed * y.sin(), seed * x * y.cos()))
/// }
/// fn f_jvp(x: f64, y: f64, x_dot: f64, y_dot: f64) -> (f64, f64) {
///     (f(x, y), x_dot * y.sin() + x * y.cos() * y_dot)
/// }
///
/// let report = check_gradients(
///     &["x", "y"],
///     &(1.5, 0.3),
///     |&(x, y)| f(x, y),
///     |&(x, y), seed| f_forward(x, y).1(seed),
///     |&(x, y), &(x_dot, y_dot)| f_jvp(x, y, x_dot, y_dot).1,
/// )?;
/// assert_eq!(report.elements, 2);
///
/// let mismatch = check_gradients(
///     &["x", "y"],
///     &(1.5, 0.3),
///     |&(x, y)| f(x, y),
///     |&(x, y), seed| (seed * y.sin(), -seed * x * y.cos()), // a wrong sign
///     |&(x, y), &(x_dot, y_dot)| f_jvp(x, y, x_dot, y_dot).1,
/// );
/// let report = mismatch.unwrap_err().to_string();
/// assert!(report.starts_with("reverse and forward mode differ most at `y`: reverse -1.433"), "{report}");
/// # Ok::<(), GradientMismatch>(())
/// ```
pub fn check_gradients<P, Y>(
    names: &[&str],
    point: &P,
    value: impl Fn(&P) -> Y,
    backward: impl Fn(&P, Y::Tangent) -> P::Tangent,
    jvp: impl Fn(&P, &P::Tangent) -> Y::Tangent,
) -> Result<GradientReport, GradientMismatch>
where
    P: StepAlong + Clone,
    P::Tangent: LeavesMut,
    Y: Differentiable + Leaves,
    Y::Tangent: LeavesMut<Scalar = Y::Scalar>,
{
    let y = value(point);
    let seed = seed(&y);
    let cotangent = backward(point, seed.clone());
    let along = |direction: &P::Tangent| dot(&seed, &jvp(point, direction));
    let estimate = |direction: &P::Tangent| {
        let at = |step: f64| {
            let mut moved = point.clone();
            moved.step_along(direction, step);
            dot(&seed, &value(&moved))
        };
        difference(at, dot(&seed, &y), epsilon::<P, Y>())
    };
    let report = check_elements(names, point, &cotangent, along, estimate, epsilon::<P, Y>())?;
    for direction in (1..=DIRECTIONS).map(|salt| random(point.zero_tangent(), salt)) {
        let (forward, reverse) = (along(&direction), dot(&cotangent, &direction));
        let size = dot(&magnitude(&cotangent), &magnitude(&direction));
        if !close(forward, reverse, mode_tolerance(epsilon::<P, Y>()) * size) {
            return Err(GradientMismatch::Identity { reverse, forward });
        }
    }
    Ok(report)
}

/// Compares the three derivatives by each element.
fn check_elements<P: Differentiable>(
    names: &[&str],
    point: &P,
    cotangent: &P::Tangent,
    along: impl Fn(&P::Tangent) -> f64,
    estimate: impl Fn(&P::Tangent) -> Estimate,
    epsilon: f64,
) -> Result<GradientReport, GradientMismatch>
where
    P::Tangent: LeavesMut,
{
    let largest = leaves::leaf_elements(cotangent).map(|(_, _, g)| g.to_f64().abs()).fold(0.0, f64::max);
    let mut report = GradientReport::default();
    let stride = leaves::element_count(cotangent).div_ceil(MOST_ELEMENTS).max(1);
    for (leaf, element, reverse) in leaves::leaf_elements(cotangent).step_by(stride) {
        let mut direction = point.zero_tangent();
        direction.leaf_mut(leaf)[element] = Real::from_f64(1.0);
        let Estimate { derivative, error } = estimate(&direction);
        let derivatives = Derivatives {
            parameter: report::parameter(names, cotangent, leaf),
            element,
            reverse: reverse.to_f64(),
            forward: along(&direction),
            differences: derivative,
        };
        report.add(&derivatives, error, largest, epsilon);
    }
    report.verdict()
}

/// How much the two modes may differ, relative to their size: rounding alone.
fn mode_tolerance(epsilon: f64) -> f64 {
    0.1 * Real::sqrt(epsilon)
}

/// How much differences may differ from both, relative to their size.
fn difference_tolerance(epsilon: f64) -> f64 {
    Real::cbrt(epsilon)
}

/// Whether two numbers are as close as that; infinities of one sign are.
#[allow(clippy::float_cmp)] // equal infinities have no difference
fn close(a: f64, b: f64, tolerance: f64) -> bool {
    a == b || (a - b).abs() <= tolerance
}

/// The distance from 1 to the next number of the less exact of the two types.
fn epsilon<P, Y>() -> f64
where
    P: Differentiable,
    P::Tangent: Leaves,
    Y: Leaves,
{
    let input = <<P::Tangent as Leaves>::Scalar as Real>::epsilon().to_f64();
    input.max(Y::Scalar::epsilon().to_f64())
}

/// The seed: 1 for a single number, else numbers that differ in size and sign.
fn seed<Y>(y: &Y) -> Y::Tangent
where
    Y: Differentiable,
    Y::Tangent: LeavesMut,
{
    let zero = y.zero_tangent();
    if leaves::element_count(&zero) == 1 {
        return leaves::map(zero, |_| Real::from_f64(1.0));
    }
    random(zero, 0)
}

/// Pseudo-random numbers in -1..1, the same at every call, in the shape of a tangent.
fn random<T: Tangent + LeavesMut>(zero: T, salt: u64) -> T {
    let mut state = salt.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    leaves::map(zero, |_| {
        // Steele, Lea and Flood's SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let upper = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or_default();
        Real::from_f64(f64::from(upper) / f64::from(u32::MAX) * 2.0 - 1.0)
    })
}

/// The absolute values of a tangent.
fn magnitude<T: Tangent + LeavesMut>(tangent: &T) -> T {
    leaves::map(tangent.clone(), Real::abs)
}

/// The inner product over all elements of two containers that have as many; NaN where they don't.
fn dot<A: Leaves, B: Leaves>(a: &A, b: &B) -> f64 {
    if leaves::element_count(a) != leaves::element_count(b) {
        return f64::NAN;
    }
    let values = leaves::leaf_elements(a).zip(leaves::leaf_elements(b));
    values.map(|((_, _, a), (_, _, b))| a.to_f64() * b.to_f64()).sum()
}
