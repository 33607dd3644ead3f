//! The functions of std on floats whose type the macro doesn't know, to second order: `x.sin()` becomes `x.sin_second(..)`.
//!
//! The formulas are second derivatives; `y` is the result.

use core::f64::consts::{LN_2, LN_10};

use super::super::methods::{Binary, Other, Unary};
use super::super::{Dot, Slots, powf_base_base, powf_base_exponent, powf_exponent_exponent, powi_second};
use super::{Seeds, curved, curved_twice, hand_over};
use crate::Real;

/// `name = second derivative;`
macro_rules! unary {
    ($($forward:ident, $second:ident = |$x:ident, $y:ident, $o:ident| $formula:expr;)*) => {
        /// The functions of one operand.
        pub trait UnarySecond: Unary {
            $(
                /// The cotangents of the operand and of its tangent.
                #[inline]
                fn $second<H, S: Slots<(Self,)>, D: Slots<(Self,)>>(
                    self,
                    (dot,): (impl Dot<Self, Self, H>,),
                    seeds: Seeds<Self>,
                    slots: S,
                    dot_slots: D,
                ) -> (S::Answers, D::Answers) {
                    let (value, pullback) = self.$forward();
                    let ($x, $y, $o) = (self, value, Self::one());
                    let curvature = dot.known().map(|dot| $formula * dot * seeds.1);
                    hand_over(curved(pullback, seeds, curvature), slots, dot_slots)
                }
            )*
        }
    };
}

unary! {
    sin_forward, sin_second = |_x, y, _o| -y;
    cos_forward, cos_second = |_x, y, _o| -y;
    tan_forward, tan_second = |_x, y, o| (y + y) * (o + y * y);
    asin_forward, asin_second = |x, _y, o| { let c = (o - x) * (o + x); x / (c * c.sqrt()) };
    acos_forward, acos_second = |x, _y, o| { let c = (o - x) * (o + x); -(x / (c * c.sqrt())) };
    atan_forward, atan_second = |x, _y, o| { let c = o + x * x; -((x + x) / (c * c)) };
    sinh_forward, sinh_second = |_x, y, _o| y;
    cosh_forward, cosh_second = |_x, y, _o| y;
    tanh_forward, tanh_second = |_x, y, o| -((y + y) * (o - y * y));
    asinh_forward, asinh_second = |x, _y, o| { let c = o + x * x; -(x / (c * c.sqrt())) };
    acosh_forward, acosh_second = |x, _y, o| { let c = (x - o) * (x + o); -(x / (c * c.sqrt())) };
    atanh_forward, atanh_second = |x, _y, o| { let c = (o - x) * (o + x); (x + x) / (c * c) };
    exp_forward, exp_second = |_x, y, _o| y;
    exp2_forward, exp2_second = |_x, y, _o| Self::from_f64(LN_2 * LN_2) * y;
    exp_m1_forward, exp_m1_second = |_x, y, o| o + y;
    ln_forward, ln_second = |x, _y, o| -(o / (x * x));
    ln_1p_forward, ln_1p_second = |x, _y, o| { let c = o + x; -(o / (c * c)) };
    log2_forward, log2_second = |x, _y, o| -(o / (Self::from_f64(LN_2) * x * x));
    log10_forward, log10_second = |x, _y, o| -(o / (Self::from_f64(LN_10) * x * x));
    sqrt_forward, sqrt_second = |x, y, _o| Self::from_f64(-0.25) / (x * y);
    cbrt_forward, cbrt_second = |x, y, _o| Self::from_f64(-2.0 / 9.0) * y / (x * x);
    recip_forward, recip_second = |_x, y, _o| (y + y) * (y * y);
}

impl<T: Real> UnarySecond for T {}

/// The functions of one operand whose pieces are linear.
macro_rules! straight {
    ($($forward:ident, $second:ident;)*) => {
        /// The functions of one operand without curvature.
        pub trait StraightSecond: Unary {
            $(
                /// The cotangents of the operand and of its tangent.
                #[inline]
                fn $second<T, S: Slots<(Self,)>, D: Slots<(Self,)>>(
                    self,
                    _dots: T,
                    seeds: Seeds<Self>,
                    slots: S,
                    dot_slots: D,
                ) -> (S::Answers, D::Answers) {
                    hand_over(curved(self.$forward().1, seeds, None), slots, dot_slots)
                }
            )*
        }
    };
}

straight! {
    abs_forward, abs_second;
    fract_forward, fract_second;
    to_degrees_forward, to_degrees_second;
    to_radians_forward, to_radians_second;
    signum_forward, signum_second;
    floor_forward, floor_second;
    ceil_forward, ceil_second;
    round_forward, round_second;
    trunc_forward, trunc_second;
}

impl<T: Real> StraightSecond for T {}

