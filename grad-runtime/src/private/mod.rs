//! What generated code names; not for people, and not stable.

// A pair's type is its documentation, and generated code hands over what it has, by value.
#![allow(clippy::type_complexity, clippy::needless_pass_by_value)]

mod call;
mod cast;
mod constant;
mod dot;
#[cfg(feature = "alloc")]
mod growing;
mod jacobian;
mod kinks;
pub mod method;
pub mod methods;
mod operands;
pub mod ops;
mod options;
#[cfg(feature = "alloc")]
mod rearrange;
pub mod second;
mod swapped;
mod tangents;

pub use call::{
    BufferSlot, ByType, ConstantSlot, FirstOrder, GenericNumber, HandWritten, NumberSlot, Scratch,
    SecondOrder, Skip, TangentBuffer, TangentSlot, ValueSlot,
};
pub use cast::{as_f32, as_f64};
pub use constant::{bare, constant, is};
pub use dot::dot;
pub use jacobian::{Components, Rows};
pub use kinks::{
    Number, abs_partial, is_nan, number, powf_base_base, powf_base_exponent, powf_exponent_exponent,
    powf_partial_base, powf_partial_exponent, powi_partial, powi_second,
};
pub use operands::{Dot, Slot, Slots, pull, total};
pub use options::some;
pub use swapped::swap;
pub use tangents::{
    Part, accumulate, operand_zero, set_zero, snapshot, subtract, sum_over, tangent_sum, zero_tangent,
};

#[cfg(feature = "alloc")]
pub use alloc::{boxed::Box, vec, vec::Vec};
#[cfg(feature = "alloc")]
pub use growing::{PushSlot, pop, push};
#[cfg(feature = "alloc")]
pub use rearrange::{
    append, deduplicated, exchange, first, insert, permute, remove, resize, retained, reversed, rotated,
    select, sorted, sorted_by_key, without,
};

pub use crate::differentiable::different_variants;
pub use crate::leaves::{Layout, Leaf, Leaves, LeavesMut, out_of_range, write_child_key};
pub use crate::{Differentiable, ExecuteWithGradients, MaybeVariable, Real, StepAlong, Tangent};
pub use crate::{growing_tape, method, push_method, second_method, with_alloc};
pub use core;

/// A tape whose length isn't known before the program runs.
#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! growing_tape {
    () => {
        $crate::__private::Vec::new()
    };
    ($empty:expr; $count:expr) => {
        $crate::__private::vec![$empty; $crate::__private::length($count)]
    };
    ($capacity:expr) => {
        $crate::__private::Vec::with_capacity($crate::__private::capacity($capacity))
    };
}

/// A tape whose length isn't known before the program runs: there is no place for it here.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! growing_tape {
    ($($any:tt)*) => {
        ::core::compile_error!(
            "this loop needs a tape that grows, and there is no allocator\n\
             note: its number of iterations isn't a constant, and the backward half needs values of each\n\
             help: give the loop a constant bound, such as `for i in 0..N`\n\
             help: or put `#[checkpoint]` before it\n\
             help: or turn on the feature `alloc` of `grad-runtime`"
        )
    };
}

/// The length of a tape for a range that ends here.
#[cfg(feature = "alloc")]
pub fn capacity<I: TryInto<usize>>(end: I) -> usize {
    // A tape that starts too short grows; one that is never filled should not fail.
    const MOST: usize = 1 << 20;
    end.try_into().unwrap_or(0).min(MOST)
}

/// How many iterations a range has that starts at 0 and ends here.
#[cfg(feature = "alloc")]
#[inline]
pub fn length<I: TryInto<usize>>(end: I) -> usize {
    end.try_into().unwrap_or(0)
}

/// Room for this many records in memory that was used before.
#[cfg(feature = "alloc")]
#[inline]
pub fn records<T: Clone, I: TryInto<usize>>(buffer: &mut Vec<T>, count: I, empty: T) -> &mut [T] {
    let count = length(count);
    if buffer.len() < count {
        buffer.resize(count, empty);
    }
    &mut buffer[..count]
}

/// Memory that was used before, without what was in it.
#[cfg(feature = "alloc")]
#[inline]
pub fn emptied<T>(buffer: &mut Vec<T>) -> &mut Vec<T> {
    buffer.clear();
    buffer
}

