//! The rules of nalgebra's constructors, in reverse and in forward mode, against central differences.

use grad_runtime::__private::Skip;
use grad_runtime::__private::methods::scope::*;
use grad_runtime::Tangent;
use grad_runtime::nalgebra::{
    Isometry2, Isometry3, Matrix2, Matrix2x3, Matrix3, Matrix3x2, Point2, Point3, Rotation2, Rotation3,
    Translation2, Translation3, Unit, UnitComplex, UnitQuaternion, Vector1, Vector2, Vector3, Vector4,
    Vector6,
};

mod support;

use support::{Difference, assert_near, direction, stepped};

/// Checks the rule of a constructor for arguments by value.
macro_rules! check {
    ($type:ident::$function:ident, $forward:ident, $push:ident, $pull:ident: $($argument:expr),*) => {
        check!(@named [] [a b c d e f g h i] $type::$function, $forward, $push, $pull: $($argument,)*)
    };
    (@named [$($done:tt)*] [$name:ident $($names:ident)*] $type:ident::$function:ident, $forward:ident, $push:ident,
        $pull:ident: $argument:expr, $($rest:tt)*) => {
        check!(@named [$($done)* ($name $argument)] [$($names)*] $type::$function, $forward, $push, $pull: $($rest)*)
    };
    (@named [$(($name:ident $argument:expr))*] [$($names:ident)*] $type:ident::$function:ident, $forward:ident,
        $push:ident, $pull:ident:) => {{
        let mut seed = 0;
        let arguments = ($($argument,)*);
        let ($($name,)*) = arguments;
        let dots = ($({ seed += 1; direction(&$name, seed) },)*);
        let at = |step: f64| {
            let ($($name,)*) = stepped(&arguments, &dots, step);
            $type::$function($($name),*)
        };
        let expected = at(1e-6).difference(&at(-1e-6), 2e-6);
        let (value, tangent) = $type::$push($($name,)* dots);
        assert_eq!(value, $type::$function($($name),*));
        assert_near(&tangent, &expected);

        let (value, pullback) = $type::$forward($($name),*);
        assert_eq!(value, $type::$function($($name),*));
        let seed = direction(&value, 9);
        let bars = $type::$pull(&pullback, seed.clone(), ($(check!(@slot $name),)*));
        let (by_adjoint, by_tangent) = (bars.inner(&dots), seed.inner(&tangent));
        assert!((by_adjoint - by_tangent).abs() < 1e-11, "{by_adjoint} is not {by_tangent}");
    }};
    (@slot $name:ident) => { () };
}

