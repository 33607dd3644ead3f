//! Partial derivatives that need a case distinction: what happens at a kink is decided here, once.

use crate::Real;

/// The derivative of `|x|`: the sign of `x`, 0 at 0.
#[inline]
pub fn abs_partial<T: Real>(x: T) -> T {
    if x == T::zero() { T::zero() } else { x.signum() }
}

/// The derivative of `xⁿ` by `x`: `n · xⁿ⁻¹`, and 0 everywhere for `n = 0`.
#[inline]
pub fn powi_partial<T: Real>(x: T, n: i32) -> T {
    match n {
        0 => T::zero(),
        1 => T::one(),
        2 => x + x,
        i32::MIN => T::from_f64(f64::from(n)) * x.powi(n) / x,
        _ => T::from_f64(f64::from(n)) * x.powi(n - 1),
    }
}

/// The derivative of `xᵖ` by `x`, given the power `y`: `p · xᵖ⁻¹`, and 0 everywhere for `p = 0`.
///
/// Away from zero and from the ends of the range it is `p · y / x`, which needs no second power.
#[inline]
pub fn powf_partial_base<T: Real>(x: T, p: T, y: T) -> T {
    let small = T::from_f64(1e-30);
    if p == T::zero() {
        T::zero()
    } else if y.abs() > small && y.abs() < small.recip() && x != T::zero() {
        p * (y / x)
    } else {
        p * x.powf(p - T::one())
    }
}

/// The derivative of `xᵖ` by `p`, given the power `y`: `y · ln x`, and 0 at `x = 0` for `p > 0`.
#[inline]
pub fn powf_partial_exponent<T: Real>(x: T, p: T, y: T) -> T {
    if x == T::zero() && p > T::zero() { T::zero() } else { y * x.ln() }
}
