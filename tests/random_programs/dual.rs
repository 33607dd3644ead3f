//! Dual numbers: a value and its derivative along one direction, by the chain rule and nothing else.

use std::cmp::Ordering;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

/// `v + d·ε` with `ε² = 0`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual {
    pub v: f64,
    pub d: f64,
}

/// A constant.
pub fn number(v: f64) -> Dual {
    Dual { v, d: 0.0 }
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

fn watched(v: f64, d: f64) -> Dual {
    if v.is_nan() || d.is_nan() || v.abs() > HUGE || d.abs() > HUGE {
        OVERFLOWED.set(true);
    }
    Dual { v, d }
}

impl Dual {
    fn chain(self, v: f64, slope: f64) -> Dual {
        watched(v, slope * self.d)
    }

    pub fn sin(self) -> Dual {
        self.chain(self.v.sin(), self.v.cos())
    }

    pub fn cos(self) -> Dual {
        self.chain(self.v.cos(), -self.v.sin())
    }

    pub fn tanh(self) -> Dual {
        let cosh = self.v.cosh();
        self.chain(self.v.tanh(), 1.0 / (cosh * cosh))
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
        watched(self.v.max(other.v), if self.v > other.v { self.d } else { other.d })
    }

    /// At a tie the derivative is that of the argument.
    pub fn min(self, other: Dual) -> Dual {
        watched(self.v.min(other.v), if self.v < other.v { self.d } else { other.d })
    }

    pub fn hypot(self, other: Dual) -> Dual {
        let v = self.v.hypot(other.v);
        let d = if v == 0.0 { 0.0 } else { (self.v * self.d + other.v * other.d) / v };
        watched(v, d)
    }

    pub fn atan2(self, other: Dual) -> Dual {
        let squares = self.v * self.v + other.v * other.v;
        watched(self.v.atan2(other.v), (other.v * self.d - self.v * other.d) / squares)
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
        watched(self.v + b.v, self.d + b.d)
    }
}

impl Sub for Dual {
    type Output = Dual;
    fn sub(self, b: Dual) -> Dual {
        watched(self.v - b.v, self.d - b.d)
    }
}

impl Mul for Dual {
    type Output = Dual;
    fn mul(self, b: Dual) -> Dual {
        watched(self.v * b.v, self.d * b.v + self.v * b.d)
    }
}

impl Div for Dual {
    type Output = Dual;
    fn div(self, b: Dual) -> Dual {
        watched(self.v / b.v, (self.d - self.v / b.v * b.d) / b.v)
    }
}

impl Neg for Dual {
    type Output = Dual;
    fn neg(self) -> Dual {
        watched(-self.v, -self.d)
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
