//! Rotations: the tangent is the rotation vector of a small rotation in the rotated body's own frame.
//!
//! A rotation `q` moves along `w` to `q · exp(step · w)`, where `exp` makes a rotation of its vector: axis times angle in
//! radians, in two dimensions the angle alone. So a gradient has as many components as there are ways to turn, and every step
//! ends at a rotation.

use nalgebra::{RealField, Rotation, UnitComplex, UnitQuaternion, Vector1, Vector3};

use crate::differentiable::{Differentiable, StepAlong};
use crate::variable::MaybeVariable;

/// A type of rotations: its tangent, and the rotation of a tangent.
macro_rules! rotation {
    ($rotation:ty, $tangent:ident, $exp:expr) => {
        impl<T: RealField> Differentiable for $rotation {
            type Tangent = $tangent<T>;

            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                $tangent::zeros()
            }
        }

        impl<T: RealField> StepAlong for $rotation {
            #[inline]
            fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
                let exp: fn($tangent<T>) -> $rotation = $exp;
                *self *= exp(direction * nalgebra::convert::<f64, T>(step));
            }
        }

        impl<T> MaybeVariable for $rotation {
            const PARTLY: bool = false;
            const EXCLUSIVELY: bool = false;
        }
    };
}

rotation!(UnitQuaternion<T>, Vector3, UnitQuaternion::from_scaled_axis);
rotation!(UnitComplex<T>, Vector1, UnitComplex::from_scaled_axis);
rotation!(Rotation<T, 3>, Vector3, Rotation::<T, 3>::from_scaled_axis);
rotation!(Rotation<T, 2>, Vector1, Rotation::<T, 2>::from_scaled_axis);
