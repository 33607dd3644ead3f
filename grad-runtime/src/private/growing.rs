//! Vectors that grow and shrink in differentiable code: what `push` adds at the end, its pullback takes off the cotangent, and
//! the other way round.

use alloc::vec::Vec;

use super::Skip;
use crate::{Differentiable, Tangent};

/// The slot of a value that is pushed: where its cotangent goes.
pub trait PushSlot<T> {
    /// The cotangent, or nothing.
    type Cotangent;
    /// Hands the cotangent on.
    fn answer(self, cotangent: T) -> Self::Cotangent;
}

impl<T> PushSlot<T> for () {
    type Cotangent = T;
    #[inline]
    fn answer(self, cotangent: T) -> T {
        cotangent
    }
}

impl<T> PushSlot<T> for Skip {
    type Cotangent = ();
    #[inline]
    fn answer(self, _cotangent: T) {}
}

/// `vec.push(value)`
#[inline]
pub fn push<T>(vec: &mut Vec<T>, value: T) {
    vec.push(value);
}

/// The derivative of [`push()`].
#[allow(non_camel_case_types)]
pub struct push {}

impl push {
    /// Pushes; the pullback takes the last cotangent off.
    #[inline]
    pub fn forward<T: Differentiable>(
        vec: &mut Vec<T>,
        value: T,
    ) -> ((), impl Fn(&mut Vec<T::Tangent>) -> T::Tangent + use<T>) {
        let zero = value.zero_tangent();
        vec.push(value);
        ((), move |cotangents: &mut Vec<T::Tangent>| cotangents.pop().unwrap_or_else(|| zero.clone()))
    }

    /// Runs the pullback.
    #[inline]
    pub fn __pull<D, L: PushSlot<D>>(
        pullback: &impl Fn(&mut Vec<D>) -> D,
        _seed: (),
        slots: (&mut Vec<D>, L),
    ) -> ((), L::Cotangent) {
        ((), slots.1.answer(pullback(slots.0)))
    }

    /// Pushes the value and its tangent.
    #[inline]
    pub fn __push<T: Differentiable, S: super::TangentSlot<T>>(
        vec: &mut Vec<T>,
        value: T,
        slots: (&mut Vec<T::Tangent>, S),
    ) -> ((), ()) {
        slots.0.push(slots.1.tangent(&value));
        vec.push(value);
        ((), ())
    }
}

/// The last element of a vector that has one.
///
/// # Panics
/// If the vector is empty.
#[inline]
pub fn pop<T>(vec: &mut Vec<T>) -> T {
    let last = vec.len() - 1;
    vec.swap_remove(last)
}

/// The derivative of [`pop()`].
#[allow(non_camel_case_types)]
pub struct pop {}

impl pop {
    /// Pops; the pullback pushes the cotangent.
    #[inline]
    pub fn forward<T: Differentiable>(
        vec: &mut Vec<T>,
    ) -> (T, impl Fn(T::Tangent, &mut Vec<T::Tangent>) + use<T>) {
        (pop(vec), |seed, cotangents: &mut Vec<T::Tangent>| cotangents.push(seed))
    }

    /// Runs the pullback.
    #[inline]
    pub fn __pull<D>(pullback: &impl Fn(D, &mut Vec<D>), seed: D, slots: (&mut Vec<D>,)) -> ((),) {
        pullback(seed, slots.0);
        ((),)
    }

    /// Pops the value and its tangent.
    #[inline]
    pub fn __push<T: Differentiable>(vec: &mut Vec<T>, slots: (&mut Vec<T::Tangent>,)) -> (T, T::Tangent)
    where
        T::Tangent: Tangent,
    {
        (pop(vec), pop(slots.0))
    }
}
