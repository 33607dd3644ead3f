//! The functions of std on floats whose type the macro doesn't know: `x.sin()` becomes `x.sin_forward()`.
//!
//! The formulas are those of the compiler's own table; `y` is the result, `d` the incoming tangent or cotangent.

#![allow(clippy::redundant_closure_call)]

use core::f64::consts::{LN_2, LN_10};

use super::{Dot, abs_partial, powf_partial_base, powf_partial_exponent, powi_partial, total};
use crate::{Differentiable, Real};

/// What generated code imports where it calls methods on values of unknown type: traits without names of their own.
pub mod scope {
    pub use super::{Binary as _, OfOption as _, Other as _, Unary as _};
    pub use crate::linalg::rules::constructors::{
        From1 as _, FromAxisAngle as _, FromEulerAngles as _, FromParts as _, FromRotation as _,
        FromScaledAxis as _, FromTranslation3 as _, New1 as _, New2 as _, New3 as _, New4 as _, New5 as _,
        New6 as _, New8 as _, New9 as _, New12 as _, New16 as _, NewNormalize as _, Pulls as _,
    };
    pub use crate::linalg::rules::methods::{
        AbsRule as _, AddScalarRule as _, AdjointRule as _, AmaxRule as _, AminRule as _, AngleRule as _,
        AngleToRule as _, AsVectorRule as _, CholeskyRule as _, ColumnSumRule as _, ComponentDivRule as _,
        ComponentMulRule as _, CrossMatrixRule as _, CrossRule as _, DeterminantRule as _, DiagonalRule as _,
        DistanceRule as _, DotRule as _, EulerAnglesRule as _, ImagRule as _, IntoInnerRule as _,
        InvMulRule as _, InverseRule as _, InverseTransformPointRule as _, InverseTransformVectorRule as _,
        KroneckerRule as _, LerpRule as _, LnDeterminantRule as _, LowerFactorRule as _,
        LowerTriangleRule as _, LuRule as _, MagnitudeRule as _, MagnitudeSquaredRule as _, MatrixRule as _,
        MaxRule as _, MeanRule as _, MinRule as _, NormRule as _, NormSquaredRule as _, NormalizeRule as _,
        OrthogonalFactorRule as _, PowfRule as _, PushRule as _, QrRule as _, QuaternionRule as _,
        RotationMatrixRule as _, RotationToRule as _, RowSumRule as _, ScalarRule as _, ScaleRule as _,
        ScaledAxisRule as _, SingularValuesRule as _, SlerpRule as _, SolveRule as _, SumRule as _,
        SvdRule as _, SymmetricEigenRule as _, SymmetricEigenvaluesRule as _, SymmetricPartRule as _,
        ToHomogeneousRule as _, TrMulRule as _, TraceRule as _, TransformPointRule as _,
        TransformVectorRule as _, TransposeRule as _, TryInverseRule as _, TryNormalizeRule as _,
        UnscaleRule as _, UpperFactorRule as _, UpperTriangleRule as _, VarianceRule as _, VectorRule as _,
        XyRule as _, XyzRule as _, XzRule as _, YxRule as _, YzRule as _, ZyxRule as _,
    };
}

/// A derivative that is zero wherever it exists.
fn zero<T: Real>(_d: T) -> T {
    T::zero()
}