/// The last elements of a tape, which are not there any more the next time.
#[inline]
pub fn take_last<'a, T>(rest: &mut &'a [T], count: usize) -> &'a [T] {
    let (before, last) = rest.split_at(rest.len().saturating_sub(count));
    *rest = before;
    &last[..count]
}

/// Room for records: the tape itself is the error.
#[cfg(not(feature = "alloc"))]
pub fn records<B, T, I>(_buffer: &mut B, _count: I, _empty: T) -> &mut [T] {
    &mut []
}

/// Memory for records: the tape itself is the error.
#[cfg(not(feature = "alloc"))]
pub fn emptied<B>(buffer: &mut B) -> &mut B {
    buffer
}

/// The elements that a loop walks over, from the first on; where there are none, no matter where they would be.
#[inline]
pub fn row<T>(of: &[T], count: usize, first: impl FnOnce() -> usize) -> &[T] {
    if count == 0 { &[] } else { &of[first()..][..count] }
}

/// [`row`], to be written to.
#[inline]
pub fn row_mut<T>(of: &mut [T], count: usize, first: impl FnOnce() -> usize) -> &mut [T] {
    if count == 0 { &mut [] } else { &mut of[first()..][..count] }
}

/// Items that need an allocator.
#[cfg(feature = "alloc")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_alloc {
    ($($items:tt)*) => { $($items)* };
}

/// Items that need an allocator: there is none.
#[cfg(not(feature = "alloc"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_alloc {
    ($($items:tt)*) => {};
}

/// What may fail: an `Option` or a `Result`.
pub trait MayFail {
    /// What it holds otherwise.
    type Payload;
    /// What it says of a failure.
    type Error;
    /// It as a `Result`.
    fn attempted(self) -> Result<Self::Payload, Self::Error>;
    /// What it holds: it's known not to have failed.
    fn payload(self) -> Self::Payload;
}

impl<T> MayFail for Option<T> {
    type Payload = T;
    type Error = ();
    #[inline]
    fn attempted(self) -> Result<T, ()> {
        self.ok_or(())
    }
    #[inline]
    fn payload(self) -> T {
        match self {
            Some(payload) => payload,
            None => unreachable!("the same call has succeeded before"),
        }
    }
}

impl<T, E> MayFail for Result<T, E> {
    type Payload = T;
    type Error = E;
    #[inline]
    fn attempted(self) -> Self {
        self
    }
    #[inline]
    fn payload(self) -> T {
        match self {
            Ok(payload) => payload,
            Err(_) => unreachable!("the same call has succeeded before"),
        }
    }
}

/// What a call gave that may fail.
///
/// # Errors
/// Its own.
#[inline]
pub fn attempt<R: MayFail>(result: R) -> Result<R::Payload, R::Error> {
    result.attempted()
}

/// What a call gave that is made once more, in the adjoint sweep.
#[inline]
pub fn succeeded<R: MayFail>(result: R) -> R::Payload {
    result.payload()
}

/// The elements of an iterator, last first, for those that can only be walked forwards.
#[inline]
pub fn backwards<I: Iterator<Item: Copy> + Clone>(iterator: I) -> impl Iterator<Item = I::Item> {
    let count = iterator.clone().count();
    (0..count).rev().filter_map(move |index| iterator.clone().nth(index))
}

#[cfg(feature = "alloc")]
pub use nalgebra::DMatrix;
pub use nalgebra::SMatrix;

/// The number one, whose type follows from where it goes.
#[must_use]
pub fn unit<T: num_traits::One>() -> T {
    T::one()
}

/// A matrix with these rows.
#[cfg(feature = "alloc")]
pub fn matrix<T: nalgebra::Scalar, const M: usize>(rows: [&[T]; M]) -> DMatrix<T> {
    let columns = rows.first().map_or(0, |row| row.len());
    DMatrix::from_fn(M, columns, |row, column| rows[row][column].clone())
}

/// About the square root of a trip count: the length of a segment between two checkpoints.
#[must_use]
#[inline]
pub const fn checkpoint_interval(count: usize) -> usize {
    let root = count.isqrt();
    if root == 0 { 1 } else { root }
}
