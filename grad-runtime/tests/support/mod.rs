//! Directions, steps and differences for values of every type.

#[allow(dead_code, unused_imports, unused_macros, reason = "each test binary uses a part")]
pub mod methods;

use grad_runtime::Tangent;
use grad_runtime::linalg::IsometryTangent;
use grad_runtime::nalgebra::{AbstractRotation, DefaultAllocator, Dim, DimName, allocator::Allocator};
use grad_runtime::nalgebra::{
    Isometry, OMatrix, OPoint, Rotation2, Rotation3, Translation, UnitComplex, UnitQuaternion, Vector1,
    Vector3,
};
use grad_runtime::prelude::*;

/// A direction in the tangent space of `value`, different for each `seed`.
pub fn direction<T: Differentiable<Tangent: LeavesMut<Scalar = f64>>>(value: &T, seed: u32) -> T::Tangent {
    let mut direction = value.zero_tangent();
    let mut phase = f64::from(seed);
    for leaf in 0..direction.leaf_count() {
        for component in direction.leaf_mut(leaf) {
            phase += 1.7;
            *component = phase.sin() + 0.1;
        }
    }
    direction
}

/// `value` after a step.
pub fn stepped<T: StepAlong + Clone>(value: &T, direction: &T::Tangent, step: f64) -> T {
    let mut stepped = value.clone();
    stepped.step_along(direction, step);
    stepped
}

/// Requires two tangents to be equal up to what differences can tell.
#[track_caller]
pub fn assert_near<T: Tangent>(a: &T, b: &T) {
    let mut difference = a.clone();
    difference.step_along(b, -1.0);
    let (error, size) = (difference.inner(&difference).sqrt(), b.inner(b).sqrt());
    assert!(error <= 1e-8 * (1.0 + size), "{a:?} is not {b:?}");
}

/// The tangent that leads from `before` to a value in the time `step`, half way between the two.
pub trait Difference: Differentiable {
    fn difference(&self, before: &Self, step: f64) -> Self::Tangent;
}

impl Difference for f64 {
    fn difference(&self, before: &Self, step: f64) -> f64 {
        (self - before) / step
    }
}

impl<R: Dim, C: Dim> Difference for OMatrix<f64, R, C>
where
    DefaultAllocator: Allocator<R, C>,
{
    fn difference(&self, before: &Self, step: f64) -> Self {
        (self - before) / step
    }
}

impl<T: Difference> Difference for Option<T> {
    fn difference(&self, before: &Self, step: f64) -> Self::Tangent {
        self.as_ref().zip(before.as_ref()).map(|(after, before)| after.difference(before, step))
    }
}

impl<D: DimName> Difference for OPoint<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn difference(&self, before: &Self, step: f64) -> Self::Tangent {
        self.coords.difference(&before.coords, step)
    }
}

impl<const D: usize> Difference for Translation<f64, D> {
    fn difference(&self, before: &Self, step: f64) -> Self {
        Self::from(self.vector.difference(&before.vector, step))
    }
}

macro_rules! rotations {
    ($($rotation:ty, |$q:ident| $vector:expr;)*) => {$(
        impl Difference for $rotation {
            fn difference(&self, before: &Self, step: f64) -> Self::Tangent {
                let $q = before.inverse() * self;
                $vector / step
            }
        }
    )*};
}

rotations! {
    UnitQuaternion<f64>, |q| q.scaled_axis();
    // The angle from the trace would be far less exact than the difference of two elements.
    Rotation3<f64>, |q| Vector3::new(q[(2, 1)] - q[(1, 2)], q[(0, 2)] - q[(2, 0)], q[(1, 0)] - q[(0, 1)]) / 2.0;
    UnitComplex<f64>, |q| Vector1::new(q.angle());
    Rotation2<f64>, |q| Vector1::new(q.angle());
}

impl Difference for (f64, f64, f64) {
    fn difference(&self, before: &Self, step: f64) -> Self {
        ((self.0 - before.0) / step, (self.1 - before.1) / step, (self.2 - before.2) / step)
    }
}

impl<R, const D: usize> Difference for Isometry<f64, R, D>
where
    R: AbstractRotation<f64, D> + Difference,
{
    fn difference(&self, before: &Self, step: f64) -> Self::Tangent {
        IsometryTangent {
            rotation: self.rotation.difference(&before.rotation, step),
            translation: self.translation.difference(&before.translation, step),
        }
    }
}
