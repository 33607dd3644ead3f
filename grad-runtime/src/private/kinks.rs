//! Partial derivatives that need a case distinction: what happens at a kink is decided here, once.

use nalgebra::RealField;

use crate::Real;

/// What the cases need of a number: `T: Real` and nalgebra's `T: RealField` both have it.
#[allow(clippy::return_self_not_must_use)] // each is a formula
pub trait Number: nalgebra::Scalar + Copy + PartialOrd {
    #[doc(hidden)]
    fn __of(number: f64) -> Self;
    #[doc(hidden)]
    fn __sign(self) -> Self;
    #[doc(hidden)]
    fn __size(self) -> Self;
    #[doc(hidden)]
    fn __powi(self, n: i32) -> Self;
    #[doc(hidden)]
    fn __powf(self, p: Self) -> Self;
    #[doc(hidden)]
    fn __ln(self) -> Self;
    #[doc(hidden)]
    fn __add(self, other: Self) -> Self;
    #[doc(hidden)]
    fn __mul(self, other: Self) -> Self;
    #[doc(hidden)]
    fn __div(self, other: Self) -> Self;
}

impl<T: RealField + Copy> Number for T {
    #[inline]
    fn __of(number: f64) -> Self {
        nalgebra::convert(number)
    }
    #[inline]
    fn __sign(self) -> Self {
        self.signum()
    }
    #[inline]
    fn __size(self) -> Self {
        self.abs()
    }
    #[inline]
    fn __powi(self, n: i32) -> Self {
        self.powi(n)
    }
    #[inline]
    fn __powf(self, p: Self) -> Self {
        self.powf(p)
    }
    #[inline]
    fn __ln(self) -> Self {
        self.ln()
    }
    #[inline]
    fn __add(self, other: Self) -> Self {
        self + other
    }
    #[inline]
    fn __mul(self, other: Self) -> Self {
        self * other
    }
    #[inline]
    fn __div(self, other: Self) -> Self {
        self / other
    }
}

/// A number of a generic type.
#[inline]
#[must_use]
pub fn number<T: Number>(number: f64) -> T {
    T::__of(number)
}

/// Whether a number of a generic type is none.
#[inline]
#[allow(clippy::eq_op)] // only that isn't equal to itself
pub fn is_nan<T: PartialEq>(x: T) -> bool {
    x != x
}

/// The derivative of `|x|`: the sign of `x`, 0 at 0.
#[inline]
pub fn abs_partial<T: Number>(x: T) -> T {
    if x == T::__of(0.0) { T::__of(0.0) } else { x.__sign() }
}

/// The derivative of `xⁿ` by `x`: `n · xⁿ⁻¹`, and 0 everywhere for `n = 0`.
#[inline]
pub fn powi_partial<T: Number>(x: T, n: i32) -> T {
    match n {
        0 => T::__of(0.0),
        1 => T::__of(1.0),
        2 => x.__add(x),
        i32::MIN => T::__of(f64::from(n)).__mul(x.__powi(n)).__div(x),
        _ => T::__of(f64::from(n)).__mul(x.__powi(n - 1)),
    }
}

/// The derivative of `xᵖ` by `x`, given the power `y`: `p · xᵖ⁻¹`, and 0 everywhere for `p = 0`.
///
/// Away from zero and from the ends of the range it is `p · y / x`, which needs no second power.
#[inline]
pub fn powf_partial_base<T: Number>(x: T, p: T, y: T) -> T {
    let (zero, small, large) = (T::__of(0.0), T::__of(1e-30), T::__of(1e30));
    if p == zero {
        zero
    } else if y.__size() > small && y.__size() < large && x != zero {
        p.__mul(y.__div(x))
    } else {
        p.__mul(x.__powf(p.__add(T::__of(-1.0))))
    }
}

/// The derivative of `xᵖ` by `p`, given the power `y`: `y · ln x`, and 0 at `x = 0` for `p > 0`.
#[inline]
pub fn powf_partial_exponent<T: Number>(x: T, p: T, y: T) -> T {
    let zero = T::__of(0.0);
    if x == zero && p > zero { zero } else { y.__mul(x.__ln()) }
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