/// `name = the second derivatives by both operands: aa, ab, bb;`
macro_rules! binary {
    ($($forward:ident, $second:ident = |$a:ident, $b:ident, $y:ident| $aa:expr, $ab:expr, $bb:expr;)*) => {
        /// The functions of two operands of one type.
        pub trait BinarySecond: Binary {
            $(
                /// The cotangents of the operands and of their tangents. What is constant has no share, infinite or not.
                #[inline]
                fn $second<H, K, S: Slots<(Self, Self)>, D: Slots<(Self, Self)>>(
                    self,
                    other: Self,
                    (dot, other_dot): (impl Dot<Self, Self, H>, impl Dot<Self, Self, K>),
                    seeds: Seeds<Self>,
                    slots: S,
                    dot_slots: D,
                ) -> (S::Answers, D::Answers) {
                    let (value, pullback) = self.$forward(other);
                    let ($a, $b, $y) = (self, other, value);
                    let (mut of_a, mut of_b) = (Self::zero(), Self::zero());
                    if let Some(dot) = dot.known() {
                        of_a += $aa * dot * seeds.1;
                        of_b += $ab * dot * seeds.1;
                    }
                    if let Some(dot) = other_dot.known() {
                        of_a += $ab * dot * seeds.1;
                        of_b += $bb * dot * seeds.1;
                    }
                    hand_over(curved_twice(pullback, seeds, (of_a, of_b)), slots, dot_slots)
                }
            )*
        }
    };
}

/// At the tip of the cone the derivative counts as constant.
fn cone<T: Real>(numerator: T, y: T) -> T {
    if y == T::zero() { T::zero() } else { numerator / (y * y * y) }
}

binary! {
    atan2_forward, atan2_second = |a, b, _y|
        { let r = a * a + b * b; -((a + a) * b / (r * r)) },
        { let r = a * a + b * b; (a - b) * (a + b) / (r * r) },
        { let r = a * a + b * b; (a + a) * b / (r * r) };
    hypot_forward, hypot_second = |a, b, y| cone(b * b, y), -cone(a * b, y), cone(a * a, y);
    powf_forward, powf_second = |x, p, y|
        powf_base_base(x, p, y), powf_base_exponent(x, p, y), powf_exponent_exponent(x, p, y);
    max_forward, max_second = |_a, _b, _y| Self::zero(), Self::zero(), Self::zero();
    min_forward, min_second = |_a, _b, _y| Self::zero(), Self::zero(), Self::zero();
    copysign_forward, copysign_second = |_a, _b, _y| Self::zero(), Self::zero(), Self::zero();
}

impl<T: Real> BinarySecond for T {}

/// Functions with operands of other types.
pub trait OtherSecond: Other {
    /// The cotangents of the operand and of its tangent.
    #[inline]
    fn sin_cos_second<H, S: Slots<(Self,)>, D: Slots<(Self,)>>(
        self,
        (dot,): (impl Dot<Self, Self, H>,),
        seeds: Seeds<(Self, Self)>,
        slots: S,
        dot_slots: D,
    ) -> (S::Answers, D::Answers) {
        let ((sin, cos), pullback) = self.sin_cos_forward();
        let (of_sin, of_cos) = seeds.1;
        let curvature = dot.known().map(|dot| -(sin * of_sin + cos * of_cos) * dot);
        hand_over(curved(pullback, seeds, curvature), slots, dot_slots)
    }

    /// The cotangents of the operand and of its tangent.
    #[inline]
    fn powi_second<H, K, S: Slots<(Self, ())>, D: Slots<(Self, ())>>(
        self,
        n: i32,
        (dot, _constant): (impl Dot<Self, Self, H>, K),
        seeds: Seeds<Self>,
        slots: S,
        dot_slots: D,
    ) -> (S::Answers, D::Answers) {
        let curvature = dot.known().map(|dot| powi_second(self, n) * dot * seeds.1);
        let pullback = self.powi_forward(n).1;
        let ((bar,), (dot_bar,)) = curved(|seed| (pullback(seed).0,), seeds, curvature);
        hand_over(((bar, ()), (dot_bar, ())), slots, dot_slots)
    }

    /// The cotangents of the operands and of their tangents.
    #[inline]
    fn mul_add_second<H, K, M, S: Slots<(Self, Self, Self)>, D: Slots<(Self, Self, Self)>>(
        self,
        a: Self,
        b: Self,
        (dot, a_dot, _b_dot): (impl Dot<Self, Self, H>, impl Dot<Self, Self, K>, M),
        seeds: Seeds<Self>,
        slots: S,
        dot_slots: D,
    ) -> (S::Answers, D::Answers) {
        let pullback = self.mul_add_forward(a, b).1;
        let (mut bars, dot_bars) = (pullback(seeds.0), pullback(seeds.1));
        bars.0 += a_dot.known().map_or(Self::zero(), |dot| dot * seeds.1);
        bars.1 += dot.known().map_or(Self::zero(), |dot| dot * seeds.1);
        hand_over((bars, dot_bars), slots, dot_slots)
    }

    /// The cotangents of the operands and of their tangents.
    #[inline]
    fn clamp_second<T, S: Slots<(Self, Self, Self)>, D: Slots<(Self, Self, Self)>>(
        self,
        low: Self,
        high: Self,
        _dots: T,
        seeds: Seeds<Self>,
        slots: S,
        dot_slots: D,
    ) -> (S::Answers, D::Answers) {
        let pullback = self.clamp_forward(low, high).1;
        hand_over((pullback(seeds.0), pullback(seeds.1)), slots, dot_slots)
    }
}

impl<T: Real> OtherSecond for T {}
