//! Slices, `Vec` and `Box`: what needs an allocator.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{Differentiable, StepAlong, Tangent};

impl<T: Differentiable> Differentiable for [T] {
    type Tangent = Vec<T::Tangent>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.iter().map(T::zero_tangent).collect()
    }
}

impl<T: StepAlong> StepAlong for [T] {
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        same_length(self, direction);
        for (value, direction) in self.iter_mut().zip(direction) {
            value.step_along(direction, step);
        }
    }
}

impl<T: Differentiable> Differentiable for Vec<T> {
    type Tangent = Vec<T::Tangent>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.as_slice().zero_tangent()
    }
}

impl<T: StepAlong> StepAlong for Vec<T> {
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        self.as_mut_slice().step_along(direction, step);
    }
}

impl<T: Tangent> Tangent for Vec<T> {
    #[inline]
    fn set_zero(&mut self) {
        self.iter_mut().for_each(T::set_zero);
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        same_length(self, other);
        for (a, b) in self.iter_mut().zip(other) {
            a.accumulate(b);
        }
    }

    #[inline]
    fn scale(&mut self, factor: f64) {
        for component in self {
            component.scale(factor);
        }
    }

    #[inline]
    fn inner(&self, other: &Self) -> f64 {
        same_length(self, other);
        self.iter().zip(other).map(|(a, b)| a.inner(b)).sum()
    }
}

/// Two slices that belong together have one length; anything else would drop components in silence.
#[inline]
#[track_caller]
fn same_length<A, B>(a: &[A], b: &[B]) {
    assert!(a.len() == b.len(), "a vector of length {} and one of length {} don't add up", a.len(), b.len());
}

impl<T: Differentiable + ?Sized> Differentiable for Box<T> {
    type Tangent = Box<T::Tangent>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        Box::new((**self).zero_tangent())
    }
}

impl<T: StepAlong + ?Sized> StepAlong for Box<T> {
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        (**self).step_along(direction, step);
    }
}

impl<T: Tangent> Tangent for Box<T> {
    #[inline]
    fn set_zero(&mut self) {
        (**self).set_zero();
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        (**self).accumulate(other);
    }

    #[inline]
    fn scale(&mut self, factor: f64) {
        (**self).scale(factor);
    }

    #[inline]
    fn inner(&self, other: &Self) -> f64 {
        (**self).inner(other)
    }
}
