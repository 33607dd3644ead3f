//! Operators on operands whose type the macro doesn't know: the rule is chosen by rustc, by type.
//!
//! Each function takes its operands and returns the result and a pullback, which has one cotangent per operand.

use super::{Dot, total};

/// A binary operator with a derivative. What it gives is the operator's `Output`, or where it assigns the left operand.
macro_rules! binary {
    ($($trait:ident, $operator:ident, $name:ident, $jvp:ident;)*) => {$(
        binary!(@rule $trait [core::ops::$operator<Rhs, Output: crate::Differentiable>] Output, $name, $jvp,
            "put `#[differentiable]` on the operator's `impl` if the type is yours");
    )*};
    (assigning $($trait:ident, $operator:ident, $name:ident, $jvp:ident, $note:literal;)*) => {$(
        binary!(@rule $trait [core::ops::$operator<Rhs> + Itself] Itself, $name, $jvp, $note);
    )*};
    (@rule $trait:ident [$($bound:tt)*] $output:ident, $name:ident, $jvp:ident, $note:literal) => {
        #[doc = concat!("The rule of the operator `", stringify!($name), "`.")]
        #[diagnostic::on_unimplemented(
            message = "no derivative is known for this operator on `{Self}` and `{Rhs}`",
            label = "an active value meets this operator",
            note = $note,
            note = "or write the type of the operands: `let x: f64 = ..`"
        )]
        pub trait $trait<Rhs>: $($bound)* + Sized {
            /// The tangent of the left operand.
            type Left;
            /// The tangent of the right operand.
            type Right;
            /// The result and the pullback.
            fn forward(self, rhs: Rhs) -> (
                Self::$output,
                impl Fn(<Self::$output as crate::Differentiable>::Tangent) -> (Self::Left, Self::Right),
            );
            /// The result and its tangent; a constant operand has none.
            fn jvp(self, rhs: Rhs, left: Option<Self::Left>, right: Option<Self::Right>) -> (
                Self::$output,
                <Self::$output as crate::Differentiable>::Tangent,
            );
        }

        /// The result and the pullback.
        #[inline]
        pub fn $name<L: $trait<R>, R>(left: L, right: R) -> (
            L::$output,
            impl Fn(<L::$output as crate::Differentiable>::Tangent) -> (L::Left, L::Right),
        ) {
            left.forward(right)
        }

        /// The result and its tangent.
        #[inline]
        pub fn $jvp<L, R, H, K>(left: L, right: R, left_dot: impl Dot<L, L::Left, H>, right_dot: impl Dot<R, L::Right, K>) -> (
            L::$output,
            <L::$output as crate::Differentiable>::Tangent,
        )
        where
            L: $trait<R>,
        {
            left.jvp(right, left_dot.known(), right_dot.known())
        }
    };
}

binary! {
    AddRule, Add, add, add_jvp;
    SubRule, Sub, sub, sub_jvp;
    MulRule, Mul, mul, mul_jvp;
    DivRule, Div, div, div_jvp;
    RemRule, Rem, rem, rem_jvp;
}

binary! {
    assigning
    AddAssignRule, AddAssign, add_assign, add_assign_jvp, "put `#[differentiable]` on the `impl AddAssign` if the type is yours";
    SubAssignRule, SubAssign, sub_assign, sub_assign_jvp, "put `#[differentiable]` on the `impl SubAssign` if the type is yours";
    MulAssignRule, MulAssign, mul_assign, mul_assign_jvp, "put `#[differentiable]` on the `impl MulAssign` if the type is yours";
    DivAssignRule, DivAssign, div_assign, div_assign_jvp, "put `#[differentiable]` on the `impl DivAssign` if the type is yours";
    RemAssignRule, RemAssign, rem_assign, rem_assign_jvp, "put `#[differentiable]` on the `impl RemAssign` if the type is yours";
}

/// What an operator that assigns gives.
pub trait Itself {
    /// The type itself.
    type Itself: crate::Differentiable;
}

impl<T: crate::Differentiable> Itself for T {
    type Itself = T;
}

/// The types of std and nalgebra: their `a += b` is `a = a + b`, and so for the other operators.
pub trait Arithmetic {}

