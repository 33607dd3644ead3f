//! Points: the tangent is the vector from one point to another.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimName, OPoint, OVector, Scalar};

use super::Element;
use crate::differentiable::{Differentiable, StepAlong};
use crate::variable::MaybeVariable;

impl<T: Element, D: DimName> Differentiable for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Tangent = OVector<T, D>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        OVector::zeros_generic(D::name(), nalgebra::Const::<1>)
    }
}

impl<T: Element, D: DimName> StepAlong for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        self.coords.step_along(direction, step);
    }
}

impl<T: MaybeVariable + Scalar, D: DimName> MaybeVariable for OPoint<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    const PARTLY: bool = T::PARTLY;
    const EXCLUSIVELY: bool = T::EXCLUSIVELY;
}
