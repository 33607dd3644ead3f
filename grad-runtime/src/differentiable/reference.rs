//! References: the tangent of what they point to.

use super::{Differentiable, StepAlong};

impl<T: Differentiable + ?Sized> Differentiable for &T {
    type Tangent = T::Tangent;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        (**self).zero_tangent()
    }
}

impl<T: Differentiable + ?Sized> Differentiable for &mut T {
    type Tangent = T::Tangent;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        (**self).zero_tangent()
    }
}

impl<T: StepAlong + ?Sized> StepAlong for &mut T {
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        (**self).step_along(direction, step);
    }
}
