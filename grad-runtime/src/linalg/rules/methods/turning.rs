//! What is read off rotations: angles, rotation vectors, matrices; powers and what lies between two rotations.
//!
//! With `q · exp(w)`: the rotation vector `v` of `q` moves along `J⁻¹(v) w`, with the inverse of the right Jacobian of the rotation
//! group, `J⁻¹(v) = 1 + [v]×/2 + (1/θ² - (1 + cos θ)/(2 θ sin θ)) [v]×²` (Solà and others, "A micro Lie theory for state
//! estimation in robotics", 2018, equation 144).

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::{
    AbstractRotation, DefaultAllocator, Isometry, OVector, Point, RealField, Rotation, SMatrix, SVector,
    Translation, Unit, UnitComplex, UnitQuaternion, Vector1, Vector3,
};

use super::super::constructors::{jacobian, number};
use super::super::turn::Turn;
use super::elements::vee;
use super::matrix::across;
use super::{method_of_one, method_of_two, rule_of_one, rule_of_two};
use crate::__private::{Dot, total};
use crate::linalg::IsometryTangent;

method_of_one!(
    /// `q.scaled_axis()`
    ScaledAxisRule: scaled_axis_forward, scaled_axis_jvp
);
method_of_one!(
    /// `q.angle()`; its derivative at the identity is 0.
    AngleRule: angle_forward, angle_jvp
);
method_of_one!(
    /// `q.euler_angles()`
    EulerAnglesRule: euler_angles_forward, euler_angles_jvp
);
method_of_one!(
    /// `r.into_inner()`
    IntoInnerRule: into_inner_forward, into_inner_jvp
);
method_of_one!(
    /// `r.matrix()`, as a value.
    MatrixRule: matrix_forward, matrix_jvp
);
method_of_two!(
    /// `q.angle_to(&r)`; its derivative where both are equal is 0.
    AngleToRule: angle_to_forward, angle_to_jvp
);
method_of_two!(
    /// `q.rotation_to(&r)`
    RotationToRule: rotation_to_forward, rotation_to_jvp
);
method_of_two!(
    /// `q.powf(number)`
    PowfRule: powf_forward, powf_jvp
);
method_of_two!(
    /// `q.inverse_transform_point(&p)`
    InverseTransformPointRule: inverse_transform_point_forward, inverse_transform_point_jvp
);
method_of_two!(
    /// `q.inverse_transform_vector(&v)`
    InverseTransformVectorRule: inverse_transform_vector_forward, inverse_transform_vector_jvp
);
method_of_two!(
    /// `a.inv_mul(&b)`
    InvMulRule: inv_mul_forward, inv_mul_jvp
);

macro_rules! in_space {
    ($($rotation:ty;)*) => {$(
        rule_of_one! {
            ScaledAxisRule: scaled_axis_forward, scaled_axis_jvp [T: RealField] $rotation;
            where []
            Vector3<T> => Vector3<T>, Vector3<T>;
            value |q| q.scaled_axis();
            pull |_, v, seed| inverse_jacobian(&-v, &seed);
            push |_, v, d| inverse_jacobian(v, &d);
        }

        rule_of_one! {
            AngleRule: angle_forward, angle_jvp [T: RealField] $rotation;
            where []
            Vector3<T> => T, T;
            value |q| q.angle();
            pull |q, _, seed| axis(&q.scaled_axis()) * seed;
            push |q, _, d| axis(&q.scaled_axis()).dot(&d);
        }

        rule_of_one! {
            EulerAnglesRule: euler_angles_forward, euler_angles_jvp [T: RealField] $rotation;
            where []
            Vector3<T> => (T, T, T), (T, T, T);
            value |q| q.euler_angles();
            pull |_, angles, seed| {
                let [roll, pitch, yaw] = angle_rates(angles);
                roll * seed.0 + pitch * seed.1 + yaw * seed.2
            };
            push |_, angles, d| {
                let [roll, pitch, yaw] = angle_rates(angles);
                (roll.dot(&d), pitch.dot(&d), yaw.dot(&d))
            };
        }

        rule_of_two! {
            PowfRule: powf_forward, powf_jvp [T: RealField] $rotation, T;
            where []
            (Vector3<T>, T) => $rotation, Vector3<T>;
            value |q, t| q.powf(t.clone());
            pull |q, t, seed| {
                let v = q.scaled_axis();
                let of_vector = jacobian(&(&v * -t.clone()), &seed) * t.clone();
                (inverse_jacobian(&-&v, &of_vector), v.dot(&seed))
            };
            push |q, t, d|
                { let v = q.scaled_axis(); jacobian(&(&v * t.clone()), &inverse_jacobian(&v, &d)) * t.clone() },
                q.scaled_axis() * d;
        }

        rule_of_two! {
            AngleToRule: angle_to_forward, angle_to_jvp [T: RealField] $rotation, lent $rotation;
            where []
            (Vector3<T>, Vector3<T>) => T, T;
            value |q, r| q.angle_to(r);
            pull |q, r, seed| {
                let q_bar = axis(&(r.inverse() * q).scaled_axis()) * seed;
                let between = q.inverse() * r;
                let r_bar = -between.inverse().transform_vector(&q_bar);
                (q_bar, r_bar)
            };
            push |q, r, d|
                axis(&(r.inverse() * q).scaled_axis()).dot(&d),
                axis(&(q.inverse() * r).scaled_axis()).dot(&d);
            zero T::zero();
        }
    )*};
}

