//! Vectors, points and matrices from their elements.

use nalgebra::{
    Matrix2, Matrix2x3, Matrix2x4, Matrix3, Matrix3x2, Matrix3x4, Matrix4, Matrix4x2, Matrix4x3, Point,
    Point1, Point2, Point3, Point4, Point5, Point6, Quaternion, RealField, RowVector2, RowVector3,
    RowVector4, RowVector5, RowVector6, SVector, Translation, Translation1, Translation2, Translation3,
    Vector1, Vector2, Vector3, Vector4, Vector5, Vector6,
};

use super::{From1, New1, New2, New3, New4, New5, New6, New8, New9, New12, New16, constructed};

/// The rule of `Type::new(..)` with this many numbers: the type, its tangent, and the fields of both in the order of the arguments.
macro_rules! new {
    ($($count:tt $type:ident => $tangent:ident: $($field:ident)*;)*) => {$(
        new!(@arguments $count $type $tangent [$($field)*]);
    )*};
    (@arguments 1 $type:ident $tangent:ident [$($field:ident)*]) => {
        new!(@rule New1 $type $tangent [$($field)*] [
            (a a_dot DotA HowA)
        ]);
    };
    (@arguments 2 $type:ident $tangent:ident [$($field:ident)*]) => {
        new!(@rule New2 $type $tangent [$($field)*] [
            (a a_dot DotA HowA) (b b_dot DotB HowB)
        ]);
    };
    (@arguments 3 $type:ident $tangent:ident [$($field:ident)*]) => {
        new!(@rule New3 $type $tangent [$($field)*] [
            (a a_dot DotA HowA) (b b_dot DotB HowB) (c c_dot DotC HowC)
        ]);
    };
    (@arguments 4 $type:ident $tangent:ident [$($field:ident)*]) => {
        new!(@rule New4 $type $tangent [$($field)*] [
            (a a_dot DotA HowA) (b b_dot DotB HowB) (c c_dot DotC HowC) (d d_dot DotD HowD)
        ]);
    };
    (@arguments 5 $type:ident $tangent:ident [$($field:ident)*]) => {
        new!(@rule New5 $type $tangent [$($field)*] [
            (a a_dot DotA HowA) (b b_dot DotB HowB) (c c_dot DotC HowC) (d d_dot DotD HowD)
            (e e_dot DotE HowE)
        ]);
    };
    (@arguments 6 $type:ident $tangent:ident [$($field:ident)*]) => {
        new!(@rule New6 $type $tangent [$($field)*] [
            (a a_dot DotA HowA) (b b_dot DotB HowB) (c c_dot DotC HowC) (d d_dot DotD HowD)
            (e e_dot DotE HowE) (f f_dot DotF HowF)
        ]);
    };
    (@arguments 8 $type:ident $tangent:ident [$($field:ident)*]) => {
        new!(@rule New8 $type $tangent [$($field)*] [
            (a a_dot DotA HowA) (b b_dot DotB HowB) (c c_dot DotC HowC) (d d_dot DotD HowD)
            (e e_dot DotE HowE) (f f_dot DotF HowF) (g g_dot DotG HowG) (h h_dot DotH HowH)
        ]);
    };
    (@arguments 9 $type:ident $tangent:ident [$($field:ident)*]) => {
        new!(@rule New9 $type $tangent [$($field)*] [
            (a a_dot DotA HowA) (b b_dot DotB HowB) (c c_dot DotC HowC) (d d_dot DotD HowD)
            (e e_dot DotE HowE) (f f_dot DotF HowF) (g g_dot DotG HowG) (h h_dot DotH HowH)
            (i i_dot DotI HowI)
        ]);
    };
    (@arguments 12 $type:ident $tangent:ident [$($field:ident)*]) => {
        new!(@rule New12 $type $tangent [$($field)*] [
            (a a_dot DotA HowA) (b b_dot DotB HowB) (c c_dot DotC HowC) (d d_dot DotD HowD)
            (e e_dot DotE HowE) (f f_dot DotF HowF) (g g_dot DotG HowG) (h h_dot DotH HowH)
            (i i_dot DotI HowI) (j j_dot DotJ HowJ) (k k_dot DotK HowK) (l l_dot DotL HowL)
        ]);
    };
    (@arguments 16 $type:ident $tangent:ident [$($field:ident)*]) => {
        new!(@rule New16 $type $tangent [$($field)*] [
            (a a_dot DotA HowA) (b b_dot DotB HowB) (c c_dot DotC HowC) (d d_dot DotD HowD)
            (e e_dot DotE HowE) (f f_dot DotF HowF) (g g_dot DotG HowG) (h h_dot DotH HowH)
            (i i_dot DotI HowI) (j j_dot DotJ HowJ) (k k_dot DotK HowK) (l l_dot DotL HowL)
            (m m_dot DotM HowM) (n n_dot DotN HowN) (o o_dot DotO HowO) (p p_dot DotP HowP)
        ]);
    };
    (@rule $rule:ident $type:ident $tangent:ident [$($field:ident)*] [$(($a:ident $dot:ident $Dot:ident $How:ident))*]) => {
        constructed! {
            $rule: new_forward, new_push [T: RealField] $type<T>;
            ($($a: T as $dot: $Dot = T, $How, T::zero();)*)
            value $type::new($($a.clone()),*);
            pull |y| ($(y.$field.clone(),)*);
            push $tangent::new($($dot),*);
        }
    };
}

