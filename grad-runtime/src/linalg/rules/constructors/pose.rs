//! Isometries from their parts.

use nalgebra::{
    Isometry, Isometry2, Isometry3, RealField, SVector, Translation, Translation3, Vector1, Vector2, Vector3,
};

use super::super::turn::Turn;
use super::rotation::jacobian;
use super::{FromParts, FromRotation, FromTranslation3, New2, constructed};
use crate::linalg::IsometryTangent;

constructed! {
    FromParts: from_parts_forward, from_parts_push [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>;
    (
        a: Translation<T, D> as a_dot: DotA = Translation<T, D>, HowA, Translation::from(SVector::zeros());
        b: R as b_dot: DotB = R::Vector, HowB, b.zero_tangent();
    )
    value Isometry::from_parts(a.clone(), b.clone());
    pull |y| (y.translation, y.rotation);
    push IsometryTangent { rotation: b_dot, translation: a_dot };
}

constructed! {
    New2: new_forward, new_push [T: RealField] Isometry3<T>;
    (
        a: Vector3<T> as a_dot: DotA = Vector3<T>, HowA, Vector3::zeros();
        b: Vector3<T> as b_dot: DotB = Vector3<T>, HowB, Vector3::zeros();
    )
    value Isometry3::new(a.clone(), b.clone());
    pull |y| (y.translation.vector, jacobian(&-&b, &y.rotation));
    push IsometryTangent { rotation: jacobian(&b, &b_dot), translation: Translation::from(a_dot) };
}

constructed! {
    New2: new_forward, new_push [T: RealField] Isometry2<T>;
    (
        a: Vector2<T> as a_dot: DotA = Vector2<T>, HowA, Vector2::zeros();
        b: T as b_dot: DotB = T, HowB, T::zero();
    )
    value Isometry2::new(a.clone(), b.clone());
    pull |y| (y.translation.vector, y.rotation.x.clone());
    push IsometryTangent { rotation: Vector1::new(b_dot), translation: Translation::from(a_dot) };
}

constructed! {
    FromTranslation3: translation_forward, translation_push [T: RealField] Isometry3<T>;
    (
        a: T as a_dot: DotA = T, HowA, T::zero();
        b: T as b_dot: DotB = T, HowB, T::zero();
        c: T as c_dot: DotC = T, HowC, T::zero();
    )
    value Isometry3::translation(a.clone(), b.clone(), c.clone());
    pull |y| (y.translation.x.clone(), y.translation.y.clone(), y.translation.z.clone());
    push IsometryTangent { rotation: Vector3::zeros(), translation: Translation3::new(a_dot, b_dot, c_dot) };
}

constructed! {
    FromRotation: rotation_forward, rotation_push [T: RealField] Isometry3<T>;
    (a: Vector3<T> as a_dot: DotA = Vector3<T>, HowA, Vector3::zeros();)
    value Isometry3::rotation(a.clone());
    pull |y| (jacobian(&-&a, &y.rotation),);
    push IsometryTangent { rotation: jacobian(&a, &a_dot), translation: Translation3::from(Vector3::zeros()) };
}
