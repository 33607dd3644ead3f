//! Two elements of a slice that change places: their cotangents do as well.

use crate::Differentiable;

/// `slice.swap(a, b)`
#[inline]
pub fn swap<T>(slice: &mut [T], a: usize, b: usize) {
    slice.swap(a, b);
}

/// The derivative of [`swap()`].
#[allow(non_camel_case_types)]
pub struct swap {}

impl swap {
    /// Swaps; the pullback swaps the cotangents.
    #[inline]
    pub fn forward<T: Differentiable>(
        slice: &mut [T],
        a: usize,
        b: usize,
    ) -> ((), impl Fn(&mut [T::Tangent]) + use<T>) {
        slice.swap(a, b);
        ((), move |cotangents: &mut [T::Tangent]| cotangents.swap(a, b))
    }

    /// Runs the pullback.
    #[inline]
    pub fn __pull<C: ?Sized, A, B>(
        pullback: &impl Fn(&mut C),
        _seed: (),
        slots: (&mut C, A, B),
    ) -> ((), (), ()) {
        pullback(slots.0);
        ((), (), ())
    }

    /// Swaps the values and their tangents.
    #[inline]
    pub fn __push<T: Differentiable, A, B>(
        slice: &mut [T],
        a: usize,
        b: usize,
        slots: (&mut [T::Tangent], A, B),
    ) -> ((), ()) {
        slots.0.swap(a, b);
        slice.swap(a, b);
        ((), ())
    }
}