new! {
    1 Vector1 => Vector1: x;
    2 Vector2 => Vector2: x y;
    3 Vector3 => Vector3: x y z;
    4 Vector4 => Vector4: x y z w;
    5 Vector5 => Vector5: x y z w a;
    6 Vector6 => Vector6: x y z w a b;
    2 RowVector2 => RowVector2: x y;
    3 RowVector3 => RowVector3: x y z;
    4 RowVector4 => RowVector4: x y z w;
    5 RowVector5 => RowVector5: x y z w a;
    6 RowVector6 => RowVector6: x y z w a b;
    1 Point1 => Vector1: x;
    2 Point2 => Vector2: x y;
    3 Point3 => Vector3: x y z;
    4 Point4 => Vector4: x y z w;
    5 Point5 => Vector5: x y z w a;
    6 Point6 => Vector6: x y z w a b;
    1 Translation1 => Translation1: x;
    2 Translation2 => Translation2: x y;
    3 Translation3 => Translation3: x y z;
    4 Matrix2 => Matrix2: m11 m12 m21 m22;
    9 Matrix3 => Matrix3: m11 m12 m13 m21 m22 m23 m31 m32 m33;
    16 Matrix4 => Matrix4: m11 m12 m13 m14 m21 m22 m23 m24 m31 m32 m33 m34 m41 m42 m43 m44;
    6 Matrix2x3 => Matrix2x3: m11 m12 m13 m21 m22 m23;
    6 Matrix3x2 => Matrix3x2: m11 m12 m21 m22 m31 m32;
    8 Matrix2x4 => Matrix2x4: m11 m12 m13 m14 m21 m22 m23 m24;
    8 Matrix4x2 => Matrix4x2: m11 m12 m21 m22 m31 m32 m41 m42;
    12 Matrix3x4 => Matrix3x4: m11 m12 m13 m14 m21 m22 m23 m24 m31 m32 m33 m34;
    12 Matrix4x3 => Matrix4x3: m11 m12 m13 m21 m22 m23 m31 m32 m33 m41 m42 m43;
    4 Quaternion => Quaternion: w i j k;
}

constructed! {
    From1: from_forward, from_push [T: RealField, const D: usize] Point<T, D>;
    (a: SVector<T, D> as a_dot: DotA = SVector<T, D>, HowA, SVector::zeros();)
    value Point::from(a.clone());
    pull |y| (y,);
    push a_dot;
}

constructed! {
    From1: from_forward, from_push [T: RealField, const D: usize] Translation<T, D>;
    (a: SVector<T, D> as a_dot: DotA = SVector<T, D>, HowA, SVector::zeros();)
    value Translation::from(a.clone());
    pull |y| (y.vector,);
    push Translation::from(a_dot);
}

/// Vectors and points from arrays.
macro_rules! from_array {
    ($($type:ident => $tangent:ident;)*) => {$(
        constructed! {
            From1: from_forward, from_push [const D: usize] $type<f64, D>;
            (a: [f64; D] as a_dot: DotA = [f64; D], HowA, [0.0; D];)
            value $type::from(a);
            pull |y| (y.into(),);
            push $tangent::from(a_dot);
        }

        constructed! {
            From1: from_forward, from_push [const D: usize] $type<f32, D>;
            (a: [f32; D] as a_dot: DotA = [f32; D], HowA, [0.0; D];)
            value $type::from(a);
            pull |y| (y.into(),);
            push $tangent::from(a_dot);
        }
    )*};
}

from_array! {
    SVector => SVector;
    Point => SVector;
    Translation => Translation;
}
