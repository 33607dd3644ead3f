//! The table.

use std::f64::consts::{LN_2, LN_10};

use super::Part::{self, Zero};
use super::Sym;
use crate::ir::Prim;

/// `Name(operands) = result, d { one formula per operand };`
macro_rules! rules {
    ($($prim:ident($($x:ident),+) = $y:ident, $d:ident { $($part:expr),+ };)*) => {
        /// What the rule of `prim` says of operand `which`; `d` is the result's cotangent, or the operand's tangent.
        pub fn part<'c, 'b>(prim: Prim, operands: &[Sym<'c, 'b>], which: usize, y: Sym<'c, 'b>, d: Sym<'c, 'b>) -> Part<'c, 'b> {
            match prim {
                $(Prim::$prim => {
                    let [$($x),+] = *operands else { return Zero };
                    let ($y, $d) = (y, d);
                    let parts: &[&dyn Fn() -> Part<'c, 'b>] = &[$(&|| ($part).into()),+];
                    parts.get(which).map_or(Zero, |part| part())
                })*
                _ => Zero,
            }
        }
    };
}

// The formulas are those of any table of derivatives (Abramowitz and Stegun, 3.3 and 4.2 to 4.6); where a factored form keeps
// more digits, it is used: (1 - x)(1 + x) for 1 - x². What happens at the kinks is the specification's choice.
rules! {
    Add(_a, _b)     = _y, d { d, d };
    Sub(_a, _b)     = _y, d { d, -d };
    Mul(a, b)       = _y, d { b * d, a * d };
    Div(_a, b)      = y, d  { d / b, -(y * (d / b)) };
    Rem(a, b)       = _y, d { d, -((a / b).trunc() * d) };
    Neg(_x)         = _y, d { -d };
    MulAdd(a, b, _c) = _y, d { b * d, a * d, d };
    Recip(_x)       = y, d  { -(y * y * d) };

    Sin(x)          = _y, d { x.cos() * d };
    Cos(x)          = _y, d { -(x.sin() * d) };
    Tan(_x)         = y, d  { (1.0 + y * y) * d };
    Asin(x)         = _y, d { d / ((1.0 - x) * (1.0 + x)).sqrt() };
    Acos(x)         = _y, d { -(d / ((1.0 - x) * (1.0 + x)).sqrt()) };
    Atan(x)         = _y, d { d / (1.0 + x * x) };
    Atan2(a, b)     = _y, d { b * (d / (a * a + b * b)), -(a * (d / (a * a + b * b))) };
    Sinh(x)         = _y, d { x.cosh() * d };
    Cosh(x)         = _y, d { x.sinh() * d };
    Tanh(_x)        = y, d  { (1.0 - y * y) * d };
    Asinh(x)        = _y, d { d / (1.0 + x * x).sqrt() };
    Acosh(x)        = _y, d { d / ((x - one(x)) * (x + one(x))).sqrt() };
    Atanh(x)        = _y, d { d / ((1.0 - x) * (1.0 + x)) };

    Exp(_x)         = y, d  { y * d };
    Exp2(_x)        = y, d  { LN_2 * y * d };
    ExpM1(_x)       = y, d  { (1.0 + y) * d };
    Ln(x)           = _y, d { d / x };
    Ln1p(x)         = _y, d { d / (1.0 + x) };
    Log(x, b)       = y, d  { d / (x * b.ln()), -(y * d / (b * b.ln())) };
    Log2(x)         = _y, d { d / (LN_2 * x) };
    Log10(x)        = _y, d { d / (LN_10 * x) };

    Sqrt(_x)        = y, d  { 0.5 / y * d };
    Cbrt(_x)        = y, d  { d / (3.0 * (y * y)) };
    Powi(x, n)      = _y, d { x.powi_partial(n) * d, Zero };
    Powf(x, p)      = y, d  { x.powf_partial_base(p, y) * d, x.powf_partial_exponent(p, y) * d };
    // The operand `y` of a partial derivative is the power itself: its share is in those of the base and the exponent.
    PowiPartial(x, n) = _y, d { x.powi_second(n) * d, Zero };
    PowfPartialBase(x, p, y) = _z, d { x.powf_base_base(p, y) * d, x.powf_base_exponent(p, y) * d, Zero };
    PowfPartialExponent(x, p, y) = _z, d { x.powf_base_exponent(p, y) * d, x.powf_exponent_exponent(p, y) * d, Zero };
    Hypot(a, b)     = y, d  { zero(y).otherwise(0.0, a / y * d), zero(y).otherwise(0.0, b / y * d) };

    Abs(x)          = _y, d { x.abs_partial() * d };
    Copysign(x, s)  = _y, d { x.abs_partial() * s.signum() * d, Zero };
    Fract(_x)       = _y, d { d };
    Max(a, b)       = _y, d { a.gt(b).or(b.is_nan()).choose(d, 0.0), a.gt(b).or(b.is_nan()).otherwise(0.0, d) };
    Min(a, b)       = _y, d { a.lt(b).or(b.is_nan()).choose(d, 0.0), a.lt(b).or(b.is_nan()).otherwise(0.0, d) };
    Clamp(x, lo, hi) = _y, d { x.lt(lo).or(x.gt(hi)).otherwise(0.0, d), x.lt(lo).choose(d, 0.0), x.gt(hi).choose(d, 0.0) };
    AbsSub(a, b)    = _y, d { a.gt(b).choose(d, 0.0), a.gt(b).choose(-d, 0.0) };
    RemEuclid(a, b) = _y, d { d, -(a.div_euclid(b) * d) };
    ToDegrees(_x)   = _y, d { d.to_degrees() };
    ToRadians(_x)   = _y, d { d.to_radians() };
    Select(c, _x, _y_) = _y, d { Zero, c.choose(d, 0.0), c.otherwise(0.0, d) };
}

fn one<'c, 'b>(like: Sym<'c, 'b>) -> Sym<'c, 'b> {
    like.constant(1.0)
}

/// Whether a value is zero.
fn zero<'c, 'b>(y: Sym<'c, 'b>) -> Sym<'c, 'b> {
    y.eq(y.constant(0.0))
}
