//! Generic real numbers.

use core::fmt::{Debug, Display, LowerExp};
use core::iter::{Product, Sum};
use core::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign};

use num_traits::{Euclid, One, Zero};
use simba::scalar::SupersetOf;

use crate::__private::ops::ScalarRules;
use crate::differentiable::{Differentiable, Tangent, narrow};
use crate::leaves::{Leaves, LeavesMut};

/// A real number: `f32` or `f64`.
///
/// It has the operators, and under the names of the standard library every function of a float, with and without `std`
/// (there they come from `libm`). A function over a generic `T: Real` is differentiated like one over `f64`.
///
/// ```
/// use grad_runtime::Real;
///
/// fn logistic<T: Real>(x: T) -> T {
///     T::one() / (T::one() + (-x).exp())
/// }
/// assert_eq!(logistic(0.0_f32), 0.5);
/// assert_eq!(logistic(0.0_f64), 0.5);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a real number",
    label = "a floating-point number is needed here",
    note = "`Real` holds for `f32` and `f64`; convert an integer with `as f64` or `f64::from`"
)]
pub trait Real:
    Copy
    + Default
    + PartialOrd
    + Debug
    + Display
    + LowerExp
    + Send
    + Sync
    + 'static
    + Zero
    + One
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + RemAssign
    + Sum
    + Product
    + for<'a> Sum<&'a Self>
    + for<'a> Product<&'a Self>
    + SupersetOf<f64>
    + crate::__private::Number
    + Differentiable<Tangent = Self>
    + Tangent
    + Leaves<Scalar = Self>
    + ScalarRules
    + LeavesMut
{
    /// The number nearest to `value`.
    fn from_f64(value: f64) -> Self;
    /// This number as `f64`, exactly.
    fn to_f64(self) -> f64;
    /// The number nearest to π.
    #[must_use]
    fn pi() -> Self {
        Self::from_f64(core::f64::consts::PI)
    }
    /// The distance from 1 to the next greater number.
    #[must_use]
    fn epsilon() -> Self;
    /// Positive infinity.
    #[must_use]
    fn infinity() -> Self;
    /// Not a number.
    #[must_use]
    fn nan() -> Self;
    /// The sine of an angle in radians.
    #[must_use]
    fn sin(self) -> Self;
    /// The cosine of an angle in radians.
    #[must_use]
    fn cos(self) -> Self;
    /// The tangent of an angle in radians.
    #[must_use]
    fn tan(self) -> Self;
    /// The arc sine, in radians; NaN outside of -1 to 1.
    #[must_use]
    fn asin(self) -> Self;
    /// The arc cosine, in radians; NaN outside of -1 to 1.
    #[must_use]
    fn acos(self) -> Self;
    /// The arc tangent, in radians.
    #[must_use]
    fn atan(self) -> Self;
    /// The hyperbolic sine.
    #[must_use]
    fn sinh(self) -> Self;
    /// The hyperbolic cosine.
    #[must_use]
    fn cosh(self) -> Self;
    /// The hyperbolic tangent.
    #[must_use]
    fn tanh(self) -> Self;
    /// The inverse of the hyperbolic sine.
    #[must_use]
    fn asinh(self) -> Self;
    /// The inverse of the hyperbolic cosine; NaN below 1.
    #[must_use]
    fn acosh(self) -> Self;
    /// The inverse of the hyperbolic tangent; NaN outside of -1 to 1.
    #[must_use]
    fn atanh(self) -> Self;
    /// e to the power of this number.
    #[must_use]
    fn exp(self) -> Self;
    /// 2 to the power of this number.
    #[must_use]
    fn exp2(self) -> Self;
    /// e to the power of this number, less 1, exact also near 0.
    #[must_use]
    fn exp_m1(self) -> Self;
    /// The natural logarithm; NaN below 0.
    #[must_use]
    fn ln(self) -> Self;
    /// The natural logarithm of this number plus 1, exact also near 0.
    #[must_use]
    fn ln_1p(self) -> Self;
    /// The logarithm to base 2.
    #[must_use]
    fn log2(self) -> Self;
    /// The logarithm to base 10.
    #[must_use]
    fn log10(self) -> Self;
    /// The square root; NaN below 0.
    #[must_use]
    fn sqrt(self) -> Self;
    /// The cube root.
    #[must_use]
    fn cbrt(self) -> Self;
    /// The absolute value; its derivative at 0 is 0.
    #[must_use]
    fn abs(self) -> Self;
    /// 1 or -1, the sign of the number, also of a zero; its derivative is 0.
    #[must_use]
    fn signum(self) -> Self;
    /// The greatest integer that isn't greater; its derivative is 0.
    #[must_use]
    fn floor(self) -> Self;
    /// The least integer that isn't less; its derivative is 0.
    #[must_use]
    fn ceil(self) -> Self;
    /// The nearest integer, halves away from 0; its derivative is 0.
    #[must_use]
    fn round(self) -> Self;
    /// The integer part; its derivative is 0.
    #[must_use]
    fn trunc(self) -> Self;
    /// What is left of the integer part; its derivative is 1.
    #[must_use]
    fn fract(self) -> Self;
    /// 1 divided by this number.
    #[must_use]
    fn recip(self) -> Self;
    /// Radians to degrees.
    #[must_use]
    fn to_degrees(self) -> Self;
    /// Degrees to radians.
    #[must_use]
    fn to_radians(self) -> Self;
    /// The angle of the point (`other`, `self`), in radians.
    #[must_use]
    fn atan2(self, other: Self) -> Self;
    /// This number to a power.
    #[must_use]
    fn powf(self, exponent: Self) -> Self;
    /// The logarithm to a base.
    #[must_use]
    fn log(self, base: Self) -> Self;
    /// The length of the vector (`self`, `other`).
    #[must_use]
    fn hypot(self, other: Self) -> Self;
    /// The greater of the two; at a tie the derivative is that of `other`.
    #[must_use]
    fn max(self, other: Self) -> Self;
    /// The lesser of the two; at a tie the derivative is that of `other`.
    #[must_use]
    fn min(self, other: Self) -> Self;
    /// The remainder that is never negative.
    #[must_use]
    fn rem_euclid(self, divisor: Self) -> Self;
    /// The integer quotient that goes with [`rem_euclid`](Real::rem_euclid).
    #[must_use]
    fn div_euclid(self, divisor: Self) -> Self;
    /// This number's magnitude with the sign of another.
    #[must_use]
    fn copysign(self, sign: Self) -> Self;
    /// This number to an integer power.
    #[must_use]
    fn powi(self, exponent: i32) -> Self;
    /// Sine and cosine of an angle in radians.
    #[must_use]
    fn sin_cos(self) -> (Self, Self);
    /// `self * factor + summand`, rounded once.
    #[must_use]
    fn mul_add(self, factor: Self, summand: Self) -> Self;
    /// The nearest number between two limits; the derivative is 1 from limit to limit, 0 outside.
    ///
    /// # Panics
    ///
    /// Panics if `low` is greater than `high`, or if one of them is NaN.
    #[must_use]
    fn clamp(self, low: Self, high: Self) -> Self;
    /// Whether this is not a number.
    #[must_use]
    fn is_nan(self) -> bool;
    /// Whether this is neither infinite nor NaN.
    #[must_use]
    fn is_finite(self) -> bool;
    /// Whether this is positive or negative infinity.
    #[must_use]
    fn is_infinite(self) -> bool;
    /// Whether the sign bit is clear.
    #[must_use]
    fn is_sign_positive(self) -> bool;
    /// Whether the sign bit is set.
    #[must_use]
    fn is_sign_negative(self) -> bool;
}

