//! What is read off unit quaternions: their components and parts, and their matrices.
//!
//! With `q · exp(w)`, the quaternion moves along `q (0, w/2)`.

// The names are nalgebra's.
#![allow(clippy::wrong_self_convention)]

use core::borrow::Borrow;

use nalgebra::{
    Isometry, Quaternion, RealField, Rotation, SMatrix, Translation, UnitComplex, UnitQuaternion, Vector1,
    Vector3, Vector4,
};

use super::super::constructors::number;
use super::super::turn::Turn;
use super::{Generators, IntoInnerRule, ToHomogeneousRule, TransposeRule, method_of_one, rule_of_one};
use crate::linalg::IsometryTangent;

/// How the components `(i, j, k, w)` move when the body turns along `w`.
fn moved<T: RealField>(q: &UnitQuaternion<T>, w: &Vector3<T>) -> Vector4<T> {
    (q.quaternion() * Quaternion::from_imag(w * number::<T>(0.5))).coords
}

/// What is adjoint to [`moved`].
fn turned<T: RealField>(q: &UnitQuaternion<T>, bar: Vector4<T>) -> Vector3<T> {
    (q.quaternion().conjugate() * Quaternion::from(bar)).imag() * number::<T>(0.5)
}

/// Four components of which the first three, or the last, are these.
fn imaginary<T: RealField>(v: &Vector3<T>) -> Vector4<T> {
    v.push(T::zero())
}

method_of_one!(
    /// `q.as_vector()`, as a value: the components `(i, j, k, w)`.
    AsVectorRule: as_vector_forward, as_vector_jvp
);
method_of_one!(
    /// `q.scalar()`, the real part.
    ScalarRule: scalar_forward, scalar_jvp
);
method_of_one!(
    /// `q.vector()`, the imaginary part, as a value.
    VectorRule: vector_forward, vector_jvp
);
method_of_one!(
    /// `q.imag()`, the imaginary part.
    ImagRule: imag_forward, imag_jvp
);
method_of_one!(
    /// `q.quaternion()`, as a value that needn't be of unit length.
    QuaternionRule: quaternion_forward, quaternion_jvp
);

rule_of_one! {
    AsVectorRule: as_vector_forward, as_vector_jvp [T: RealField] UnitQuaternion<T>;
    where []
    Vector3<T> => Vector4<T>, Vector4<T>;
    value |q| q.as_vector().clone();
    pull |q, _, seed| turned(q, seed);
    push |q, _, d| moved(q, &d);
}
rule_of_one! {
    ScalarRule: scalar_forward, scalar_jvp [T: RealField] UnitQuaternion<T>;
    where []
    Vector3<T> => T, T;
    value |q| q.scalar();
    pull |q, _, seed| q.imag() * (-seed * number::<T>(0.5));
    push |q, _, d| -(q.imag().dot(&d) * number::<T>(0.5));
}
rule_of_one! {
    QuaternionRule: quaternion_forward, quaternion_jvp [T: RealField] UnitQuaternion<T>;
    where []
    Vector3<T> => Quaternion<T>, Quaternion<T>;
    value |q| q.quaternion().clone();
    pull |q, _, seed| turned(q, seed.coords);
    push |q, _, d| Quaternion::from(moved(q, &d));
}
rule_of_one! {
    IntoInnerRule: into_inner_forward, into_inner_jvp [T: RealField] UnitQuaternion<T>;
    where []
    Vector3<T> => Quaternion<T>, Quaternion<T>;
    value |q| q.quaternion().clone();
    pull |q, _, seed| turned(q, seed.coords);
    push |q, _, d| Quaternion::from(moved(q, &d));
}

/// The imaginary part by both of its names, of unit quaternions and of others.
macro_rules! imaginary_parts {
    ($($rule:ident: $forward:ident, $jvp:ident;)*) => {$(
        rule_of_one! {
            $rule: $forward, $jvp [T: RealField] UnitQuaternion<T>;
            where []
            Vector3<T> => Vector3<T>, Vector3<T>;
            value |q| q.imag();
            pull |q, _, seed| turned(q, imaginary(&seed));
            push |q, _, d| moved(q, &d).xyz();
        }
        rule_of_one! {
            $rule: $forward, $jvp [T: RealField] Quaternion<T>;
            where []
            Quaternion<T> => Vector3<T>, Vector3<T>;
            value |q| q.imag();
            pull |_, _, seed| Quaternion::from_imag(seed);
            push |_, _, d| d.imag();
        }
    )*};
}

