//! Vectors, points and matrices from their elements.

use nalgebra::{
    Matrix2, Matrix2x3, Matrix3, Matrix3x2, Point, Point2, Point3, RealField, SVector, Translation,
    Translation2, Translation3, Vector1, Vector2, Vector3, Vector4, Vector6,
};

use super::{From1, New1, New2, New3, New4, New6, New9, constructed};

constructed! {
    New1: new_forward, new_push [T: RealField] Vector1<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero();)
    value Vector1::new(a.clone());
    pull |y| (y.x.clone(),);
    push Vector1::new(a_dot);
}

constructed! {
    New2: new_forward, new_push [T: RealField] Vector2<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero();)
    value Vector2::new(a.clone(), b.clone());
    pull |y| (y.x.clone(), y.y.clone(),);
    push Vector2::new(a_dot, b_dot);
}

constructed! {
    New3: new_forward, new_push [T: RealField] Vector3<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero(); c: T as c_dot: DotC = T, HowC, T::zero();)
    value Vector3::new(a.clone(), b.clone(), c.clone());
    pull |y| (y.x.clone(), y.y.clone(), y.z.clone(),);
    push Vector3::new(a_dot, b_dot, c_dot);
}

constructed! {
    New4: new_forward, new_push [T: RealField] Vector4<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero(); c: T as c_dot: DotC = T, HowC, T::zero(); d: T as d_dot: DotD = T, HowD, T::zero();)
    value Vector4::new(a.clone(), b.clone(), c.clone(), d.clone());
    pull |y| (y.x.clone(), y.y.clone(), y.z.clone(), y.w.clone(),);
    push Vector4::new(a_dot, b_dot, c_dot, d_dot);
}

constructed! {
    New6: new_forward, new_push [T: RealField] Vector6<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero(); c: T as c_dot: DotC = T, HowC, T::zero(); d: T as d_dot: DotD = T, HowD, T::zero(); e: T as e_dot: DotE = T, HowE, T::zero(); f: T as f_dot: DotF = T, HowF, T::zero();)
    value Vector6::new(a.clone(), b.clone(), c.clone(), d.clone(), e.clone(), f.clone());
    pull |y| (y.x.clone(), y.y.clone(), y.z.clone(), y.w.clone(), y.a.clone(), y.b.clone(),);
    push Vector6::new(a_dot, b_dot, c_dot, d_dot, e_dot, f_dot);
}

constructed! {
    New2: new_forward, new_push [T: RealField] Point2<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero();)
    value Point2::new(a.clone(), b.clone());
    pull |y| (y.x.clone(), y.y.clone(),);
    push Vector2::new(a_dot, b_dot);
}

constructed! {
    New3: new_forward, new_push [T: RealField] Point3<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero(); c: T as c_dot: DotC = T, HowC, T::zero();)
    value Point3::new(a.clone(), b.clone(), c.clone());
    pull |y| (y.x.clone(), y.y.clone(), y.z.clone(),);
    push Vector3::new(a_dot, b_dot, c_dot);
}

constructed! {
    New2: new_forward, new_push [T: RealField] Translation2<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero();)
    value Translation2::new(a.clone(), b.clone());
    pull |y| (y.x.clone(), y.y.clone(),);
    push Translation2::new(a_dot, b_dot);
}

constructed! {
    New3: new_forward, new_push [T: RealField] Translation3<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero(); c: T as c_dot: DotC = T, HowC, T::zero();)
    value Translation3::new(a.clone(), b.clone(), c.clone());
    pull |y| (y.x.clone(), y.y.clone(), y.z.clone(),);
    push Translation3::new(a_dot, b_dot, c_dot);
}

constructed! {
    New4: new_forward, new_push [T: RealField] Matrix2<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero(); c: T as c_dot: DotC = T, HowC, T::zero(); d: T as d_dot: DotD = T, HowD, T::zero();)
    value Matrix2::new(a.clone(), b.clone(), c.clone(), d.clone());
    pull |y| (y.m11.clone(), y.m12.clone(), y.m21.clone(), y.m22.clone(),);
    push Matrix2::new(a_dot, b_dot, c_dot, d_dot);
}

constructed! {
    New6: new_forward, new_push [T: RealField] Matrix2x3<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero(); c: T as c_dot: DotC = T, HowC, T::zero(); d: T as d_dot: DotD = T, HowD, T::zero(); e: T as e_dot: DotE = T, HowE, T::zero(); f: T as f_dot: DotF = T, HowF, T::zero();)
    value Matrix2x3::new(a.clone(), b.clone(), c.clone(), d.clone(), e.clone(), f.clone());
    pull |y| (y.m11.clone(), y.m12.clone(), y.m13.clone(), y.m21.clone(), y.m22.clone(), y.m23.clone(),);
    push Matrix2x3::new(a_dot, b_dot, c_dot, d_dot, e_dot, f_dot);
}

constructed! {
    New6: new_forward, new_push [T: RealField] Matrix3x2<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero(); c: T as c_dot: DotC = T, HowC, T::zero(); d: T as d_dot: DotD = T, HowD, T::zero(); e: T as e_dot: DotE = T, HowE, T::zero(); f: T as f_dot: DotF = T, HowF, T::zero();)
    value Matrix3x2::new(a.clone(), b.clone(), c.clone(), d.clone(), e.clone(), f.clone());
    pull |y| (y.m11.clone(), y.m12.clone(), y.m21.clone(), y.m22.clone(), y.m31.clone(), y.m32.clone(),);
    push Matrix3x2::new(a_dot, b_dot, c_dot, d_dot, e_dot, f_dot);
}

constructed! {
    New9: new_forward, new_push [T: RealField] Matrix3<T>;
    (a: T as a_dot: DotA = T, HowA, T::zero(); b: T as b_dot: DotB = T, HowB, T::zero(); c: T as c_dot: DotC = T, HowC, T::zero(); d: T as d_dot: DotD = T, HowD, T::zero(); e: T as e_dot: DotE = T, HowE, T::zero(); f: T as f_dot: DotF = T, HowF, T::zero(); g: T as g_dot: DotG = T, HowG, T::zero(); h: T as h_dot: DotH = T, HowH, T::zero(); i: T as i_dot: DotI = T, HowI, T::zero();)
    value Matrix3::new(a.clone(), b.clone(), c.clone(), d.clone(), e.clone(), f.clone(), g.clone(), h.clone(), i.clone());
    pull |y| (y.m11.clone(), y.m12.clone(), y.m13.clone(), y.m21.clone(), y.m22.clone(), y.m23.clone(), y.m31.clone(), y.m32.clone(), y.m33.clone(),);
    push Matrix3::new(a_dot, b_dot, c_dot, d_dot, e_dot, f_dot, g_dot, h_dot, i_dot);
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
