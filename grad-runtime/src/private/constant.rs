//! Results of methods that are known as constants by their names alone: the macro doesn't know the receiver's type, and a user's
//! `len` or `count` may well be a number with a derivative.

use core::cmp::Ordering;

/// A value that carries no derivative.
#[diagnostic::on_unimplemented(
    message = "the derivative of this method's result would be lost: it is a `{Self}`",
    label = "methods of this name are taken for constant, like those of slices",
    note = "write `#[differentiable]` on the method if you own it",
    note = "or write `stop_gradient(..)` around the receiver to treat the result as a constant"
)]
pub trait Constant {}

macro_rules! constants {
    ($($ty:ty)*) => {$(impl Constant for $ty {})*};
}

constants! { u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize bool char str Ordering }

#[cfg(feature = "alloc")]
impl Constant for alloc::string::String {}

#[cfg(feature = "alloc")]
impl<T: Constant> Constant for alloc::vec::Vec<T> {}

impl Constant for () {}
impl<T: Constant, const N: usize> Constant for [T; N] {}
impl<T: Constant> Constant for [T] {}
impl<T: Constant> Constant for core::ops::Range<T> {}
impl<T: Constant + ?Sized> Constant for &T {}
impl<T: Constant + ?Sized> Constant for &mut T {}
impl<T: Constant> Constant for Option<T> {}
impl<T: Constant, E> Constant for Result<T, E> {}
impl<A: Constant, B: Constant> Constant for (A, B) {}
impl<A: Constant, B: Constant, C: Constant> Constant for (A, B, C) {}
impl<A: Constant, B: Constant, C: Constant, D: Constant> Constant for (A, B, C, D) {}

/// A value that carries no derivative, as rustc confirms.
#[inline]
pub fn constant<T: Constant>(value: T) -> T {
    value
}

/// A value that has no room for a float: one of an enum whose variants hold nothing.
#[inline]
pub fn bare<T>(value: T) -> T {
    const { assert!(size_of::<T>() < size_of::<f32>(), "the derivative of this function's result would be lost") };
    value
}

/// That a type is the one that it's taken for.
#[diagnostic::on_unimplemented(
    message = "this field is a `{Self}`, not a `{T}`",
    label = "a struct of this name has a field that is a `{T}`",
    note = "the macro knows structs by their names: give one of the two another name"
)]
pub trait Is<T: ?Sized> {}

impl<T: ?Sized> Is<T> for T {}

/// A part of a struct whose type was read in the sources, as rustc confirms.
#[inline]
pub fn is<T: ?Sized>(_: &(impl Is<T> + ?Sized)) {}
