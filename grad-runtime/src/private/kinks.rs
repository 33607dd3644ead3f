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

/// The second derivative of `xⁿ` by `x`: `n · (n - 1) · xⁿ⁻²`, and 0 everywhere for `n` of 0 and 1.
#[inline]
pub fn powi_second<T: Real>(x: T, n: i32) -> T {
    match n {
        0 | 1 => T::zero(),
        i32::MIN => T::from_f64(f64::from(n)) * T::from_f64(f64::from(n) - 1.0) * x.powi(n) / (x * x),
        _ => T::from_f64(f64::from(n)) * powi_partial(x, n - 1),
    }
}

/// The second derivative of `xᵖ` by `x`: `p · (p - 1) · xᵖ⁻²`, and 0 everywhere for `p` of 0 and 1.
#[inline]
pub fn powf_base_base<T: Real>(x: T, p: T, _y: T) -> T {
    let less = p - T::one();
    if p == T::zero() { T::zero() } else { p * powf_partial_base(x, less, x.powf(less)) }
}

/// The derivative of `xᵖ` by `x` and by `p`: `xᵖ⁻¹ · (1 + p · ln x)`, and 0 at `x = 0` for `p > 1`.
#[inline]
pub fn powf_base_exponent<T: Real>(x: T, p: T, _y: T) -> T {
    let less = p - T::one();
    let power = x.powf(less);
    power + p * powf_partial_exponent(x, less, power)
}

/// The second derivative of `xᵖ` by `p`: `xᵖ · ln² x`, and 0 at `x = 0` for `p > 0`.
#[inline]
pub fn powf_exponent_exponent<T: Real>(x: T, p: T, y: T) -> T {
    if x == T::zero() && p > T::zero() { T::zero() } else { y * (x.ln() * x.ln()) }
}