/// `name = formula of one operand;`
macro_rules! unary {
    ($(#[$doc:meta])* $($name:ident, $forward:ident, $jvp:ident = |$x:ident, $y:ident, $o:ident, $d:ident| $formula:expr;)*) => {
        /// The functions of one operand.
        pub trait Unary: Real {
            $(
                /// The value and the pullback.
                #[inline]
                fn $forward(self) -> (Self, impl Fn(Self) -> (Self,)) {
                    let ($x, $y, $o) = (self, Real::$name(self), Self::one());
                    ($y, move |$d: Self| ($formula,))
                }

                /// The value and its tangent.
                #[inline]
                fn $jvp<H>(self, dot: impl Dot<Self, Self, H>) -> (Self, Self) {
                    let ($x, $y, $o) = (self, Real::$name(self), Self::one());
                    total($y, [dot.known().map(|$d: Self| $formula)])
                }
            )*
        }
    };
}

unary! {
    sin, sin_forward, sin_jvp = |x, _y, _o, d| x.cos() * d;
    cos, cos_forward, cos_jvp = |x, _y, _o, d| -(x.sin() * d);
    tan, tan_forward, tan_jvp = |_x, y, o, d| (o + y * y) * d;
    asin, asin_forward, asin_jvp = |x, _y, o, d| d / ((o - x) * (o + x)).sqrt();
    acos, acos_forward, acos_jvp = |x, _y, o, d| -(d / ((o - x) * (o + x)).sqrt());
    atan, atan_forward, atan_jvp = |x, _y, o, d| d / (o + x * x);
    sinh, sinh_forward, sinh_jvp = |x, _y, _o, d| x.cosh() * d;
    cosh, cosh_forward, cosh_jvp = |x, _y, _o, d| x.sinh() * d;
    tanh, tanh_forward, tanh_jvp = |_x, y, o, d| (o - y * y) * d;
    asinh, asinh_forward, asinh_jvp = |x, _y, o, d| d / (o + x * x).sqrt();
    acosh, acosh_forward, acosh_jvp = |x, _y, o, d| d / ((x - o) * (x + o)).sqrt();
    atanh, atanh_forward, atanh_jvp = |x, _y, o, d| d / ((o - x) * (o + x));
    exp, exp_forward, exp_jvp = |_x, y, _o, d| y * d;
    exp2, exp2_forward, exp2_jvp = |_x, y, _o, d| Self::from_f64(LN_2) * y * d;
    exp_m1, exp_m1_forward, exp_m1_jvp = |_x, y, o, d| (o + y) * d;
    ln, ln_forward, ln_jvp = |x, _y, _o, d| d / x;
    ln_1p, ln_1p_forward, ln_1p_jvp = |x, _y, o, d| d / (o + x);
    log2, log2_forward, log2_jvp = |x, _y, _o, d| d / (Self::from_f64(LN_2) * x);
    log10, log10_forward, log10_jvp = |x, _y, _o, d| d / (Self::from_f64(LN_10) * x);
    sqrt, sqrt_forward, sqrt_jvp = |_x, y, _o, d| Self::from_f64(0.5) / y * d;
    cbrt, cbrt_forward, cbrt_jvp = |_x, y, _o, d| d / (Self::from_f64(3.0) * (y * y));
    recip, recip_forward, recip_jvp = |_x, y, _o, d| -(y * y * d);
    abs, abs_forward, abs_jvp = |x, _y, _o, d| abs_partial(x) * d;
    fract, fract_forward, fract_jvp = |_x, _y, _o, d| d;
    to_degrees, to_degrees_forward, to_degrees_jvp = |_x, _y, _o, d| d.to_degrees();
    to_radians, to_radians_forward, to_radians_jvp = |_x, _y, _o, d| d.to_radians();
    signum, signum_forward, signum_jvp = |_x, _y, _o, d| zero(d);
    floor, floor_forward, floor_jvp = |_x, _y, _o, d| zero(d);
    ceil, ceil_forward, ceil_jvp = |_x, _y, _o, d| zero(d);
    round, round_forward, round_jvp = |_x, _y, _o, d| zero(d);
    trunc, trunc_forward, trunc_jvp = |_x, _y, _o, d| zero(d);
}

impl<T: Real> Unary for T {}

/// `name = formulas of two operands;`
macro_rules! binary {
    ($($name:ident, $forward:ident, $jvp:ident = |$a:ident, $b:ident, $y:ident, $d:ident| $left:expr, $right:expr;)*) => {
        /// The functions of two operands of one type.
        pub trait Binary: Real {
            $(
                /// The value and the pullback.
                #[inline]
                fn $forward(self, other: Self) -> (Self, impl Fn(Self) -> (Self, Self)) {
                    let ($a, $b, $y) = (self, other, Real::$name(self, other));
                    ($y, move |$d: Self| ($left, $right))
                }

                /// The value and its tangent.
                #[inline]
                fn $jvp<H, K>(
                    self,
                    other: Self,
                    dot: impl Dot<Self, Self, H>,
                    other_dot: impl Dot<Self, Self, K>,
                ) -> (Self, Self) {
                    let ($a, $b, $y) = (self, other, Real::$name(self, other));
                    total($y, [dot.known().map(|$d: Self| $left), other_dot.known().map(|$d: Self| $right)])
                }
            )*
        }
    };
}

fn when<T: Real>(condition: bool, value: T) -> T {
    if condition { value } else { T::zero() }
}

/// `0 / 0` at the tip of the cone counts as 0.
fn slope<T: Real>(a: T, y: T) -> T {
    if y == T::zero() { T::zero() } else { a / y }
}

binary! {
    atan2, atan2_forward, atan2_jvp = |a, b, _y, d| b * (d / (a * a + b * b)), -(a * (d / (a * a + b * b)));
    hypot, hypot_forward, hypot_jvp = |a, b, y, d| slope(a, y) * d, slope(b, y) * d;
    powf, powf_forward, powf_jvp = |x, p, y, d| powf_partial_base(x, p, y) * d, powf_partial_exponent(x, p, y) * d;
    max, max_forward, max_jvp = |a, b, _y, d| when(a > b || b.is_nan(), d), when(!(a > b || b.is_nan()), d);
    min, min_forward, min_jvp = |a, b, _y, d| when(a < b || b.is_nan(), d), when(!(a < b || b.is_nan()), d);
    copysign, copysign_forward, copysign_jvp = |x, s, _y, d| abs_partial(x) * s.signum() * d, zero(d);
}

impl<T: Real> Binary for T {}

/// Functions with operands of other types.
pub trait Other: Real {
    /// The value and the pullback.
    #[inline]
    fn sin_cos_forward(self) -> ((Self, Self), impl Fn((Self, Self)) -> (Self,)) {
        let (sin, cos) = Real::sin_cos(self);
        ((sin, cos), move |(sin_bar, cos_bar)| (cos * sin_bar - sin * cos_bar,))
    }

    /// The value and its tangent.
    #[inline]
    fn sin_cos_jvp<H>(self, dot: impl Dot<Self, Self, H>) -> ((Self, Self), (Self, Self)) {
        let (sin, cos) = Real::sin_cos(self);
        let dot = dot.known();
        let (_, sin_dot) = total(sin, [dot.map(|d| cos * d)]);
        let (_, cos_dot) = total(cos, [dot.map(|d| -(sin * d))]);
        ((sin, cos), (sin_dot, cos_dot))
    }

    /// The value and the pullback.
    #[inline]
    fn powi_forward(self, n: i32) -> (Self, impl Fn(Self) -> (Self, ())) {
        (Real::powi(self, n), move |d: Self| (powi_partial(self, n) * d, ()))
    }

    /// The value and its tangent.
    #[inline]
    fn powi_jvp<H, K>(
        self,
        n: i32,
        dot: impl Dot<Self, Self, H>,
        _constant: impl Dot<i32, (), K>,
    ) -> (Self, Self) {
        total(Real::powi(self, n), [dot.known().map(|d| powi_partial(self, n) * d)])
    }

    /// The value and the pullback.
    #[inline]
    fn mul_add_forward(self, a: Self, b: Self) -> (Self, impl Fn(Self) -> (Self, Self, Self)) {
        (Real::mul_add(self, a, b), move |d: Self| (a * d, self * d, d))
    }

    /// The value and its tangent.
    #[inline]
    fn mul_add_jvp<H, K, L>(
        self,
        a: Self,
        b: Self,
        dot: impl Dot<Self, Self, H>,
        a_dot: impl Dot<Self, Self, K>,
        b_dot: impl Dot<Self, Self, L>,
    ) -> (Self, Self) {
        let shares = [dot.known().map(|d| a * d), a_dot.known().map(|d| self * d), b_dot.known()];
        total(Real::mul_add(self, a, b), shares)
    }

    /// The value and the pullback.
    #[inline]
    fn clamp_forward(self, low: Self, high: Self) -> (Self, impl Fn(Self) -> (Self, Self, Self)) {
        let value = Real::clamp(self, low, high);
        (value, move |d: Self| {
            (when(!(self < low || self > high), d), when(self < low, d), when(self > high, d))
        })
    }

    /// The value and its tangent.
    #[inline]
    fn clamp_jvp<H, K, L>(
        self,
        low: Self,
        high: Self,
        dot: impl Dot<Self, Self, H>,
        low_dot: impl Dot<Self, Self, K>,
        high_dot: impl Dot<Self, Self, L>,
    ) -> (Self, Self) {
        let dot = if self < low {
            low_dot.known()
        } else if self > high {
            high_dot.known()
        } else {
            dot.known()
        };
        total(Real::clamp(self, low, high), [dot])
    }
}

impl<T: Real> Other for T {}

/// The methods that take a value out of an option.
pub trait OfOption: Sized {
    /// What is in it.
    type Value: Differentiable;

    /// The value and the pullback.
    fn unwrap_forward(self) -> (Self::Value, impl Fn(Bar<Self>) -> (Option<Bar<Self>>,));
    /// The value and its tangent.
    fn unwrap_jvp<H>(self, dot: impl Dot<Self, Option<Bar<Self>>, H>) -> (Self::Value, Bar<Self>);
    /// The value and the pullback.
    fn expect_forward(self, message: &str) -> (Self::Value, impl Fn(Bar<Self>) -> (Option<Bar<Self>>, ()));
    /// The value and its tangent.
    fn expect_jvp<H, K>(
        self,
        message: &str,
        dot: impl Dot<Self, Option<Bar<Self>>, H>,
        constant: impl Dot<str, (), K>,
    ) -> (Self::Value, Bar<Self>);
}

impl<T: Differentiable + Clone> OfOption for &Option<T> {
    type Value = T;

    #[inline]
    fn unwrap_forward(self) -> (T, impl Fn(T::Tangent) -> (Option<T::Tangent>,)) {
        (self.clone().unwrap(), |seed| (Some(seed),))
    }

    #[inline]
    fn unwrap_jvp<H>(self, dot: impl Dot<Self, Option<T::Tangent>, H>) -> (T, T::Tangent) {
        total(self.clone().unwrap(), [dot.known().flatten()])
    }

    #[inline]
    fn expect_forward(self, message: &str) -> (T, impl Fn(T::Tangent) -> (Option<T::Tangent>, ())) {
        (self.clone().expect(message), |seed| (Some(seed), ()))
    }

    #[inline]
    fn expect_jvp<H, K>(
        self,
        message: &str,
        dot: impl Dot<Self, Option<T::Tangent>, H>,
        _constant: impl Dot<str, (), K>,
    ) -> (T, T::Tangent) {
        total(self.clone().expect(message), [dot.known().flatten()])
    }
}

/// The tangent of what is in an option.
type Bar<O> = <<O as OfOption>::Value as Differentiable>::Tangent;

impl<T: Differentiable> OfOption for Option<T> {
    type Value = T;

    #[inline]
    fn unwrap_forward(self) -> (T, impl Fn(T::Tangent) -> (Option<T::Tangent>,)) {
        (self.unwrap(), |seed| (Some(seed),))
    }

    #[inline]
    fn unwrap_jvp<H>(self, dot: impl Dot<Self, Option<T::Tangent>, H>) -> (T, T::Tangent) {
        total(self.unwrap(), [dot.known().flatten()])
    }

    #[inline]
    fn expect_forward(self, message: &str) -> (T, impl Fn(T::Tangent) -> (Option<T::Tangent>, ())) {
        (self.expect(message), |seed| (Some(seed), ()))
    }

    #[inline]
    fn expect_jvp<H, K>(
        self,
        message: &str,
        dot: impl Dot<Self, Option<T::Tangent>, H>,
        _constant: impl Dot<str, (), K>,
    ) -> (T, T::Tangent) {
        total(self.expect(message), [dot.known().flatten()])
    }
}
