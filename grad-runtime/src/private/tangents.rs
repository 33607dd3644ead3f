//! The vector space's operations as functions, for values whose type the macro doesn't know.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, StorageMut};

use crate::linalg::Element;
use crate::{Differentiable, Tangent};

/// A zero with the shape of `value`.
#[inline]
pub fn zero_tangent<T: Differentiable + ?Sized>(value: &T) -> T::Tangent {
    value.zero_tangent()
}

/// `a + b`
#[inline]
pub fn tangent_sum<T: Tangent>(mut a: T, b: T) -> T {
    a.accumulate(&b);
    a
}

/// A part of a matrix of tangents, as a view that can be written to.
pub struct Part<M>(pub M);

impl<T, R, C, S> Accumulate<OMatrix<T, R, C>> for Part<Matrix<T, R, C, S>>
where
    T: Element,
    R: Dim,
    C: Dim,
    S: StorageMut<T, R, C>,
    DefaultAllocator: Allocator<R, C>,
    OMatrix<T, R, C>: Tangent,
{
    #[inline]
    fn add(&mut self, other: &OMatrix<T, R, C>) {
        self.0.zip_apply(other, |sum, part| *sum += part);
    }

    #[inline]
    fn subtract(&mut self, other: &OMatrix<T, R, C>) {
        let mut negative = other.clone();
        negative.scale(-1.0);
        self.add(&negative);
    }
}

impl<T, R, C, S> Clear for Part<Matrix<T, R, C, S>>
where
    T: Element,
    R: Dim,
    C: Dim,
    S: StorageMut<T, R, C>,
{
    #[inline]
    fn clear(&mut self) {
        self.0.fill(T::zero());
    }
}

/// Memory that tangents are added into.
pub trait Accumulate<Rhs: ?Sized> {
    /// `self += other`
    fn add(&mut self, other: &Rhs);
    /// `self -= other`
    fn subtract(&mut self, other: &Rhs);
}

impl<T: Tangent> Accumulate<T> for T {
    #[inline]
    fn add(&mut self, other: &T) {
        self.accumulate(other);
    }

    #[inline]
    fn subtract(&mut self, other: &T) {
        let mut negative = other.clone();
        negative.scale(-1.0);
        self.accumulate(&negative);
    }
}

/// Element by element, as far as both go.
macro_rules! by_element {
    ($($generics:tt for $left:ty, $right:ty;)*) => {$(
        by_element!(@impl $generics $left, $right);
    )*};
    (@impl [$($generics:tt)*] $left:ty, $right:ty) => {
        impl<T: Tangent, $($generics)*> Accumulate<$right> for $left {
            #[inline]
            fn add(&mut self, other: &$right) {
                self.iter_mut().zip(other.iter()).for_each(|(a, b)| a.accumulate(b));
            }

            #[inline]
            fn subtract(&mut self, other: &$right) {
                self.iter_mut().zip(other.iter()).for_each(|(a, b)| a.subtract(b));
            }
        }
    };
}

by_element! {
    [] for [T], [T];
    [const N: usize] for [T], [T; N];
    [const N: usize] for [T; N], [T];
}

#[cfg(feature = "alloc")]
by_element! {
    [] for [T], alloc::vec::Vec<T>;
    [] for alloc::vec::Vec<T>, [T];
    [const N: usize] for alloc::vec::Vec<T>, [T; N];
    [const N: usize] for [T; N], alloc::vec::Vec<T>;
}

/// `a += b`
#[inline]
pub fn accumulate<A: Accumulate<B> + ?Sized, B: ?Sized>(a: &mut A, b: &B) {
    a.add(b);
}

/// `a -= b`
#[inline]
pub fn subtract<A: Accumulate<B> + ?Sized, B: ?Sized>(a: &mut A, b: &B) {
    a.subtract(b);
}

/// Memory that can be set to zero.
pub trait Clear {
    /// `self = 0`
    fn clear(&mut self);
}

impl<T: Tangent> Clear for T {
    #[inline]
    fn clear(&mut self) {
        self.set_zero();
    }
}

impl<T: Tangent> Clear for [T] {
    #[inline]
    fn clear(&mut self) {
        self.iter_mut().for_each(Tangent::set_zero);
    }
}

/// `a = 0`
#[inline]
pub fn set_zero<T: Clear + ?Sized>(a: &mut T) {
    a.clear();
}

/// The sum of all elements; for nested arrays of the innermost ones where the result asks for a number.
#[inline]
pub fn sum_over<T: Tangent + Default>(elements: &[T]) -> T {
    let mut total = T::default();
    elements.iter().for_each(|element| total.accumulate(element));
    total
}

/// An owned copy.
#[cfg(feature = "alloc")]
#[inline]
pub fn snapshot<T: alloc::borrow::ToOwned + ?Sized>(value: &T) -> T::Owned {
    value.to_owned()
}

/// An owned copy.
#[cfg(not(feature = "alloc"))]
#[inline]
pub fn snapshot<T: Clone>(value: &T) -> T {
    value.clone()
}

/// An operand of an operator or method, which may be an integer.
pub trait Operand {
    /// What goes along with it in forward mode.
    type Dot;
    /// A zero of it.
    fn still(&self) -> Self::Dot;
}

impl<T: Differentiable> Operand for T {
    type Dot = T::Tangent;
    #[inline]
    fn still(&self) -> T::Tangent {
        self.zero_tangent()
    }
}

macro_rules! integers {
    ($($ty:ty),*) => {$(
        impl Operand for $ty {
            type Dot = ();
            #[inline]
            fn still(&self) {}
        }
    )*};
}

integers! { u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char, &str }

/// The tangent of a constant operand.
#[inline]
pub fn operand_zero<T: Operand>(operand: &T) -> T::Dot {
    operand.still()
}
