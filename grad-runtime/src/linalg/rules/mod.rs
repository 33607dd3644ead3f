//! The derivatives of nalgebra's operators and methods, chosen by rustc by the types of the operands.

mod isometry;
mod matrix;
mod point;
mod rotation;
mod scalar;
mod turn;

/// The rule of an operator, for owned and borrowed operands.
///
/// `pull` sees the operands by reference, the seed, and gives one cotangent per operand; `push` sees the operands and their
/// tangents and gives the result's. The operands are kept for `pull` as they were handed over: what was borrowed is read
/// again, not copied.
macro_rules! operator {
    // Both operands come owned or borrowed.
    ($rule:ident [$($generics:tt)*] $left:ty, $right:ty; $($rest:tt)*) => {
        operator!(@form $rule [$($generics)*] $left, $left, $right, $right; $($rest)*);
        operator!(@form $rule ['a, $($generics)*] $left, &'a $left, $right, $right; $($rest)*);
        operator!(@form $rule ['b, $($generics)*] $left, $left, $right, &'b $right; $($rest)*);
        operator!(@form $rule ['a, 'b, $($generics)*] $left, &'a $left, $right, &'b $right; $($rest)*);
    };
    // The right operand is a number, which comes by value.
    (number $rule:ident [$($generics:tt)*] $left:ty, $right:ty; $($rest:tt)*) => {
        operator!(@form $rule [$($generics)*] $left, $left, $right, $right; $($rest)*);
        operator!(@form $rule ['a, $($generics)*] $left, &'a $left, $right, $right; $($rest)*);
    };
    // The left operand is a number, which comes by value.
    (of_number $rule:ident [$($generics:tt)*] $left:ty, $right:ty; $($rest:tt)*) => {
        operator!(@form $rule [$($generics)*] $left, $left, $right, $right; $($rest)*);
        operator!(@form $rule ['b, $($generics)*] $left, $left, $right, &'b $right; $($rest)*);
    };
    (@form $rule:ident [$($generics:tt)*] $left:ty, $left_form:ty, $right:ty, $right_form:ty;
        where [$($bounds:tt)*]
        ($left_tangent:ty, $right_tangent:ty)
        value |$a:pat_param, $b:pat_param| $value:expr;
        pull |$c:pat_param, $d:pat_param, $seed:pat_param| $pull:expr;
        push |$e:pat_param, $f:pat_param, $x:ident, $y:ident| $push:expr;
    ) => {
        impl<$($generics)*> $crate::__private::ops::$rule<$right_form> for $left_form
        where
            $($bounds)*
        {
            type Left = $left_tangent;
            type Right = $right_tangent;

            #[inline]
            fn forward(self, rhs: $right_form) -> (
                Self::Output,
                impl Fn(<Self::Output as $crate::Differentiable>::Tangent) -> (Self::Left, Self::Right),
            ) {
                let value = {
                    let ($a, $b): (&$left, &$right) = (self.borrow(), rhs.borrow());
                    $value
                };
                let pullback = move |$seed: <Self::Output as $crate::Differentiable>::Tangent| {
                    let ($c, $d): (&$left, &$right) = (self.borrow(), rhs.borrow());
                    $pull
                };
                (value, pullback)
            }

            #[inline]
            fn jvp(self, rhs: $right_form, $x: Self::Left, $y: Self::Right) -> (
                Self::Output,
                <Self::Output as $crate::Differentiable>::Tangent,
            ) {
                let value = {
                    let ($a, $b): (&$left, &$right) = (self.borrow(), rhs.borrow());
                    $value
                };
                let ($e, $f): (&$left, &$right) = (self.borrow(), rhs.borrow());
                (value, $push)
            }
        }
    };
}
use operator;
