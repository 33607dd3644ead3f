//! Dual numbers: a value and its derivative along one direction, by the chain rule and nothing else.

use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// `v + d·ε` with `ε² = 0`, and how far rounding may take another evaluation of the same derivative away from `d`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual {
    pub v: f64,
    pub d: f64,
    /// The sum over all paths of the sizes of their products of slopes: much larger than `d` where paths cancel.
    paths: f64,
    /// A bound of the rounding along all paths, in units of the machine's epsilon.
    rounding: f64,
}

/// A constant.
pub fn number(v: f64) -> Dual {
    Dual { v, d: 0.0, paths: 0.0, rounding: 0.0 }
}

/// An input that moves by `d`.
pub fn moving(v: f64, d: f64) -> Dual {
    Dual { v, d, paths: d.abs(), rounding: 0.0 }
}

thread_local! {
    /// Whether a value or a derivative became too large to be compared: an adjoint may multiply what overflowed by zero.
    static OVERFLOWED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Beyond this size the product of two derivatives may overflow.
const HUGE: f64 = 1e120;

/// Whether anything became too large since this was asked last.
pub fn overflowed() -> bool {
    OVERFLOWED.replace(false)
}

/// A result with its slope in each operand. Reverse mode adds the same products in another order, so each step
/// may be off by a rounding of everything that came along it.
fn joined(v: f64, operands: &[(Dual, f64)]) -> Dual {
    let mut out = number(v);
    for (x, slope) in operands {
        out.d += slope * x.d;
        out.paths += slope.abs() * x.paths;
        out.rounding += slope.abs() * (x.rounding + x.paths);
    }
    if v.is_nan() || !(v.abs() <= HUGE && out.d.abs() <= HUGE && out.rounding <= HUGE) {
        OVERFLOWED.set(true);
    }
    out
}

impl Dual {
    /// How far rounding alone may take the derivative from another evaluation of it.
    pub fn uncertainty(self) -> f64 {
        self.rounding * f64::EPSILON
    }

    fn chain(self, v: f64, slope: f64) -> Dual {
        joined(v, &[(self, slope)])
    }

    /// A slope that is usually written as a difference from one: near zero all that is left of it is rounding.
    fn saturating(self, v: f64, slope: f64) -> Dual {
        let out = self.chain(v, slope);
        Dual { rounding: out.rounding + self.paths, ..out }
    }

    pub fn sin(self) -> Dual {
        self.chain(self.v.sin(), self.v.cos())
    }

    pub fn cos(self) -> Dual {
        self.chain(self.v.cos(), -self.v.sin())
    }

    pub fn tanh(self) -> Dual {
        let cosh = self.v.cosh();
        self.saturating(self.v.tanh(), 1.0 / (cosh * cosh))
    }

    pub fn exp(self) -> Dual {
        self.chain(self.v.exp(), self.v.exp())
    }

    pub fn ln_1p(self) -> Dual {
        self.chain(self.v.ln_1p(), 1.0 / (1.0 + self.v))
    }

    pub fn sqrt(self) -> Dual {
        self.chain(self.v.sqrt(), 0.5 / self.v.sqrt())
    }

    pub fn atan(self) -> Dual {
        self.chain(self.v.atan(), 1.0 / (1.0 + self.v * self.v))
    }

    /// At zero the derivative is zero.
    pub fn abs(self) -> Dual {
        let slope = if self.v > 0.0 {
            1.0
        } else if self.v < 0.0 {
            -1.0
        } else {
            0.0
        };
        self.chain(self.v.abs(), slope)
    }

    pub fn recip(self) -> Dual {
        self.chain(self.v.recip(), -1.0 / (self.v * self.v))
    }

    pub fn powi(self, n: i32) -> Dual {
        let slope = if n == 0 { 0.0 } else { f64::from(n) * self.v.powi(n - 1) };
        self.chain(self.v.powi(n), slope)
    }

    /// At a tie the derivative is that of the argument.
    pub fn max(self, other: Dual) -> Dual {
        Dual { v: self.v.max(other.v), ..if self.v > other.v { self } else { other } }
    }

    /// At a tie the derivative is that of the argument.
    pub fn min(self, other: Dual) -> Dual {
        Dual { v: self.v.min(other.v), ..if self.v < other.v { self } else { other } }
    }

    pub fn hypot(self, other: Dual) -> Dual {
        let v = self.v.hypot(other.v);
        let length = if v == 0.0 { f64::INFINITY } else { v };
        joined(v, &[(self, self.v / length), (other, other.v / length)])
    }

    pub fn atan2(self, other: Dual) -> Dual {
        let squares = self.v * self.v + other.v * other.v;
        joined(self.v.atan2(other.v), &[(self, other.v / squares), (other, -self.v / squares)])
    }
}

impl PartialOrd for Dual {
    fn partial_cmp(&self, other: &Dual) -> Option<Ordering> {
        self.v.partial_cmp(&other.v)
    }
}

impl Add for Dual {
    type Output = Dual;
    fn add(self, b: Dual) -> Dual {
        joined(self.v + b.v, &[(self, 1.0), (b, 1.0)])
    }
}

impl Sub for Dual {
    type Output = Dual;
    fn sub(self, b: Dual) -> Dual {
        joined(self.v - b.v, &[(self, 1.0), (b, -1.0)])
    }
}

impl Mul for Dual {
    type Output = Dual;
    fn mul(self, b: Dual) -> Dual {
        joined(self.v * b.v, &[(self, b.v), (b, self.v)])
    }
}

impl Div for Dual {
    type Output = Dual;
    fn div(self, b: Dual) -> Dual {
        joined(self.v / b.v, &[(self, 1.0 / b.v), (b, -(self.v / b.v) / b.v)])
    }
}

impl Neg for Dual {
    type Output = Dual;
    fn neg(self) -> Dual {
        self.chain(-self.v, -1.0)
    }
}

/// As floats do it, from a negative zero.
impl std::iter::Sum for Dual {
    fn sum<I: Iterator<Item = Dual>>(terms: I) -> Dual {
        terms.fold(number(-0.0), |sum, term| sum + term)
    }
}

macro_rules! assign {
    ($($trait:ident $method:ident $operator:tt;)+) => {$(
        impl $trait for Dual {
            fn $method(&mut self, b: Dual) {
                *self = *self $operator b;
            }
        }
    )+};
}
assign! {
    AddAssign add_assign +;
    SubAssign sub_assign -;
    MulAssign mul_assign *;
    DivAssign div_assign /;
}
