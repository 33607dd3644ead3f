//! Isometries and translations acting on points, vectors and each other.

use core::borrow::Borrow;

use nalgebra::{Isometry, Point, RealField, Rotation, SVector, Translation, UnitComplex, UnitQuaternion};

use super::operator;
use super::turn::Turn;
use crate::Differentiable;
use crate::linalg::IsometryTangent;

operator! {
    MulRule [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>, Point<T, D>;
    where []
    (IsometryTangent<T, R::Vector, D>, SVector<T, D>)
    value |pose, p| pose * p;
    pull |pose, p, y| {
        let p_bar = pose.rotation.inverse_transform_vector(&y);
        let rotation = R::moment(&p.coords, &p_bar);
        (IsometryTangent { rotation, translation: Translation::from(y) }, p_bar)
    };
    push |pose, p, d|
        pose.rotation.transform_vector(&R::sweep(&d.rotation, &p.coords)) + d.translation.vector,
        pose.rotation.transform_vector(&d);
}

operator! {
    MulRule [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>, SVector<T, D>;
    where []
    (IsometryTangent<T, R::Vector, D>, SVector<T, D>)
    value |pose, v| pose * v;
    pull |pose, v, y| {
        let v_bar = pose.rotation.inverse_transform_vector(&y);
        let rotation = R::moment(v, &v_bar);
        (IsometryTangent { rotation, translation: Translation::from(SVector::zeros()) }, v_bar)
    };
    push |pose, v, d| pose.rotation.transform_vector(&R::sweep(&d.rotation, v)), pose.rotation.transform_vector(&d);
}

operator! {
    MulRule [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>, Isometry<T, R, D>;
    where []
    (IsometryTangent<T, R::Vector, D>, IsometryTangent<T, R::Vector, D>)
    value |a, b| a * b;
    pull |a, b, y| {
        let b_translation = a.rotation.inverse_transform_vector(&y.translation.vector);
        let mut a_rotation = b.rotation.outward(&y.rotation);
        crate::Tangent::accumulate(&mut a_rotation, &R::moment(&b.translation.vector, &b_translation));
        let a_bar = IsometryTangent { rotation: a_rotation, translation: y.translation };
        (a_bar, IsometryTangent { rotation: y.rotation, translation: Translation::from(b_translation) })
    };
    push |a, b, d|
        {
            let swept = a.rotation.transform_vector(&R::sweep(&d.rotation, &b.translation.vector));
            let translation = Translation::from(d.translation.vector + swept);
            IsometryTangent { rotation: b.rotation.inward(&d.rotation), translation }
        },
        {
            let translation = Translation::from(a.rotation.transform_vector(&d.translation.vector));
            IsometryTangent { rotation: d.rotation, translation }
        };
}

operator! {
    MulRule [T: RealField, const D: usize] Translation<T, D>, Point<T, D>;
    where []
    (Translation<T, D>, SVector<T, D>)
    value |t, p| t * p;
    pull |_, _, y| (Translation::from(y.clone()), y);
    push |_, _, d| d.vector, d;
}

operator! {
    MulRule [T: RealField, const D: usize] Translation<T, D>, Translation<T, D>;
    where []
    (Translation<T, D>, Translation<T, D>)
    value |t, s| t * s;
    pull |_, _, y| (y.clone(), y);
    push |_, _, d| d, d;
}

operator! {
    MulRule [T: RealField, R: Turn<T, D>, const D: usize] Translation<T, D>, Isometry<T, R, D>;
    where []
    (Translation<T, D>, IsometryTangent<T, R::Vector, D>)
    value |t, pose| t * pose;
    pull |_, _, y| (y.translation.clone(), y);
    push |_, pose, d| IsometryTangent { rotation: pose.rotation.zero_tangent(), translation: d }, d;
}

/// Rotations and translations that make isometries, and isometries with these.
macro_rules! parts {
    ($($rotation:ty, $dimension:literal;)*) => {$(
        operator! {
            MulRule [T: RealField] $rotation, Isometry<T, $rotation, $dimension>;
            where []
            (<$rotation as Turn<T, $dimension>>::Vector, IsometryTangent<T, <$rotation as Turn<T, $dimension>>::Vector, $dimension>)
            value |q, pose| q * pose;
            pull |q, pose, y| {
                let translation = q.inverse_transform_vector(&y.translation.vector);
                let mut q_bar = pose.rotation.outward(&y.rotation);
                q_bar += <$rotation>::moment(&pose.translation.vector, &translation);
                (q_bar, IsometryTangent { rotation: y.rotation, translation: Translation::from(translation) })
            };
            push |q, pose, d|
                {
                    let swept = q.transform_vector(&<$rotation>::sweep(&d, &pose.translation.vector));
                    IsometryTangent { rotation: pose.rotation.inward(&d), translation: Translation::from(swept) }
                },
                {
                    let translation = Translation::from(q.transform_vector(&d.translation.vector));
                    IsometryTangent { rotation: d.rotation, translation }
                };
        }

        operator! {
            MulRule [T: RealField] Isometry<T, $rotation, $dimension>, $rotation;
            where []
            (IsometryTangent<T, <$rotation as Turn<T, $dimension>>::Vector, $dimension>, <$rotation as Turn<T, $dimension>>::Vector)
            value |pose, q| pose * q;
            pull |_, q, y| {
                (IsometryTangent { rotation: q.outward(&y.rotation), translation: y.translation }, y.rotation)
            };
            push |_, q, d|
                IsometryTangent { rotation: q.inward(&d.rotation), translation: d.translation },
                IsometryTangent { rotation: d, translation: Translation::from(SVector::zeros()) };
        }

        operator! {
            MulRule [T: RealField] $rotation, Translation<T, $dimension>;
            where []
            (<$rotation as Turn<T, $dimension>>::Vector, Translation<T, $dimension>)
            value |q, t| q * t;
            pull |q, t, y| {
                let translation = q.inverse_transform_vector(&y.translation.vector);
                let moment = <$rotation>::moment(&t.vector, &translation);
                (y.rotation + moment, Translation::from(translation))
            };
            push |q, t, d|
                {
                    let swept = q.transform_vector(&<$rotation>::sweep(&d, &t.vector));
                    IsometryTangent { rotation: d, translation: Translation::from(swept) }
                },
                {
                    let translation = Translation::from(q.transform_vector(&d.vector));
                    IsometryTangent { rotation: q.zero_tangent(), translation }
                };
        }

        operator! {
            MulRule [T: RealField] Translation<T, $dimension>, $rotation;
            where []
            (Translation<T, $dimension>, <$rotation as Turn<T, $dimension>>::Vector)
            value |t, q| t * q;
            pull |_, _, y| (y.translation, y.rotation);
            push |_, q, d|
                IsometryTangent { rotation: q.zero_tangent(), translation: d },
                IsometryTangent { rotation: d, translation: Translation::from(SVector::zeros()) };
        }
    )*};
}

parts! {
    UnitQuaternion<T>, 3;
    UnitComplex<T>, 2;
    Rotation<T, 3>, 3;
    Rotation<T, 2>, 2;
}

operator! {
    MulRule [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>, Translation<T, D>;
    where []
    (IsometryTangent<T, R::Vector, D>, Translation<T, D>)
    value |pose, t| pose * t;
    pull |pose, t, y| {
        let translation = pose.rotation.inverse_transform_vector(&y.translation.vector);
        let mut rotation = y.rotation;
        crate::Tangent::accumulate(&mut rotation, &R::moment(&t.vector, &translation));
        (IsometryTangent { rotation, translation: y.translation }, Translation::from(translation))
    };
    push |pose, t, d|
        {
            let swept = pose.rotation.transform_vector(&R::sweep(&d.rotation, &t.vector));
            IsometryTangent { rotation: d.rotation, translation: Translation::from(d.translation.vector + swept) }
        },
        {
            let translation = Translation::from(pose.rotation.transform_vector(&d.vector));
            IsometryTangent { rotation: pose.rotation.zero_tangent(), translation }
        };
}
