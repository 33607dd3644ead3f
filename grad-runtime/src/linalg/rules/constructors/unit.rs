//! Unit vectors.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector, RealField, Unit};

use crate::__private::{Dot, total};
use crate::Differentiable;

/// `Unit::new_normalize(v)`
pub trait NewNormalize<V>: Differentiable + Sized {
    /// The value and the pullback.
    fn new_normalize_forward(vector: V) -> (Self, impl Fn(Self::Tangent) -> (Self::Tangent,) + use<Self, V>);
    /// The value and its tangent.
    fn new_normalize_push<H>(vector: V, dots: (impl Dot<V, Self::Tangent, H>,)) -> (Self, Self::Tangent);
}

impl<T: RealField, D: Dim> NewNormalize<OVector<T, D>> for Unit<OVector<T, D>>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn new_normalize_forward(
        vector: OVector<T, D>,
    ) -> (Self, impl Fn(OVector<T, D>) -> (OVector<T, D>,) + use<T, D>) {
        let (value, norm) = Unit::new_and_get(vector);
        let unit = value.clone();
        (value, move |seed: OVector<T, D>| (across(&unit, seed) / norm.clone(),))
    }

    #[inline]
    fn new_normalize_push<H>(
        vector: OVector<T, D>,
        dots: (impl Dot<OVector<T, D>, OVector<T, D>, H>,),
    ) -> (Self, OVector<T, D>) {
        let (value, norm) = Unit::new_and_get(vector);
        let share = dots.0.known().map(|dot| across(&value, dot) / norm);
        total(value, [share])
    }
}

/// The part of `v` across a unit vector.
fn across<T: RealField, D: Dim>(unit: &Unit<OVector<T, D>>, v: OVector<T, D>) -> OVector<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    let along = unit.dot(&v);
    v - unit.as_ref() * along
}
