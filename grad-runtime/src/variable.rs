//! Variables: values marked as those that gradients are taken for.

use core::ops::{Deref, DerefMut};

use crate::differentiable::{Differentiable, StepAlong};

/// A value that gradients are taken for.
///
/// It reads and writes like the value it holds. A function with parameters of this type is differentiated with
/// respect to these alone; the tangent is that of the value.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut weight = variable(2.0_f64);
/// *weight += 1.0;
/// assert_eq!(weight.sqrt(), 3.0_f64.sqrt());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Variable<T>(T);

/// Makes a value one that gradients are taken for.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let weights = variable([0.5, -0.5]);
/// assert_eq!(weights[1], -0.5);
/// ```
#[inline]
pub const fn variable<T>(value: T) -> Variable<T> {
    Variable(value)
}

/// The plain value of a variable, no longer one that gradients are taken for.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let weight: f64 = detach(variable(2.0));
/// assert!(!is_variable(&weight, false));
/// ```
#[inline]
pub fn detach<T>(variable: Variable<T>) -> T {
    variable.0
}

impl<T> Deref for Variable<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Variable<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> From<T> for Variable<T> {
    #[inline]
    fn from(value: T) -> Self {
        Variable(value)
    }
}

impl<T: Differentiable> Differentiable for Variable<T> {
    type Tangent = T::Tangent;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.0.zero_tangent()
    }
}

impl<T: StepAlong> StepAlong for Variable<T> {
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        self.0.step_along(direction, step);
    }
}

/// Whether `value` is a trainable variable.
///
/// With `exclusive = false` the answer is yes where the value is a [`Variable`] or holds one; with `exclusive = true` only
/// where its type is a variable's alone, so that every number in it is trained. Types tell, so the answer costs nothing.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// assert!(is_variable(&variable(1.0), true));
/// assert!(!is_variable(&1.0, false));
///
/// let model = (variable([1.0, 2.0]), 0.5);
/// assert!(is_variable(&model, false));
/// assert!(!is_variable(&model, true));
/// ```
#[inline]
pub fn is_variable<T: MaybeVariable + ?Sized>(_value: &T, exclusive: bool) -> bool {
    if exclusive { T::EXCLUSIVELY } else { T::PARTLY }
}

/// A type that knows whether it is a variable's; see [`is_variable`].
///
/// `#[derive(Differentiable)]` implements it for user types.
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't say whether it is a variable",
    label = "`is_variable` can't answer for this type",
    note = "put `#[derive(Differentiable)]` on the type if it is yours"
)]
pub trait MaybeVariable {
    /// Whether a [`Variable`] is among the parts.
    const PARTLY: bool;
    /// Whether there are parts, and all of them are [`Variable`]s.
    const EXCLUSIVELY: bool;
}

impl<T> MaybeVariable for Variable<T> {
    const PARTLY: bool = true;
    const EXCLUSIVELY: bool = true;
}

/// Types without parts that could be variables.
macro_rules! never {
    ($($T:ty),*) => {
        $(impl MaybeVariable for $T {
            const PARTLY: bool = false;
            const EXCLUSIVELY: bool = false;
        })*
    };
}

never!(f32, f64, bool, char, str, (), u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize);
#[cfg(feature = "alloc")]
never!(alloc::string::String);

/// Types that hold values of one other type.
macro_rules! as_inner {
    ($([$($parameters:tt)*] $T:ty),*) => {
        $(impl<T: MaybeVariable, $($parameters)*> MaybeVariable for $T {
            const PARTLY: bool = T::PARTLY;
            const EXCLUSIVELY: bool = T::EXCLUSIVELY;
        })*
    };
}

as_inner!([const N: usize] [T; N], [] [T], [] Option<T>);
#[cfg(feature = "alloc")]
as_inner!([] alloc::vec::Vec<T>);

/// Pointers, also those to slices and strings.
macro_rules! as_target {
    ($($T:ty),*) => {
        $(impl<T: MaybeVariable + ?Sized> MaybeVariable for $T {
            const PARTLY: bool = T::PARTLY;
            const EXCLUSIVELY: bool = T::EXCLUSIVELY;
        })*
    };
}

as_target!(&T, &mut T);
#[cfg(feature = "alloc")]
as_target!(alloc::boxed::Box<T>);

/// One tuple length.
macro_rules! tuple {
    ($($T:ident),*) => {
        impl<$($T: MaybeVariable),*> MaybeVariable for ($($T,)*) {
            const PARTLY: bool = false $(|| $T::PARTLY)*;
            const EXCLUSIVELY: bool = true $(&& $T::EXCLUSIVELY)*;
        }
    };
}

tuple!(A);
tuple!(A, B);
tuple!(A, B, C);
tuple!(A, B, C, D);
tuple!(A, B, C, D, E);
tuple!(A, B, C, D, E, F);
tuple!(A, B, C, D, E, F, G);
tuple!(A, B, C, D, E, F, G, H);