/// The rules of the operators that assign, from those of the others.
macro_rules! assigning {
    ($($assign:ident, $operator:ident, $rule:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<L, R> $assign<R> for L
        where
            L: Arithmetic + crate::Differentiable + core::ops::$operator<R> + $rule<R, Output = L>,
        {
            type Left = <L as $rule<R>>::Left;
            type Right = <L as $rule<R>>::Right;

            #[inline]
            fn forward(self, rhs: R) -> (L, impl Fn(L::Tangent) -> (Self::Left, Self::Right)) {
                <L as $rule<R>>::forward(self, rhs)
            }

            #[inline]
            fn jvp(self, rhs: R, left: Option<Self::Left>, right: Option<Self::Right>) -> (L, L::Tangent) {
                <L as $rule<R>>::jvp(self, rhs, left, right)
            }
        }
    )*};
}

assigning! {
    AddAssignRule, AddAssign, AddRule;
    SubAssignRule, SubAssign, SubRule;
    MulAssignRule, MulAssign, MulRule;
    DivAssignRule, DivAssign, DivRule;
    RemAssignRule, RemAssign, RemRule;
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
    fn jvp(
        self,
        dot: Option<Self::Operand>,
    ) -> (Self::Output, <Self::Output as crate::Differentiable>::Tangent);
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
    NegRule::jvp(operand, dot.known())
}

/// The operators of a scalar have rules: what `T: Real` implies.
pub trait ScalarRules:
    AddRule<Self, Left = Self, Right = Self>
    + SubRule<Self, Left = Self, Right = Self>
    + MulRule<Self, Left = Self, Right = Self>
    + DivRule<Self, Left = Self, Right = Self>
    + RemRule<Self, Left = Self, Right = Self>
    + NegRule<Operand = Self>
    + Arithmetic
{
}

/// The rules of a float type, for operands by value and by reference: the value, and the multiples of `d` that are the
/// operands' shares, in both directions.
macro_rules! scalar {
    ($float:ty: $($left:ty, $right:ty;)*) => {$(
        scalar!(@binary $float, $left, $right, AddRule, |a, b| a + b, |_a, _b, d| d, d);
        scalar!(@binary $float, $left, $right, SubRule, |a, b| a - b, |_a, _b, d| d, -d);
        scalar!(@binary $float, $left, $right, MulRule, |a, b| a * b, |a, b, d| b * d, a * d);
        scalar!(@binary $float, $left, $right, DivRule, |a, b| a / b, |a, b, d| d / b, -(a / b * (d / b)));
        scalar!(@binary $float, $left, $right, RemRule, |a, b| a % b, |a, b, d| d, -((a / b).trunc_() * d));
    )*};
    (@binary $float:ty, $left:ty, $right:ty, $rule:ident, |$a:ident, $b:ident| $value:expr,
        |$c:ident, $d:ident, $share:ident| $of_left:expr, $of_right:expr) => {
        impl $rule<$right> for $left {
            type Left = $float;
            type Right = $float;
            #[inline]
            fn forward(self, rhs: $right) -> ($float, impl Fn($float) -> ($float, $float)) {
                let ($a, $b): ($float, $float) = (self.value(), rhs.value());
                let ($c, $d) = ($a, $b);
                ($value, move |$share: $float| ($of_left, $of_right))
            }
            #[inline]
            #[allow(unused_variables, reason = "sums don't read their operands")]
            fn jvp(self, rhs: $right, left: Option<$float>, right: Option<$float>) -> ($float, $float) {
                let ($a, $b): ($float, $float) = (self.value(), rhs.value());
                let ($c, $d) = ($a, $b);
                total($value, [left.map(|$share: $float| $of_left), right.map(|$share: $float| $of_right)])
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
        impl Arithmetic for $float {}
        impl ScalarRules for $float {}
        impl NegRule for $float {
            type Operand = $float;
            #[inline]
            fn forward(self) -> ($float, impl Fn($float) -> ($float,)) { (-self, |seed: $float| (-seed,)) }
            #[inline]
            fn jvp(self, dot: Option<$float>) -> ($float, $float) { total(-self, [dot.map(|dot| -dot)]) }
        }
        impl NegRule for &$float {
            type Operand = $float;
            #[inline]
            fn forward(self) -> ($float, impl Fn($float) -> ($float,)) { (-*self, |seed: $float| (-seed,)) }
            #[inline]
            fn jvp(self, dot: Option<$float>) -> ($float, $float) { total(-*self, [dot.map(|dot| -dot)]) }
        }
    )*};
}

plain! { f32, f64 }