in_space! {
    UnitQuaternion<T>;
    Rotation<T, 3>;
}

/// `J⁻¹(v) · x`; the transposed is `J⁻¹(-v) · x`.
fn inverse_jacobian<T: RealField>(v: &Vector3<T>, x: &Vector3<T>) -> Vector3<T> {
    let once = v.cross(x);
    x + &once * number::<T>(0.5) + v.cross(&once) * inverse_factor(v.norm_squared())
}

/// `1/θ² - (1 + cos θ)/(2 θ sin θ)`, by its power series where the difference would lose digits.
fn inverse_factor<T: RealField>(square: T) -> T {
    if square < number(1e-2) {
        let series: [f64; 5] =
            [1.0 / 12.0, 1.0 / 720.0, 1.0 / 30_240.0, 1.0 / 1_209_600.0, 1.0 / 47_900_160.0];
        return series.into_iter().rev().fold(T::zero(), |sum, term| sum * square.clone() + number(term));
    }
    let angle = square.clone().sqrt();
    let half = angle.clone() * number(0.5);
    T::one() / square - half.clone().cos() / (half.sin() * angle * number(2.0))
}

/// The unit vector along `v`; of zero, zero.
fn axis<T: RealField>(v: &Vector3<T>) -> Vector3<T> {
    let norm = v.norm();
    if norm.is_zero() { v.clone() } else { v / norm }
}

/// How fast roll, pitch and yaw change with each component of a turn in the body's frame.
fn angle_rates<T: RealField>((roll, pitch, _): &(T, T, T)) -> [Vector3<T>; 3] {
    let (sin_roll, cos_roll) = roll.clone().sin_cos();
    let (sin_pitch, cos_pitch) = pitch.clone().sin_cos();
    let of_yaw = Vector3::new(T::zero(), sin_roll.clone(), cos_roll.clone()) / cos_pitch;
    [Vector3::x() + &of_yaw * sin_pitch, Vector3::new(T::zero(), cos_roll, -sin_roll), of_yaw]
}

macro_rules! in_the_plane {
    ($($rotation:ty;)*) => {$(
        rule_of_one! {
            AngleRule: angle_forward, angle_jvp [T: RealField] $rotation;
            where []
            Vector1<T> => T, T;
            value |q| q.angle();
            pull |_, _, seed| Vector1::new(seed);
            push |_, _, d| d.x.clone();
        }

        rule_of_one! {
            ScaledAxisRule: scaled_axis_forward, scaled_axis_jvp [T: RealField] $rotation;
            where []
            Vector1<T> => Vector1<T>, Vector1<T>;
            value |q| q.scaled_axis();
            pull |_, _, seed| seed;
            push |_, _, d| d;
        }

        rule_of_two! {
            PowfRule: powf_forward, powf_jvp [T: RealField] $rotation, T;
            where []
            (Vector1<T>, T) => $rotation, Vector1<T>;
            value |q, t| q.powf(t.clone());
            pull |q, t, seed| (&seed * t.clone(), q.angle() * seed.x.clone());
            push |q, t, d| d * t.clone(), Vector1::new(q.angle() * d);
        }

        rule_of_two! {
            AngleToRule: angle_to_forward, angle_to_jvp [T: RealField] $rotation, lent $rotation;
            where []
            (Vector1<T>, Vector1<T>) => T, T;
            value |q, r| q.angle_to(r);
            pull |_, _, seed| (Vector1::new(-seed.clone()), Vector1::new(seed));
            push |_, _, d| -d.x.clone(), d.x.clone();
            zero T::zero();
        }
    )*};
}

