//! Formulas over values of the IR, written as ordinary Rust: each operator appends a statement.

use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Neg, Sub};

use crate::ir::{Builder, Prim, V};

/// A value in a formula.
#[derive(Clone, Copy)]
pub struct Sym<'c, 'b> {
    pub builder: &'c RefCell<&'c mut Builder<'b>>,
    pub v: V,
}

impl Sym<'_, '_> {
    fn apply(self, prim: Prim, operands: &[V]) -> Self {
        let v = self.builder.borrow_mut().prim(prim, operands);
        Self { builder: self.builder, v }
    }

    /// A number of the same type.
    pub fn constant(self, number: f64) -> Self {
        self.number(number)
    }

    fn number(self, number: f64) -> Self {
        let v = self.builder.borrow_mut().number(number, self.v);
        Self { builder: self.builder, v }
    }

    /// `if self { yes } else { no }`; `no` is a number.
    pub fn choose(self, yes: Self, no: f64) -> Self {
        let no = yes.number(no);
        yes.apply(Prim::Select, &[self.v, yes.v, no.v])
    }

    /// `if self { yes } else { no }`; `yes` is a number.
    pub fn otherwise(self, yes: f64, no: Self) -> Self {
        let yes = no.number(yes);
        no.apply(Prim::Select, &[self.v, yes.v, no.v])
    }
}

/// Methods of a formula, under the names of std.
macro_rules! unary {
    ($($name:ident = $prim:ident;)*) => {
        impl Sym<'_, '_> { $(pub fn $name(self) -> Self { self.apply(Prim::$prim, &[self.v]) })* }
    };
}

macro_rules! binary {
    ($($name:ident = $prim:ident;)*) => {
        impl Sym<'_, '_> { $(pub fn $name(self, other: Self) -> Self { self.apply(Prim::$prim, &[self.v, other.v]) })* }
    };
}

unary! {
    sin = Sin; cos = Cos; sinh = Sinh; cosh = Cosh; exp = Exp; ln = Ln; sqrt = Sqrt; trunc = Trunc;
    signum = Signum; to_degrees = ToDegrees; to_radians = ToRadians; abs_partial = AbsPartial; is_nan = IsNan;
}

binary! {
    powi_partial = PowiPartial; powi_second = PowiSecond; div_euclid = DivEuclid;
    gt = Gt; ge = Ge; lt = Lt; le = Le; eq = Eq; and = And; or = Or;
}

/// Partial derivatives of `xᵖ` of `self = x`, with the power at hand.
macro_rules! powers {
    ($($name:ident = $prim:ident;)*) => {
        impl Sym<'_, '_> {
            $(pub fn $name(self, p: Self, y: Self) -> Self { self.apply(Prim::$prim, &[self.v, p.v, y.v]) })*
        }
    };
}

powers! {
    powf_partial_base = PowfPartialBase; powf_partial_exponent = PowfPartialExponent;
    powf_base_base = PowfBaseBase; powf_base_exponent = PowfBaseExponent; powf_exponent_exponent = PowfExponentExponent;
}

macro_rules! operators {
    ($($trait:ident, $method:ident, $prim:ident;)*) => {$(
        impl $trait for Sym<'_, '_> {
            type Output = Self;
            fn $method(self, other: Self) -> Self { self.apply(Prim::$prim, &[self.v, other.v]) }
        }

        impl<'c, 'b> $trait<Sym<'c, 'b>> for f64 {
            type Output = Sym<'c, 'b>;
            fn $method(self, other: Sym<'c, 'b>) -> Sym<'c, 'b> {
                other.number(self).$method(other)
            }
        }
    )*};
}

operators! { Add, add, Add; Sub, sub, Sub; Mul, mul, Mul; Div, div, Div; }

impl Neg for Sym<'_, '_> {
    type Output = Self;
    fn neg(self) -> Self {
        self.apply(Prim::Neg, &[self.v])
    }
}
