//! The methods of rotations and isometries.

use core::borrow::Borrow;

use nalgebra::{
    Isometry, Point, RealField, Rotation, Rotation2, Rotation3, SVector, Translation, UnitComplex,
    UnitQuaternion, Vector1, Vector3,
};

use super::super::turn::Turn;
use super::{method_of_one, method_of_two, rule_of_one, rule_of_two};
use crate::linalg::IsometryTangent;

method_of_one!(
    /// `q.inverse()`
    InverseRule: inverse_forward, inverse_jvp
);
method_of_one!(
    /// `q.to_rotation_matrix()`
    RotationMatrixRule: to_rotation_matrix_forward, to_rotation_matrix_jvp
);
method_of_two!(
    /// `q.transform_point(&p)`
    TransformPointRule: transform_point_forward, transform_point_jvp
);
method_of_two!(
    /// `q.transform_vector(&v)`
    TransformVectorRule: transform_vector_forward, transform_vector_jvp
);

macro_rules! rotation {
    ($($rotation:ty, $vector:ident, $dimension:literal;)*) => {$(
        rule_of_one! {
            InverseRule: inverse_forward, inverse_jvp [T: RealField] $rotation;
            where []
            $vector<T> => $rotation, $vector<T>;
            value |q| q.inverse();
            pull |q, _, seed| -q.inward(&seed);
            push |q, _, d| -q.outward(&d);
        }

        rule_of_two! {
            TransformPointRule: transform_point_forward, transform_point_jvp
                [T: RealField] $rotation, lent Point<T, $dimension>;
            where []
            ($vector<T>, SVector<T, $dimension>) => Point<T, $dimension>, SVector<T, $dimension>;
            value |q, p| q.transform_point(p);
            pull |q, p, seed| {
                let p_bar = q.inverse_transform_vector(&seed);
                (<$rotation>::moment(&p.coords, &p_bar), p_bar)
            };
            push |q, p, d| q.transform_vector(&<$rotation>::sweep(&d, &p.coords)), q.transform_vector(&d);
        }

        rule_of_two! {
            TransformVectorRule: transform_vector_forward, transform_vector_jvp
                [T: RealField] $rotation, lent SVector<T, $dimension>;
            where []
            ($vector<T>, SVector<T, $dimension>) => SVector<T, $dimension>, SVector<T, $dimension>;
            value |q, v| q.transform_vector(v);
            pull |q, v, seed| {
                let v_bar = q.inverse_transform_vector(&seed);
                (<$rotation>::moment(v, &v_bar), v_bar)
            };
            push |q, v, d| q.transform_vector(&<$rotation>::sweep(&d, v)), q.transform_vector(&d);
        }
    )*};
}

rotation! {
    UnitQuaternion<T>, Vector3, 3;
    UnitComplex<T>, Vector1, 2;
    Rotation<T, 3>, Vector3, 3;
    Rotation<T, 2>, Vector1, 2;
}

rule_of_one! {
    RotationMatrixRule: to_rotation_matrix_forward, to_rotation_matrix_jvp [T: RealField] UnitQuaternion<T>;
    where []
    Vector3<T> => Rotation3<T>, Vector3<T>;
    value |q| q.clone().to_rotation_matrix();
    pull |_, _, seed| seed;
    push |_, _, d| d;
}

rule_of_one! {
    RotationMatrixRule: to_rotation_matrix_forward, to_rotation_matrix_jvp [T: RealField] UnitComplex<T>;
    where []
    Vector1<T> => Rotation2<T>, Vector1<T>;
    value |q| q.clone().to_rotation_matrix();
    pull |_, _, seed| seed;
    push |_, _, d| d;
}

rule_of_one! {
    InverseRule: inverse_forward, inverse_jvp [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>;
    where []
    IsometryTangent<T, R::Vector, D> => Isometry<T, R, D>, IsometryTangent<T, R::Vector, D>;
    value |pose| pose.inverse();
    pull |pose, y, seed| {
        // The inverse's translation is where the origin goes: -(q⁻¹ t).
        let mut rotation = pose.rotation.inward(&seed.rotation);
        crate::Tangent::accumulate(&mut rotation, &R::moment(&y.translation.vector, &seed.translation.vector));
        crate::Tangent::scale(&mut rotation, -1.0);
        let translation = Translation::from(-pose.rotation.transform_vector(&seed.translation.vector));
        IsometryTangent { rotation, translation }
    };
    push |pose, y, d| {
        let moved = pose.rotation.inverse_transform_vector(&d.translation.vector);
        let translation = Translation::from(-moved - R::sweep(&d.rotation, &y.translation.vector));
        let mut rotation = pose.rotation.outward(&d.rotation);
        crate::Tangent::scale(&mut rotation, -1.0);
        IsometryTangent { rotation, translation }
    };
}

rule_of_two! {
    TransformPointRule: transform_point_forward, transform_point_jvp
        [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>, lent Point<T, D>;
    where []
    (IsometryTangent<T, R::Vector, D>, SVector<T, D>) => Point<T, D>, SVector<T, D>;
    value |pose, p| pose.transform_point(p);
    pull |pose, p, seed| {
        let p_bar = pose.rotation.inverse_transform_vector(&seed);
        let rotation = R::moment(&p.coords, &p_bar);
        (IsometryTangent { rotation, translation: Translation::from(seed) }, p_bar)
    };
    push |pose, p, d|
        pose.rotation.transform_vector(&R::sweep(&d.rotation, &p.coords)) + d.translation.vector,
        pose.rotation.transform_vector(&d);
}

rule_of_two! {
    TransformVectorRule: transform_vector_forward, transform_vector_jvp
        [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>, lent SVector<T, D>;
    where []
    (IsometryTangent<T, R::Vector, D>, SVector<T, D>) => SVector<T, D>, SVector<T, D>;
    value |pose, v| pose.transform_vector(v);
    pull |pose, v, seed| {
        let v_bar = pose.rotation.inverse_transform_vector(&seed);
        let rotation = R::moment(v, &v_bar);
        (IsometryTangent { rotation, translation: Translation::from(SVector::zeros()) }, v_bar)
    };
    push |pose, v, d|
        pose.rotation.transform_vector(&R::sweep(&d.rotation, v)),
        pose.rotation.transform_vector(&d);
}
