//! Operators on operands whose type the macro doesn't know: the rule is chosen by rustc, by type.
//!
//! Each function takes its operands and returns the result and a pullback, which has one cotangent per operand.

use super::Dot;

/// A binary operator with a derivative.
macro_rules! binary {
    ($($trait:ident, $operator:ident, $name:ident, $jvp:ident;)*) => {$(
        #[doc = concat!("The rule of the operator `", stringify!($name), "`.")]
        #[diagnostic::on_unimplemented(
            message = "no derivative is known for this operator on `{Self}` and `{Rhs}`",
            label = "an active value meets this operator",
            note = "put `#[differentiable]` on the operator's `impl` if the type is yours",
            note = "or write the type of the operands: `let x: f64 = ..`"
        )]
        pub trait $trait<Rhs>: core::ops::$operator<Rhs, Output: crate::Differentiable> + Sized {
            /// The tangent of the left operand.
            type Left;
            /// The tangent of the right operand.
            type Right;
            /// The result and the pullback.
            fn forward(self, rhs: Rhs) -> (
                Self::Output,
                impl Fn(<Self::Output as crate::Differentiable>::Tangent) -> (Self::Left, Self::Right),
            );
            /// The result and its tangent.
            fn jvp(self, rhs: Rhs, left: Self::Left, right: Self::Right) -> (
                Self::Output,
                <Self::Output as crate::Differentiable>::Tangent,
            );
        }

        /// The result and the pullback.
        #[inline]
        pub fn $name<L: $trait<R>, R>(left: L, right: R) -> (
            L::Output,
            impl Fn(<L::Output as crate::Differentiable>::Tangent) -> (L::Left, L::Right),
        ) {
            left.forward(right)
        }

        /// The result and its tangent.
        #[inline]
        pub fn $jvp<L, R, H, K>(left: L, right: R, left_dot: impl Dot<L, L::Left, H>, right_dot: impl Dot<R, L::Right, K>) -> (
            L::Output,
            <L::Output as crate::Differentiable>::Tangent,
        )
        where
            L: $trait<R>,
        {
            let (left_dot, right_dot) = (left_dot.dot(&left), right_dot.dot(&right));
            left.jvp(right, left_dot, right_dot)
        }
    )*};
}

binary! {
    AddRule, Add, add, add_jvp;
    SubRule, Sub, sub, sub_jvp;
    MulRule, Mul, mul, mul_jvp;
    DivRule, Div, div, div_jvp;
    RemRule, Rem, rem, rem_jvp;
}

/// Negation with a derivative.
#[diagnostic::on_unimplemented(
    message = "no derivative is known for the negation of `{Self}`",
    label = "an active value is negated",
    note = "put `#[differentiable]` on the `impl Neg` if the type is yours"
)]
pub trait NegRule: core::ops::Neg<Output: crate::Differentiable> + Sized {
    /// The tangent of the operand.
    type Operand;
    /// The result and the pullback.
    fn forward(
        self,
    ) -> (Self::Output, impl Fn(<Self::Output as crate::Differentiable>::Tangent) -> (Self::Operand,));
    /// The result and its tangent.
    fn jvp(self, dot: Self::Operand) -> (Self::Output, <Self::Output as crate::Differentiable>::Tangent);
}

/// The result and the pullback.
#[inline]
pub fn neg<T: NegRule>(
    operand: T,
) -> (T::Output, impl Fn(<T::Output as crate::Differentiable>::Tangent) -> (T::Operand,)) {
    operand.forward()
}

/// The result and its tangent.
#[inline]
pub fn neg_jvp<T: NegRule, H>(
    operand: T,
    dot: impl Dot<T, T::Operand, H>,
) -> (T::Output, <T::Output as crate::Differentiable>::Tangent) {
    let dot = dot.dot(&operand);
    NegRule::jvp(operand, dot)
}

/// The rules of a float type, for operands by value and by reference.
macro_rules! scalar {
    ($float:ty: $($left:ty, $right:ty;)*) => {$(
        scalar!(@binary $float, $left, $right, AddRule, |a, b| a + b, |_a, _b, d| (d, d), |_a, _b, x, y| x + y);
        scalar!(@binary $float, $left, $right, SubRule, |a, b| a - b, |_a, _b, d| (d, -d), |_a, _b, x, y| x - y);
        scalar!(@binary $float, $left, $right, MulRule, |a, b| a * b, |a, b, d| (b * d, a * d), |a, b, x, y| b * x + a * y);
        scalar!(@binary $float, $left, $right, DivRule, |a, b| a / b, |a, b, d| (d / b, -(a / b * (d / b))),
            |a, b, x, y| x / b - a / b * (y / b));
        scalar!(@binary $float, $left, $right, RemRule, |a, b| a % b, |a, b, d| (d, -((a / b).trunc_() * d)),
            |a, b, x, y| x - (a / b).trunc_() * y);
    )*};
    (@binary $float:ty, $left:ty, $right:ty, $rule:ident, |$a:ident, $b:ident| $value:expr,
        |$c:ident, $d:ident, $seed:ident| $pull:expr, |$e:ident, $f:ident, $x:ident, $y:ident| $push:expr) => {
        impl $rule<$right> for $left {
            type Left = $float;
            type Right = $float;
            #[inline]
            fn forward(self, rhs: $right) -> ($float, impl Fn($float) -> ($float, $float)) {
                let ($a, $b): ($float, $float) = (self.value(), rhs.value());
                let ($c, $d) = ($a, $b);
                ($value, move |$seed: $float| $pull)
            }
            #[inline]
            fn jvp(self, rhs: $right, $x: $float, $y: $float) -> ($float, $float) {
                let ($a, $b): ($float, $float) = (self.value(), rhs.value());
                let ($e, $f) = ($a, $b);
                ($value, $push)
            }
        }
    };
}

/// A float, owned or borrowed.
trait Plain<T> {
    fn value(self) -> T;
}

/// Truncation, with or without `std`.
trait Truncate {
    fn trunc_(self) -> Self;
}

macro_rules! plain {
    ($($float:ty),*) => {$(
        impl Plain<$float> for $float {
            #[inline]
            fn value(self) -> $float { self }
        }
        impl Plain<$float> for &$float {
            #[inline]
            fn value(self) -> $float { *self }
        }
        impl Truncate for $float {
            #[inline]
            fn trunc_(self) -> Self { crate::Real::trunc(self) }
        }
        scalar!($float: $float, $float; &$float, $float; $float, &$float; &$float, &$float;);
        impl NegRule for $float {
            type Operand = $float;
            #[inline]
            fn forward(self) -> ($float, impl Fn($float) -> ($float,)) { (-self, |seed: $float| (-seed,)) }
            #[inline]
            fn jvp(self, dot: $float) -> ($float, $float) { (-self, -dot) }
        }
        impl NegRule for &$float {
            type Operand = $float;
            #[inline]
            fn forward(self) -> ($float, impl Fn($float) -> ($float,)) { (-*self, |seed: $float| (-seed,)) }
            #[inline]
            fn jvp(self, dot: $float) -> ($float, $float) { (-*self, -dot) }
        }
    )*};
}

plain! { f32, f64 }
