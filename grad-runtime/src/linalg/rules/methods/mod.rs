//! The derivatives of nalgebra's methods: for a method `m` there is `m_forward`, which gives the result and a pullback with
//! one cotangent per operand, the receiver first, and `m_jvp`, which takes the operands and then their tangents.

mod attempts;
mod elements;
mod factors;
mod matrix;
mod orthogonal;
mod pairs;
mod pose;
mod quaternion;
mod solve;
mod spectral;
mod square;
mod turning;

pub use attempts::*;
pub use elements::*;
pub use factors::*;
pub use matrix::{
    AdjointRule, MagnitudeRule, MagnitudeSquaredRule, NormRule, NormSquaredRule, NormalizeRule, SumRule,
    TransposeRule, across,
};
pub use orthogonal::*;
pub use pairs::*;
pub use pose::{InverseRule, RotationMatrixRule, TransformPointRule, TransformVectorRule};
pub use quaternion::*;
pub use solve::{CholeskyRule, LuRule, SolveRule};
pub use spectral::*;
pub use square::{DeterminantRule, TraceRule, TryInverseRule, cofactors};
pub use turning::*;

/// Declares the trait of a method of one operand: names of the trait and of its two methods.
macro_rules! method_of_one {
    ($(#[$doc:meta])* $rule:ident: $forward:ident, $jvp:ident) => {
        $(#[$doc])*
        pub trait $rule: Sized {
            /// The result.
            type Output;
            /// The tangent of the result.
            type Result;
            /// The tangent of the receiver.
            type Receiver;
            /// The result and the pullback.
            fn $forward(self) -> (Self::Output, impl Fn(Self::Result) -> (Self::Receiver,));
            /// The result and its tangent.
            fn $jvp<H>(self, dot: impl $crate::__private::Dot<Self, Self::Receiver, H>) -> (Self::Output, Self::Result);
        }
    };
}
use method_of_one;

/// The rule of a method of one operand: the value; what the pullback makes of the operand, the value and the seed; and
/// what goes along with the value, from the operand, the value and the operand's tangent.
macro_rules! rule_of_one {
    ($rule:ident: $forward:ident, $jvp:ident [$($generics:tt)*] $receiver:ty; $($rest:tt)*) => {
        rule_of_one!(@form $rule: $forward, $jvp [$($generics)*] $receiver, $receiver; $($rest)*);
        rule_of_one!(@form $rule: $forward, $jvp ['a, $($generics)*] $receiver, &'a $receiver; $($rest)*);
    };
    (@form $rule:ident: $forward:ident, $jvp:ident [$($generics:tt)*] $receiver:ty, $form:ty;
        where [$($bounds:tt)*]
        $dot:ty => $output:ty, $result:ty;
        value |$x:pat_param| $value:expr;
        pull |$p:tt, $q:tt, $seed:pat_param| $pull:expr;
        push |$r:pat_param, $s:pat_param, $d:pat_param| $push:expr;
    ) => {
        impl<$($generics)*> $rule for $form
        where
            $($bounds)*
        {
            type Output = $output;
            type Result = $result;
            type Receiver = $dot;

            #[inline]
            fn $forward(self) -> (Self::Output, impl Fn(Self::Result) -> (Self::Receiver,)) {
                let value: $output = {
                    let $x: &$receiver = self.borrow();
                    $value
                };
                rule_of_one!(@keep $q, value, $output);
                let pullback = move |$seed: $result| {
                    rule_of_one!(@operand $p, self, $receiver);
                    rule_of_one!(@result $q);
                    ($pull,)
                };
                (value, pullback)
            }

            #[inline]
            fn $jvp<H>(self, dot: impl $crate::__private::Dot<Self, Self::Receiver, H>) -> ($output, $result) {
                let $x: &$receiver = self.borrow();
                let value: $output = $value;
                let tangent = {
                    let ($r, $s): (&$receiver, &$output) = (self.borrow(), &value);
                    let $d: $dot = dot.known().unwrap_or_else(|| $crate::Differentiable::zero_tangent(&self));
                    $push
                };
                (value, tangent)
            }
        }
    };
    // What the pullback doesn't name, it doesn't keep.
    (@keep _, $value:ident, $output:ty) => {};
    (@keep $name:ident, $value:ident, $output:ty) => {
        let $name: $output = $value.clone();
    };
    (@operand _, $self:ident, $receiver:ty) => {};
    (@operand $name:ident, $self:ident, $receiver:ty) => {
        let $name: &$receiver = $self.borrow();
    };
    (@result _) => {};
    (@result $name:ident) => {
        let $name = &$name;
    };
}
use rule_of_one;

/// Declares the trait of a method of two operands.
macro_rules! method_of_two {
    ($(#[$doc:meta])* $rule:ident: $forward:ident, $jvp:ident) => {
        $(#[$doc])*
        pub trait $rule<B>: Sized {
            /// The result.
            type Output;
            /// The tangent of the result.
            type Result;
            /// The tangent of the receiver.
            type Left;
            /// The tangent of the argument.
            type Right;
            /// The result and the pullback.
            fn $forward(self, other: B) -> (Self::Output, impl Fn(Self::Result) -> (Self::Left, Self::Right));
            /// The result and its tangent.
            fn $jvp<H, K>(
                self,
                other: B,
                left: impl $crate::__private::Dot<Self, Self::Left, H>,
                right: impl $crate::__private::Dot<B, Self::Right, K>,
            ) -> (Self::Output, Self::Result);
        }
    };
}
use method_of_two;

/// The rule of a method of two operands; the argument comes as written: `lent`, or a number.
macro_rules! rule_of_two {
    // The argument is lent; a view is handed over by value instead.
    ($rule:ident: $forward:ident, $jvp:ident [$($generics:tt)*] $receiver:ty, lent $argument:ty; $($rest:tt)*) => {
        rule_of_two!(@form $rule: $forward, $jvp ['b, $($generics)*] $receiver, $receiver, &'b $argument, $argument; $($rest)*);
        rule_of_two!(@form $rule: $forward, $jvp ['a, 'b, $($generics)*] $receiver, &'a $receiver, &'b $argument, $argument; $($rest)*);
        rule_of_two!(@form $rule: $forward, $jvp [$($generics)*] $receiver, $receiver, $argument, $argument; $($rest)*);
        rule_of_two!(@form $rule: $forward, $jvp ['a, $($generics)*] $receiver, &'a $receiver, $argument, $argument; $($rest)*);
    };
    ($rule:ident: $forward:ident, $jvp:ident [$($generics:tt)*] $receiver:ty, $argument:ty; $($rest:tt)*) => {
        rule_of_two!(@form $rule: $forward, $jvp [$($generics)*] $receiver, $receiver, $argument, $argument; $($rest)*);
        rule_of_two!(@form $rule: $forward, $jvp ['a, $($generics)*] $receiver, &'a $receiver, $argument, $argument; $($rest)*);
    };
    (@form $rule:ident: $forward:ident, $jvp:ident [$($generics:tt)*] $receiver:ty, $form:ty, $argument:ty, $content:ty;
        where [$($bounds:tt)*]
        ($left:ty, $right:ty) => $output:ty, $result:ty;
        value |$a:pat_param, $b:pat_param| $value:expr;
        pull |$p:pat_param, $q:pat_param, $seed:pat_param| $pull:expr;
        push |$r:pat_param, $s:pat_param, $d:pat_param| $of_left:expr, $of_right:expr;
        $(zero $zero:expr;)?
    ) => {
        impl<$($generics)*> $rule<$argument> for $form
        where
            $($bounds)*
        {
            type Output = $output;
            type Result = $result;
            type Left = $left;
            type Right = $right;

            #[inline]
            fn $forward(
                self,
                other: $argument,
            ) -> (Self::Output, impl Fn(Self::Result) -> (Self::Left, Self::Right)) {
                let value: $output = {
                    let ($a, $b): (&$receiver, &$content) = (self.borrow(), other.borrow());
                    $value
                };
                let pullback = move |$seed: $result| {
                    let ($p, $q): (&$receiver, &$content) = (self.borrow(), other.borrow());
                    $pull
                };
                (value, pullback)
            }

            #[inline]
            fn $jvp<H, K>(
                self,
                other: $argument,
                left: impl $crate::__private::Dot<Self, Self::Left, H>,
                right: impl $crate::__private::Dot<$argument, Self::Right, K>,
            ) -> (Self::Output, Self::Result) {
                let value: $output = {
                    let ($a, $b): (&$receiver, &$content) = (self.borrow(), other.borrow());
                    $value
                };
                let ($r, $s): (&$receiver, &$content) = (self.borrow(), other.borrow());
                let of_left = left.known().map(|$d: $left| $of_left);
                let of_right = right.known().map(|$d: $right| $of_right);
                let tangent = match (of_left, of_right) {
                    (Some(left), Some(right)) => left + right,
                    (Some(one), None) | (None, Some(one)) => one,
                    (None, None) => rule_of_two!(@zero value $(, $zero)?),
                };
                (value, tangent)
            }
        }
    };
    (@zero $value:ident) => {
        $crate::Differentiable::zero_tangent(&$value)
    };
    (@zero $value:ident, $zero:expr) => {
        $zero
    };
}
use rule_of_two;