in_the_plane! {
    UnitComplex<T>;
    Rotation<T, 2>;
}

macro_rules! everywhere {
    ($($rotation:ty, $vector:ident, $dimension:literal;)*) => {$(
        rule_of_two! {
            RotationToRule: rotation_to_forward, rotation_to_jvp [T: RealField] $rotation, lent $rotation;
            where []
            ($vector<T>, $vector<T>) => $rotation, $vector<T>;
            value |q, r| q.rotation_to(r);
            pull |q, _, seed| {
                let r_bar = q.inward(&seed);
                (-&r_bar, r_bar)
            };
            push |q, _, d| -q.outward(&d), q.outward(&d);
        }

        rule_of_two! {
            InverseTransformPointRule: inverse_transform_point_forward, inverse_transform_point_jvp
                [T: RealField] $rotation, lent Point<T, $dimension>;
            where []
            ($vector<T>, SVector<T, $dimension>) => Point<T, $dimension>, SVector<T, $dimension>;
            value |q, p| q.inverse_transform_point(p);
            pull |q, p, seed| {
                let y = q.inverse_transform_point(p);
                (-<$rotation>::moment(&y.coords, &seed), AbstractRotation::transform_vector(q, &seed))
            };
            push |q, p, d|
                -<$rotation>::sweep(&d, &q.inverse_transform_point(p).coords),
                q.inverse_transform_vector(&d);
        }

        rule_of_two! {
            InverseTransformVectorRule: inverse_transform_vector_forward, inverse_transform_vector_jvp
                [T: RealField] $rotation, lent SVector<T, $dimension>;
            where []
            ($vector<T>, SVector<T, $dimension>) => SVector<T, $dimension>, SVector<T, $dimension>;
            value |q, v| q.inverse_transform_vector(v);
            pull |q, v, seed| {
                let y = q.inverse_transform_vector(v);
                (-<$rotation>::moment(&y, &seed), AbstractRotation::transform_vector(q, &seed))
            };
            push |q, v, d| -<$rotation>::sweep(&d, &q.inverse_transform_vector(v)), q.inverse_transform_vector(&d);
        }
    )*};
}

everywhere! {
    UnitQuaternion<T>, Vector3, 3;
    UnitComplex<T>, Vector1, 2;
    Rotation<T, 3>, Vector3, 3;
    Rotation<T, 2>, Vector1, 2;
}