/// The mathematics of the standard library, or of `libm` where there is none.
#[cfg(feature = "std")]
macro_rules! float {
    ($scalar:ident::$name:ident($($argument:expr),*)) => { $scalar::$name($($argument),*) };
}
#[cfg(not(feature = "std"))]
macro_rules! float {
    ($scalar:ident::$name:ident($($argument:expr),*)) => { num_traits::Float::$name($($argument),*) };
}

/// Methods of one number, by the functions that the core library has.
macro_rules! from_core {
    ($scalar:ident -> $result:ty: $($name:ident)*) => { $(
        #[inline]
        fn $name(self) -> $result {
            $scalar::$name(self)
        }
    )* };
}

/// Methods of one number that need [`float!`].
macro_rules! from_float {
    ($scalar:ident: $($name:ident)*) => { $(
        #[inline]
        fn $name(self) -> Self {
            float!($scalar::$name(self))
        }
    )* };
}

/// Methods of two numbers, by the functions that the core library has.
macro_rules! from_core_of_two {
    ($scalar:ident: $($name:ident)*) => { $(
        #[inline]
        fn $name(self, other: Self) -> Self {
            $scalar::$name(self, other)
        }
    )* };
}

/// Methods of two numbers that need [`float!`].
macro_rules! from_float_of_two {
    ($scalar:ident: $($name:ident)*) => { $(
        #[inline]
        fn $name(self, other: Self) -> Self {
            float!($scalar::$name(self, other))
        }
    )* };
}

/// `$from` rounds an `f64` to the scalar's precision.
macro_rules! real {
    ($scalar:ident, $from:expr) => {
        impl Real for $scalar {
            from_core!($scalar -> Self: abs signum recip to_degrees to_radians);
            from_core!($scalar -> bool: is_nan is_finite is_infinite is_sign_positive is_sign_negative);
            from_core_of_two!($scalar: max min copysign);
            from_float!($scalar: sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh exp exp2 exp_m1 ln);
            from_float!($scalar: ln_1p log2 log10 sqrt cbrt floor ceil round trunc fract);
            from_float_of_two!($scalar: atan2 powf log hypot);

            #[inline]
            fn from_f64(value: f64) -> Self {
                $from(value)
            }

            #[inline]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }

            #[inline]
            fn epsilon() -> Self {
                $scalar::EPSILON
            }

            #[inline]
            fn infinity() -> Self {
                $scalar::INFINITY
            }

            #[inline]
            fn nan() -> Self {
                $scalar::NAN
            }

            #[inline]
            fn clamp(self, low: Self, high: Self) -> Self {
                $scalar::clamp(self, low, high)
            }

            #[inline]
            fn powi(self, exponent: i32) -> Self {
                float!($scalar::powi(self, exponent))
            }

            #[inline]
            fn sin_cos(self) -> (Self, Self) {
                float!($scalar::sin_cos(self))
            }

            #[inline]
            fn mul_add(self, factor: Self, summand: Self) -> Self {
                float!($scalar::mul_add(self, factor, summand))
            }

            #[inline]
            fn rem_euclid(self, divisor: Self) -> Self {
                Euclid::rem_euclid(&self, &divisor)
            }

            #[inline]
            fn div_euclid(self, divisor: Self) -> Self {
                Euclid::div_euclid(&self, &divisor)
            }
        }
    };
}

real!(f64, core::convert::identity);
real!(f32, narrow);
