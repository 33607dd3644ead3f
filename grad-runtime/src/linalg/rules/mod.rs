//! The derivatives of nalgebra's operators and methods, chosen by rustc by the types of the operands.

// A pair's type is its documentation.
#![allow(clippy::type_complexity)]

pub mod constructors;
mod isometry;
mod matrix;
pub mod methods;
mod point;
mod rotation;
mod scalar;
mod turn;

/// The rule of an operator, for owned and borrowed operands.
///
/// `pull` sees the operands by reference, the seed, and gives one cotangent per operand; `push` sees the operands and
/// one operand's tangent, and gives its share in the result's: first that of the left, then that of the right. The operands are kept for `pull` as they were handed over: what was borrowed is read
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
        push |$e:pat_param, $f:pat_param, $share:pat_param| $of_left:expr, $of_right:expr;
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
            fn jvp(self, rhs: $right_form, left: Option<Self::Left>, right: Option<Self::Right>) -> (
                Self::Output,
                <Self::Output as $crate::Differentiable>::Tangent,
            ) {
                let value = {
                    let ($a, $b): (&$left, &$right) = (self.borrow(), rhs.borrow());
                    $value
                };
                let ($e, $f): (&$left, &$right) = (self.borrow(), rhs.borrow());
                let shares = [left.map(|$share: Self::Left| $of_left), right.map(|$share: Self::Right| $of_right)];
                $crate::__private::total(value, shares)
            }
        }
    };
}
use operator;

macro_rules! arithmetic {
    ($([$($generics:tt)*] $ty:ty $(where $of:ty: $bound:path)?;)*) => {
        $(impl<$($generics)*> crate::__private::ops::Arithmetic for $ty $(where $of: $bound)? {})*
    };
}

arithmetic! {
    [T, R, C, S] nalgebra::Matrix<T, R, C, S>;
    [T: nalgebra::Scalar, D: nalgebra::DimName] nalgebra::OPoint<T, D> where nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<D>;
    [T: nalgebra::Scalar] nalgebra::Quaternion<T>;
    [T] nalgebra::Unit<T>;
    [T, const D: usize] nalgebra::Rotation<T, D>;
    [T, const D: usize] nalgebra::Translation<T, D>;
    [T, R, const D: usize] nalgebra::Isometry<T, R, D>;
}

/// Types whose methods without a rule are refused in the user's words. A `Unit` of a vector isn't among them, as it derefs to what has rules.
macro_rules! refusing {
    ($([$($generics:tt)*] $ty:ty $(where $of:ty: $bound:path)?;)*) => {
        $(impl<$($generics)*> crate::__private::method::Derived for $ty $(where $of: $bound)? {})*
    };
}

refusing! {
    [T, R, C, S] nalgebra::Matrix<T, R, C, S>;
    [T: nalgebra::Scalar, D: nalgebra::DimName] nalgebra::OPoint<T, D> where nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<D>;
    [T: nalgebra::Scalar] nalgebra::Quaternion<T>;
    [T] nalgebra::Unit<nalgebra::Quaternion<T>>;
    [T] nalgebra::Unit<nalgebra::Complex<T>>;
    [T, const D: usize] nalgebra::Rotation<T, D>;
    [T, const D: usize] nalgebra::Translation<T, D>;
    [T, R, const D: usize] nalgebra::Isometry<T, R, D>;
}