rule_of_two! {
    InverseTransformPointRule: inverse_transform_point_forward, inverse_transform_point_jvp
        [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>, lent Point<T, D>;
    where []
    (IsometryTangent<T, R::Vector, D>, SVector<T, D>) => Point<T, D>, SVector<T, D>;
    value |pose, p| pose.inverse_transform_point(p);
    pull |pose, p, seed| {
        let mut rotation = R::moment(&pose.inverse_transform_point(p).coords, &seed);
        crate::Tangent::scale(&mut rotation, -1.0);
        let p_bar = pose.rotation.transform_vector(&seed);
        (IsometryTangent { rotation, translation: Translation::from(-&p_bar) }, p_bar)
    };
    push |pose, p, d|
        -pose.rotation.inverse_transform_vector(&d.translation.vector)
            - R::sweep(&d.rotation, &pose.inverse_transform_point(p).coords),
        pose.rotation.inverse_transform_vector(&d);
}

rule_of_two! {
    InverseTransformVectorRule: inverse_transform_vector_forward, inverse_transform_vector_jvp
        [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>, lent SVector<T, D>;
    where []
    (IsometryTangent<T, R::Vector, D>, SVector<T, D>) => SVector<T, D>, SVector<T, D>;
    value |pose, v| pose.inverse_transform_vector(v);
    pull |pose, v, seed| {
        let mut rotation = R::moment(&pose.inverse_transform_vector(v), &seed);
        crate::Tangent::scale(&mut rotation, -1.0);
        let v_bar = pose.rotation.transform_vector(&seed);
        (IsometryTangent { rotation, translation: Translation::from(SVector::zeros()) }, v_bar)
    };
    push |pose, v, d|
        -R::sweep(&d.rotation, &pose.inverse_transform_vector(v)),
        pose.rotation.inverse_transform_vector(&d);
}

rule_of_two! {
    InvMulRule: inv_mul_forward, inv_mul_jvp
        [T: RealField, R: Turn<T, D>, const D: usize] Isometry<T, R, D>, lent Isometry<T, R, D>;
    where []
    (IsometryTangent<T, R::Vector, D>, IsometryTangent<T, R::Vector, D>)
        => Isometry<T, R, D>, IsometryTangent<T, R::Vector, D>;
    value |a, b| a.inv_mul(b);
    pull |a, b, seed| {
        let y = a.inv_mul(b);
        let mut rotation = y.rotation.outward(&seed.rotation);
        crate::Tangent::accumulate(&mut rotation, &R::moment(&y.translation.vector, &seed.translation.vector));
        crate::Tangent::scale(&mut rotation, -1.0);
        let translation = a.rotation.transform_vector(&seed.translation.vector);
        let a_bar = IsometryTangent { rotation, translation: Translation::from(-&translation) };
        (a_bar, IsometryTangent { rotation: seed.rotation, translation: Translation::from(translation) })
    };
    push |a, b, d|
        {
            let y = a.inv_mul(b);
            let moved = a.rotation.inverse_transform_vector(&d.translation.vector);
            let translation = Translation::from(-moved - R::sweep(&d.rotation, &y.translation.vector));
            let mut rotation = y.rotation.inward(&d.rotation);
            crate::Tangent::scale(&mut rotation, -1.0);
            IsometryTangent { rotation, translation }
        },
        {
            let translation = Translation::from(a.rotation.inverse_transform_vector(&d.translation.vector));
            IsometryTangent { rotation: d.rotation, translation }
        };
}

/// `R · [w]×` and what is adjoint to it.
pub trait Generators<T, const D: usize>: Turn<T, D>
where
    T: RealField,
{
    /// `R · [w]×`
    fn spun(r: &SMatrix<T, D, D>, w: &Self::Vector) -> SMatrix<T, D, D>;
    /// The rotation vector that is adjoint to it.
    fn spin(r: &SMatrix<T, D, D>, bar: &SMatrix<T, D, D>) -> Self::Vector;
}

impl<T: RealField> Generators<T, 3> for Rotation<T, 3> {
    #[inline]
    fn spun(r: &SMatrix<T, 3, 3>, w: &Vector3<T>) -> SMatrix<T, 3, 3> {
        r * w.cross_matrix()
    }

    #[inline]
    fn spin(r: &SMatrix<T, 3, 3>, bar: &SMatrix<T, 3, 3>) -> Vector3<T> {
        vee(&r.tr_mul(bar))
    }
}

impl<T: RealField> Generators<T, 2> for Rotation<T, 2> {
    #[inline]
    fn spun(r: &SMatrix<T, 2, 2>, w: &Vector1<T>) -> SMatrix<T, 2, 2> {
        r * SMatrix::<T, 2, 2>::new(T::zero(), -w.x.clone(), w.x.clone(), T::zero())
    }

    #[inline]
    fn spin(r: &SMatrix<T, 2, 2>, bar: &SMatrix<T, 2, 2>) -> Vector1<T> {
        let m = r.tr_mul(bar);
        Vector1::new(m[(1, 0)].clone() - m[(0, 1)].clone())
    }
}

macro_rules! matrices {
    ($($dimension:literal, $vector:ident;)*) => {$(
        rule_of_one! {
            IntoInnerRule: into_inner_forward, into_inner_jvp [T: RealField] Rotation<T, $dimension>;
            where []
            $vector<T> => SMatrix<T, $dimension, $dimension>, SMatrix<T, $dimension, $dimension>;
            value |r| r.clone().into_inner();
            pull |_, y, seed| <Rotation<T, $dimension>>::spin(y, &seed);
            push |_, y, d| <Rotation<T, $dimension>>::spun(y, &d);
        }

        rule_of_one! {
            MatrixRule: matrix_forward, matrix_jvp [T: RealField] Rotation<T, $dimension>;
            where []
            $vector<T> => SMatrix<T, $dimension, $dimension>, SMatrix<T, $dimension, $dimension>;
            value |r| r.matrix().clone();
            pull |_, y, seed| <Rotation<T, $dimension>>::spin(y, &seed);
            push |_, y, d| <Rotation<T, $dimension>>::spun(y, &d);
        }
    )*};
}

matrices! {
    3, Vector3;
    2, Vector1;
}

/// `q.slerp(&r, t)`
pub trait SlerpRule<B, T>: Sized {
    /// The tangent of a rotation.
    type Vector;
    /// The result and the pullback.
    fn slerp_forward(
        self,
        r: B,
        t: T,
    ) -> (UnitQuaternion<T>, impl Fn(Self::Vector) -> (Self::Vector, Self::Vector, T))
    where
        T: RealField;
    /// The result and its tangent.
    fn slerp_jvp<H, K, L>(
        self,
        r: B,
        t: T,
        left: impl Dot<Self, Self::Vector, H>,
        right: impl Dot<B, Self::Vector, K>,
        t_dot: impl Dot<T, T, L>,
    ) -> (UnitQuaternion<T>, Self::Vector)
    where
        T: RealField;
}

macro_rules! slerp {
    ([$($lifetime:tt)*] $form:ty) => {
        impl<$($lifetime)* 'b, T: RealField> SlerpRule<&'b UnitQuaternion<T>, T> for $form {
            type Vector = Vector3<T>;

            #[inline]
            fn slerp_forward(
                self,
                r: &'b UnitQuaternion<T>,
                t: T,
            ) -> (UnitQuaternion<T>, impl Fn(Vector3<T>) -> (Vector3<T>, Vector3<T>, T)) {
                (self.slerp(r, t.clone()), move |seed: Vector3<T>| {
                    // `q · dᵗ` with `d = q⁻¹ r`
                    let between = self.inverse() * r;
                    let v = between.scaled_axis();
                    let power = UnitQuaternion::from_scaled_axis(&v * t.clone());
                    let t_bar = v.dot(&seed);
                    let of_vector = jacobian(&(&v * -t.clone()), &seed) * t.clone();
                    let r_bar = inverse_jacobian(&-&v, &of_vector);
                    let q_bar = power.outward(&seed) - between.outward(&r_bar);
                    (q_bar, r_bar, t_bar)
                })
            }

            #[inline]
            fn slerp_jvp<H, K, L>(
                self,
                r: &'b UnitQuaternion<T>,
                t: T,
                left: impl Dot<Self, Vector3<T>, H>,
                right: impl Dot<&'b UnitQuaternion<T>, Vector3<T>, K>,
                t_dot: impl Dot<T, T, L>,
            ) -> (UnitQuaternion<T>, Vector3<T>) {
                let between = self.inverse() * r;
                let v = between.scaled_axis();
                let power = UnitQuaternion::from_scaled_axis(&v * t.clone());
                let along = |w: &Vector3<T>| jacobian(&(&v * t.clone()), &inverse_jacobian(&v, w)) * t.clone();
                let shares = [
                    left.known().map(|dot| power.inward(&dot) - along(&between.inward(&dot))),
                    right.known().map(|dot| along(&dot)),
                    t_dot.known().map(|dot| &v * dot),
                ];
                total(self.slerp(r, t.clone()), shares)
            }
        }
    };
}

slerp!([] UnitQuaternion<T>);
slerp!(['a,] &'a UnitQuaternion<T>);

rule_of_one! {
    IntoInnerRule: into_inner_forward, into_inner_jvp [T: RealField, D: nalgebra::Dim] Unit<OVector<T, D>>;
    where [DefaultAllocator: Allocator<D>]
    OVector<T, D> => OVector<T, D>, OVector<T, D>;
    value |unit| unit.as_ref().clone();
    pull |_, y, seed| across(y, seed);
    push |_, y, d| across(y, d);
}