imaginary_parts! {
    VectorRule: vector_forward, vector_jvp;
    ImagRule: imag_forward, imag_jvp;
}

rule_of_one! {
    AsVectorRule: as_vector_forward, as_vector_jvp [T: RealField] Quaternion<T>;
    where []
    Quaternion<T> => Vector4<T>, Vector4<T>;
    value |q| q.coords.clone();
    pull |_, _, seed| Quaternion::from(seed);
    push |_, _, d| d.coords;
}
rule_of_one! {
    ScalarRule: scalar_forward, scalar_jvp [T: RealField] Quaternion<T>;
    where []
    Quaternion<T> => T, T;
    value |q| q.scalar();
    pull |_, _, seed| Quaternion::from_real(seed);
    push |_, _, d| d.scalar();
}

/// The transposed of a rotation's matrix, which is its inverse; and the matrix one larger.
macro_rules! matrices {
    ($($dimension:literal, $larger:literal, $vector:ident;)*) => {$(
        rule_of_one! {
            TransposeRule: transpose_forward, transpose_jvp [T: RealField] Rotation<T, $dimension>;
            where []
            $vector<T> => Rotation<T, $dimension>, $vector<T>;
            value |r| r.transpose();
            pull |r, _, seed| -r.inward(&seed);
            push |r, _, d| -r.outward(&d);
        }
        rule_of_one! {
            ToHomogeneousRule: to_homogeneous_forward, to_homogeneous_jvp [T: RealField] Rotation<T, $dimension>;
            where []
            $vector<T> => SMatrix<T, $larger, $larger>, SMatrix<T, $larger, $larger>;
            value |r| r.to_homogeneous();
            pull |r, _, seed| {
                let corner = seed.fixed_view::<$dimension, $dimension>(0, 0).clone_owned();
                <Rotation<T, $dimension>>::spin(r.matrix(), &corner)
            };
            push |r, _, d| {
                let mut larger = SMatrix::<T, $larger, $larger>::zeros();
                let corner = <Rotation<T, $dimension>>::spun(r.matrix(), &d);
                larger.fixed_view_mut::<$dimension, $dimension>(0, 0).copy_from(&corner);
                larger
            };
        }
    )*};
}

matrices! {
    2, 3, Vector1;
    3, 4, Vector3;
}

macro_rules! poses {
    ($($rotation:ty: $dimension:literal, $larger:literal, $vector:ident;)*) => {$(
        rule_of_one! {
            ToHomogeneousRule: to_homogeneous_forward, to_homogeneous_jvp [T: RealField] Isometry<T, $rotation, $dimension>;
            where []
            IsometryTangent<T, $vector<T>, $dimension> => SMatrix<T, $larger, $larger>, SMatrix<T, $larger, $larger>;
            value |pose| pose.to_homogeneous();
            pull |_, y, seed| {
                let [matrix, bar] = [y, &seed].map(|m| m.fixed_view::<$dimension, $dimension>(0, 0).clone_owned());
                IsometryTangent {
                    rotation: <Rotation<T, $dimension>>::spin(&matrix, &bar),
                    translation: Translation::from(seed.fixed_view::<$dimension, 1>(0, $dimension).clone_owned()),
                }
            };
            push |_, y, d| {
                let mut larger = SMatrix::<T, $larger, $larger>::zeros();
                let matrix = y.fixed_view::<$dimension, $dimension>(0, 0).clone_owned();
                let corner = <Rotation<T, $dimension>>::spun(&matrix, &d.rotation);
                larger.fixed_view_mut::<$dimension, $dimension>(0, 0).copy_from(&corner);
                larger.fixed_view_mut::<$dimension, 1>(0, $dimension).copy_from(&d.translation.vector);
                larger
            };
        }
    )*};
}

poses! {
    UnitComplex<T>: 2, 3, Vector1;
    Rotation<T, 2>: 2, 3, Vector1;
    UnitQuaternion<T>: 3, 4, Vector3;
    Rotation<T, 3>: 3, 4, Vector3;
}
