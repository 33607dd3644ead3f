//! Translations, quaternions and isometries.

use core::fmt;

use nalgebra::{AbstractRotation, Isometry, Quaternion, RealField, Scalar, Translation};

use super::Element;
use crate::differentiable::{Differentiable, StepAlong, Tangent};
use crate::leaves::{Leaf, Leaves, LeavesMut, write_child_key};
use crate::variable::MaybeVariable;

/// A type that is one vector of coordinates, and so a vector space: its own tangent, with the same fields.
macro_rules! vector_space {
    ($type:ty, $field:ident, [$($generics:tt)*]) => {
        impl<T: Element, $($generics)*> Differentiable for $type {
            type Tangent = Self;

            #[inline]
            fn zero_tangent(&self) -> Self {
                Self::from(self.$field.zero_tangent())
            }
        }

        impl<T: Element, $($generics)*> StepAlong for $type {
            #[inline]
            fn step_along(&mut self, direction: &Self, step: f64) {
                self.$field.step_along(&direction.$field, step);
            }
        }

        impl<T: Element, $($generics)*> Tangent for $type {
            #[inline]
            fn set_zero(&mut self) {
                Tangent::set_zero(&mut self.$field);
            }

            #[inline]
            fn accumulate(&mut self, other: &Self) {
                self.$field.accumulate(&other.$field);
            }

            #[inline]
            fn scale(&mut self, factor: f64) {
                Tangent::scale(&mut self.$field, factor);
            }

            #[inline]
            fn inner(&self, other: &Self) -> f64 {
                Tangent::inner(&self.$field, &other.$field)
            }
        }

        impl<T: MaybeVariable, $($generics)*> MaybeVariable for $type {
            const PARTLY: bool = T::PARTLY;
            const EXCLUSIVELY: bool = T::EXCLUSIVELY;
        }
    };
}

vector_space!(Translation<T, D>, vector, [const D: usize]);
vector_space!(Quaternion<T>, coords, []);

/// The tangent of an isometry, with its fields: each part moves by itself.
///
/// The translation's is a translation, in the frame that the isometry maps into. The rotation's is that of the rotation's
/// type: see [`linalg`](crate::linalg).
///
/// ```
/// use grad_runtime::nalgebra::{Isometry3, Translation3, Vector3};
/// use grad_runtime::prelude::*;
///
/// let mut pose = Isometry3::<f64>::identity();
/// let mut direction = pose.zero_tangent();
/// direction.translation = Translation3::new(1.0, 0.0, 0.0);
/// direction.rotation = Vector3::new(0.0, 0.0, 1.0);
/// pose.step_along(&direction, 0.5);
/// assert_eq!(pose.translation.x, 0.5);
/// assert!((pose.rotation.angle() - 0.5).abs() < 1e-15);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IsometryTangent<T: Scalar, R, const D: usize> {
    /// The rotation's tangent.
    pub rotation: R,
    /// The translation's tangent.
    pub translation: Translation<T, D>,
}

impl<T: Element, R: Tangent, const D: usize> core::ops::Add for IsometryTangent<T, R, D> {
    type Output = Self;

    #[inline]
    fn add(mut self, other: Self) -> Self {
        self.accumulate(&other);
        self
    }
}

impl<T, R, const D: usize> Differentiable for Isometry<T, R, D>
where
    T: RealField,
    R: AbstractRotation<T, D> + Differentiable,
{
    type Tangent = IsometryTangent<T, R::Tangent, D>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        let translation = self.translation.zero_tangent();
        IsometryTangent { rotation: self.rotation.zero_tangent(), translation }
    }
}

impl<T, R, const D: usize> StepAlong for Isometry<T, R, D>
where
    T: RealField,
    R: AbstractRotation<T, D> + StepAlong,
{
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        self.rotation.step_along(&direction.rotation, step);
        self.translation.step_along(&direction.translation, step);
    }
}

impl<T, R, const D: usize> MaybeVariable for Isometry<T, R, D> {
    const PARTLY: bool = false;
    const EXCLUSIVELY: bool = false;
}

impl<T: Element, R: Tangent, const D: usize> Differentiable for IsometryTangent<T, R, D> {
    type Tangent = Self;

    #[inline]
    fn zero_tangent(&self) -> Self {
        Self { rotation: self.rotation.zero_tangent(), translation: self.translation.zero_tangent() }
    }
}

impl<T: Element, R: Tangent, const D: usize> StepAlong for IsometryTangent<T, R, D> {
    #[inline]
    fn step_along(&mut self, direction: &Self, step: f64) {
        self.rotation.step_along(&direction.rotation, step);
        self.translation.step_along(&direction.translation, step);
    }
}

impl<T: Element, R: Tangent, const D: usize> Tangent for IsometryTangent<T, R, D> {
    #[inline]
    fn set_zero(&mut self) {
        self.rotation.set_zero();
        self.translation.set_zero();
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        self.rotation.accumulate(&other.rotation);
        self.translation.accumulate(&other.translation);
    }

    #[inline]
    fn scale(&mut self, factor: f64) {
        self.rotation.scale(factor);
        self.translation.scale(factor);
    }

    #[inline]
    fn inner(&self, other: &Self) -> f64 {
        self.rotation.inner(&other.rotation) + self.translation.inner(&other.translation)
    }
}

impl<T: crate::Real, R: Leaves<Scalar = T>, const D: usize> Leaves for IsometryTangent<T, R, D> {
    type Scalar = T;

    #[inline]
    fn leaf_count(&self) -> usize {
        self.rotation.leaf_count() + self.translation.leaf_count()
    }

    #[inline]
    fn leaf(&self, index: usize) -> Leaf<'_, T> {
        match index.checked_sub(self.rotation.leaf_count()) {
            None => self.rotation.leaf(index),
            Some(rest) => self.translation.leaf(rest),
        }
    }

    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        match index.checked_sub(self.rotation.leaf_count()) {
            None => write_child_key(out, &"rotation", &self.rotation, index),
            Some(rest) => write_child_key(out, &"translation", &self.translation, rest),
        }
    }
}

impl<T: crate::Real, R: LeavesMut<Scalar = T>, const D: usize> LeavesMut for IsometryTangent<T, R, D> {
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T] {
        match index.checked_sub(self.rotation.leaf_count()) {
            None => self.rotation.leaf_mut(index),
            Some(rest) => self.translation.leaf_mut(rest),
        }
    }
}
