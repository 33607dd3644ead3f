//! Rotations from rotation vectors, angles and axes.
//!
//! The rotation of the vector `v` of length `θ` turns along `J v̇` in its own frame, with the right Jacobian of the rotation
//! group, `J = 1 - (1 - cos θ)/θ² [v]× + (θ - sin θ)/θ³ [v]×²` (Solà and others, "A micro Lie theory for state estimation in
//! robotics", 2018, equation 143).

use nalgebra::{RealField, Rotation, Unit, UnitComplex, UnitQuaternion, Vector1, Vector3};

use crate::__private::{Dot, total};

use super::{FromAxisAngle, FromEulerAngles, FromScaledAxis, New1, constructed};

macro_rules! in_space {
    ($($rotation:ty;)*) => {$(
        constructed! {
            FromScaledAxis: from_scaled_axis_forward, from_scaled_axis_push [T: RealField] $rotation;
            (a: Vector3<T> as a_dot: DotA = Vector3<T>, HowA, Vector3::zeros();)
            value <$rotation>::from_scaled_axis(a.clone());
            pull |w| (jacobian(&-&a, &w),);
            push jacobian(&a, &a_dot);
        }

        constructed! {
            New1: new_forward, new_push [T: RealField] $rotation;
            (a: Vector3<T> as a_dot: DotA = Vector3<T>, HowA, Vector3::zeros();)
            value <$rotation>::new(a.clone());
            pull |w| (jacobian(&-&a, &w),);
            push jacobian(&a, &a_dot);
        }

        impl<T: RealField> FromAxisAngle<T> for $rotation {
            #[inline]
            fn from_axis_angle_forward(
                axis: &Unit<Vector3<T>>,
                angle: T,
            ) -> (Self, impl Fn(Vector3<T>) -> (Vector3<T>, T) + use<T>) {
                let (value, axis) = (Self::from_axis_angle(axis, angle.clone()), axis.clone());
                (value, move |w: Vector3<T>| (-of_axis(&axis, -angle.clone(), &w), axis.dot(&w)))
            }

            #[inline]
            fn from_axis_angle_push<H, K>(
                axis: &Unit<Vector3<T>>,
                angle: T,
                dots: (impl Dot<Unit<Vector3<T>>, Vector3<T>, H>, impl Dot<T, T, K>),
            ) -> (Self, Vector3<T>) {
                let of_angle = dots.1.known().map(|dot| axis.as_ref() * dot);
                let of_axis = dots.0.known().map(|dot| of_axis(axis, angle.clone(), &dot));
                total(Self::from_axis_angle(axis, angle), [of_angle, of_axis])
            }
        }

        constructed! {
            FromEulerAngles: from_euler_angles_forward, from_euler_angles_push [T: RealField] $rotation;
            (
                a: T as a_dot: DotA = T, HowA, T::zero();
                b: T as b_dot: DotB = T, HowB, T::zero();
                c: T as c_dot: DotC = T, HowC, T::zero();
            )
            value <$rotation>::from_euler_angles(a.clone(), b.clone(), c.clone());
            pull |w| {
                let [pitch, yaw] = axes(&a, &b);
                (w.x.clone(), pitch.dot(&w), yaw.dot(&w))
            };
            push {
                let [pitch, yaw] = axes(&a, &b);
                Vector3::x() * a_dot + pitch * b_dot + yaw * c_dot
            };
        }
    )*};
}

in_space! {
    UnitQuaternion<T>;
    Rotation<T, 3>;
}

macro_rules! in_the_plane {
    ($($rotation:ty;)*) => {$(
        constructed! {
            New1: new_forward, new_push [T: RealField] $rotation;
            (a: T as a_dot: DotA = T, HowA, T::zero();)
            value <$rotation>::new(a.clone());
            pull |w| (w.x.clone(),);
            push Vector1::new(a_dot);
        }
    )*};
}

in_the_plane! {
    UnitComplex<T>;
    Rotation<T, 2>;
}

/// `J(v) · x`; the transposed is `J(-v) · x`.
pub fn jacobian<T: RealField>(v: &Vector3<T>, x: &Vector3<T>) -> Vector3<T> {
    let (a, b) = jacobian_factors(v.norm_squared());
    let once = v.cross(x);
    x - &once * a + v.cross(&once) * b
}

/// `(1 - cos θ)/θ²` and `(θ - sin θ)/θ³`, by their power series where the differences would lose digits.
fn jacobian_factors<T: RealField>(square: T) -> (T, T) {
    if square < number(1e-2) {
        let series = |terms: [f64; 5]| {
            terms.into_iter().rev().fold(T::zero(), |sum, term| sum * square.clone() + number(term))
        };
        let a = series([1.0 / 2.0, -1.0 / 24.0, 1.0 / 720.0, -1.0 / 40_320.0, 1.0 / 3_628_800.0]);
        let b = series([1.0 / 6.0, -1.0 / 120.0, 1.0 / 5_040.0, -1.0 / 362_880.0, 1.0 / 39_916_800.0]);
        return (a, b);
    }
    let angle = square.clone().sqrt();
    let half = (angle.clone() * number(0.5)).sin();
    let a = number::<T>(2.0) * half.clone() * half / square.clone();
    let b = (angle.clone() - angle.clone().sin()) / (square * angle);
    (a, b)
}

/// How a rotation about `axis` turns when the axis moves along `x`: `sin θ x - (1 - cos θ) axis × x`, where only the part of
/// `x` across the axis counts. The transposed is this for the opposite angle, negated.
fn of_axis<T: RealField>(axis: &Unit<Vector3<T>>, angle: T, x: &Vector3<T>) -> Vector3<T> {
    let across = x - axis.as_ref() * axis.dot(x);
    let (sin, cos) = angle.sin_cos();
    axis.cross(&across) * (cos - T::one()) + across * sin
}

/// The axes, in the body's frame, about which pitch and yaw turn; roll turns about x.
fn axes<T: RealField>(roll: &T, pitch: &T) -> [Vector3<T>; 2] {
    let (sin_roll, cos_roll) = roll.clone().sin_cos();
    let (sin_pitch, cos_pitch) = pitch.clone().sin_cos();
    let of_pitch = Vector3::new(T::zero(), cos_roll.clone(), -sin_roll.clone());
    let of_yaw = Vector3::new(-sin_pitch, sin_roll * cos_pitch.clone(), cos_roll * cos_pitch);
    [of_pitch, of_yaw]
}

/// A number of the field.
pub fn number<T: RealField>(value: f64) -> T {
    nalgebra::convert(value)
}
