//! What the rules of rotations need, in the plane and in space alike.

use nalgebra::{
    AbstractRotation, RealField, Rotation, SVector, UnitComplex, UnitQuaternion, Vector1, Vector2, Vector3,
};

use crate::{Differentiable, Tangent};

/// A rotation with the algebra of its tangents, the rotation vectors in the body's frame.
pub trait Turn<T: RealField, const D: usize>:
    AbstractRotation<T, D> + Differentiable<Tangent = Self::Vector>
{
    /// A rotation vector.
    type Vector: Tangent;

    /// How fast a point at `arm` moves when its body turns along `w`: `w × arm`.
    fn sweep(w: &Self::Vector, arm: &SVector<T, D>) -> SVector<T, D>;

    /// The turning moment of `force` at `arm`, `arm × force`: what is adjoint to [`sweep`](Turn::sweep).
    fn moment(arm: &SVector<T, D>, force: &SVector<T, D>) -> Self::Vector;

    /// A rotation vector of the body's frame in the frame outside.
    fn outward(&self, w: &Self::Vector) -> Self::Vector;

    /// A rotation vector of the frame outside in the body's frame.
    fn inward(&self, w: &Self::Vector) -> Self::Vector;
}

macro_rules! in_space {
    ($($rotation:ty),*) => {$(
        impl<T: RealField> Turn<T, 3> for $rotation {
            type Vector = Vector3<T>;

            #[inline]
            fn sweep(w: &Vector3<T>, arm: &Vector3<T>) -> Vector3<T> {
                w.cross(arm)
            }

            #[inline]
            fn moment(arm: &Vector3<T>, force: &Vector3<T>) -> Vector3<T> {
                arm.cross(force)
            }

            #[inline]
            fn outward(&self, w: &Vector3<T>) -> Vector3<T> {
                self.transform_vector(w)
            }

            #[inline]
            fn inward(&self, w: &Vector3<T>) -> Vector3<T> {
                self.inverse_transform_vector(w)
            }
        }
    )*};
}

in_space!(UnitQuaternion<T>, Rotation<T, 3>);

macro_rules! in_the_plane {
    ($($rotation:ty),*) => {$(
        impl<T: RealField> Turn<T, 2> for $rotation {
            type Vector = Vector1<T>;

            #[inline]
            fn sweep(w: &Vector1<T>, arm: &Vector2<T>) -> Vector2<T> {
                Vector2::new(-(w.x.clone() * arm.y.clone()), w.x.clone() * arm.x.clone())
            }

            #[inline]
            fn moment(arm: &Vector2<T>, force: &Vector2<T>) -> Vector1<T> {
                Vector1::new(arm.x.clone() * force.y.clone() - arm.y.clone() * force.x.clone())
            }

            #[inline]
            fn outward(&self, w: &Vector1<T>) -> Vector1<T> {
                w.clone()
            }

            #[inline]
            fn inward(&self, w: &Vector1<T>) -> Vector1<T> {
                w.clone()
            }
        }
    )*};
}

in_the_plane!(UnitComplex<T>, Rotation<T, 2>);
