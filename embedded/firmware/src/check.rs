//! Gradients against central differences.

use cortex_m_semihosting::hprintln;

/// How far an entry may be from the difference quotient, in parts of itself.
const TOLERANCE: f32 = 1e-3;

/// How many units of rounding error the function's value may carry, which the quotient divides by the step.
const ROUNDINGS: f32 = 8.0;

/// Whether `gradient` is that of `f` at `at`, by differences over `steps`; prints every entry and its quotient.
pub fn gradient<const N: usize>(
    name: &str,
    (at, steps): (&[f32; N], &[f32; N]),
    gradient: &[f32; N],
    f: impl Fn(&[f32; N]) -> f32,
) -> bool {
    let rounding = ROUNDINGS * f32::EPSILON * f(at).abs();
    hprintln!("gradient of the {name}, and by differences");
    let mut agrees = true;
    for index in 0..N {
        let quotient = quotient(at, index, steps[index], &f);
        let entry = gradient[index];
        // Written so that a NaN in either disagrees.
        let close = (quotient - entry).abs() <= TOLERANCE * entry.abs() + rounding / steps[index];
        hprintln!("  {entry:14.8} {quotient:14.8} {}", verdict(close));
        agrees &= close;
    }
    agrees
}

/// How far two ways to the same gradient may be apart, in parts of each entry: the rounding of a few hundred operations.
const ROUNDING: f32 = 1e-4;

/// Whether the gradient is the same as one that was found in another way.
pub fn same<const N: usize>(name: &str, way: &str, gradient: &[f32; N], other: &[f32; N]) -> bool {
    // Written so that a NaN in either disagrees.
    let agrees = gradient.iter().zip(other).all(|(a, b)| (a - b).abs() <= ROUNDING * b.abs());
    hprintln!("gradient of the {name}, and {way}: {}", verdict(agrees));
    agrees
}

/// How a check reads in the log.
pub fn verdict(agrees: bool) -> &'static str {
    if agrees { "agrees" } else { "MISMATCH" }
}

/// The quotient over four points, whose own error is of fourth order in the step (Abramowitz and Stegun, 25.3.6).
fn quotient<const N: usize>(at: &[f32; N], index: usize, step: f32, f: &impl Fn(&[f32; N]) -> f32) -> f32 {
    let moved = |steps: f32| {
        let mut point = *at;
        point[index] += steps * step;
        f(&point)
    };
    (8.0 * (moved(1.0) - moved(-1.0)) - (moved(2.0) - moved(-2.0))) / (12.0 * step)
}
