//! Unit vectors: the tangent is a vector, of which the part across the unit vector counts.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector, RealField, Unit};

use crate::differentiable::{Differentiable, StepAlong};
use crate::variable::MaybeVariable;

impl<T: RealField, D: Dim> Differentiable for Unit<OVector<T, D>>
where
    DefaultAllocator: Allocator<D>,
{
    type Tangent = OVector<T, D>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.as_ref().zero_tangent()
    }
}

impl<T: RealField, D: Dim> StepAlong for Unit<OVector<T, D>>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        let along = self.dot(direction);
        let across = direction - self.as_ref() * along;
        *self = Unit::new_normalize(self.as_ref() + across * nalgebra::convert::<f64, T>(step));
    }
}

impl<T, D: Dim> MaybeVariable for Unit<OVector<T, D>>
where
    T: nalgebra::Scalar,
    DefaultAllocator: Allocator<D>,
{
    const PARTLY: bool = false;
    const EXCLUSIVELY: bool = false;
}