#[test]
fn coordinates() {
    check!(Vector1::new, new_forward, new_push, new_pull: 1.0);
    check!(Vector2::new, new_forward, new_push, new_pull: 1.0, 2.0);
    check!(Vector3::new, new_forward, new_push, new_pull: 1.0, 2.0, 3.0);
    check!(Vector4::new, new_forward, new_push, new_pull: 1.0, 2.0, 3.0, 4.0);
    check!(Vector6::new, new_forward, new_push, new_pull: 1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    check!(Point2::new, new_forward, new_push, new_pull: 1.0, 2.0);
    check!(Point3::new, new_forward, new_push, new_pull: 1.0, 2.0, 3.0);
    check!(Translation2::new, new_forward, new_push, new_pull: 1.0, 2.0);
    check!(Translation3::new, new_forward, new_push, new_pull: 1.0, 2.0, 3.0);
    check!(Point3::from, from_forward, from_push, from_pull: Vector3::new(1.0, 2.0, 3.0));
    check!(Translation2::from, from_forward, from_push, from_pull: Vector2::new(1.0, 2.0));
}

#[test]
fn elements() {
    check!(Matrix2::new, new_forward, new_push, new_pull: 1.0, 2.0, 3.0, 4.0);
    check!(Matrix2x3::new, new_forward, new_push, new_pull: 1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    check!(Matrix3x2::new, new_forward, new_push, new_pull: 1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
    check!(Matrix3::new, new_forward, new_push, new_pull: 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0);
}

#[test]
fn constant_arguments_have_no_share() {
    let (value, tangent) = Vector3::new_push(1.0, 2.0, 3.0, (Skip, 0.5, Skip));
    assert_eq!((value, tangent), (Vector3::new(1.0, 2.0, 3.0), Vector3::new(0.0, 0.5, 0.0)));
    let (_, pullback) = Vector3::new_forward(1.0, 2.0, 3.0);
    let mut memory = 10.0;
    let bars = Vector3::new_pull(&pullback, Vector3::new(4.0, 5.0, 6.0), (&mut memory, (), Skip));
    assert_eq!((memory, bars), (14.0, ((), 5.0, ())));
}

#[test]
fn rotation_vectors_of_every_length() {
    for length in [0.0, 1e-9, 1e-3, 0.099, 0.101, 1.0, 3.0, 6.0] {
        let v = Vector3::new(0.6, -0.64, 0.48) * length;
        check!(UnitQuaternion::from_scaled_axis, from_scaled_axis_forward, from_scaled_axis_push, from_scaled_axis_pull: v);
        check!(UnitQuaternion::new, new_forward, new_push, new_pull: v);
        check!(Rotation3::from_scaled_axis, from_scaled_axis_forward, from_scaled_axis_push, from_scaled_axis_pull: v);
        check!(Rotation3::new, new_forward, new_push, new_pull: v);
        check!(Isometry3::rotation, rotation_forward, rotation_push, rotation_pull: v);
        check!(Isometry3::new, new_forward, new_push, new_pull: Vector3::new(1.0, 2.0, 3.0), v);
    }
}

#[test]
fn euler_angles() {
    check!(UnitQuaternion::from_euler_angles, from_euler_angles_forward, from_euler_angles_push, from_euler_angles_pull:
        0.4, -0.8, 1.1);
    check!(Rotation3::from_euler_angles, from_euler_angles_forward, from_euler_angles_push, from_euler_angles_pull:
        -1.4, 0.3, 2.1);
}

#[test]
fn angles_about_an_axis() {
    let (axis, angle) = (Unit::new_normalize(Vector3::new(1.0, -2.0, 0.5)), 0.7);
    let (axis_dot, angle_dot) = (direction(&axis, 1), 0.3);
    let at = |step: f64| {
        UnitQuaternion::from_axis_angle(&stepped(&axis, &axis_dot, step), angle + step * angle_dot)
    };
    let expected = at(1e-6).difference(&at(-1e-6), 2e-6);
    let (value, tangent) = UnitQuaternion::from_axis_angle_push(&axis, angle, (&axis_dot, angle_dot));
    assert_eq!(value, UnitQuaternion::from_axis_angle(&axis, angle));
    assert_near(&tangent, &expected);
    let (_, pullback) = UnitQuaternion::from_axis_angle_forward(&axis, angle);
    let seed = Vector3::new(0.3, -0.2, 0.9);
    let (axis_bar, angle_bar) = UnitQuaternion::from_axis_angle_pull(&pullback, seed, ((), ()));
    assert!((axis_bar.dot(&axis_dot) + angle_bar * angle_dot - seed.dot(&tangent)).abs() < 1e-14);
    assert!(axis_bar.dot(&axis).abs() < 1e-15);
}

#[test]
fn rotations_in_the_plane() {
    check!(UnitComplex::new, new_forward, new_push, new_pull: 0.7);
    check!(Rotation2::new, new_forward, new_push, new_pull: 0.7);
    check!(Isometry2::new, new_forward, new_push, new_pull: Vector2::new(1.0, 2.0), 0.7);
}

#[test]
fn isometries_from_their_parts() {
    let q = UnitQuaternion::from_euler_angles(0.4, -0.8, 1.1);
    check!(Isometry3::from_parts, from_parts_forward, from_parts_push, from_parts_pull: Translation3::new(1.0, 2.0, 3.0), q);
    check!(Isometry2::from_parts, from_parts_forward, from_parts_push, from_parts_pull:
        Translation2::new(1.0, 2.0), UnitComplex::new(0.7));
    check!(Isometry3::translation, translation_forward, translation_push, translation_pull: 1.0, 2.0, 3.0);
}
