//! The derivatives of nalgebra's constructors: for `Type::f` there are `Type::f_forward`, `Type::f_push`, which takes the
//! arguments and then a tuple of their tangents, and `Type::f_pull`, which runs the pullback.

// A constructor of a matrix takes as many numbers as the matrix has.
#![allow(clippy::too_many_arguments)]

mod coordinates;
mod pose;
mod rotation;
mod unit;

pub use rotation::{jacobian, number};
pub use unit::NewNormalize;

use nalgebra::{RealField, Unit, Vector3};

use crate::__private::second::{Flat, Seeds, hand_over, linear};
use crate::__private::{Dot, Slots, pull};
use crate::Differentiable;

/// Declares the trait of a constructor: its name, the names of its functions, and its arguments.
macro_rules! constructor {
    ($(#[$doc:meta])* $rule:ident: $forward:ident, $push:ident, $second_rule:ident: $second:ident
        ($($A:ident $Dot:ident $How:ident $a:ident),*)) => {
        $(#[$doc])*
        pub trait $rule<$($A),*>: $crate::Differentiable + Sized {
            $(
                /// The tangent of an argument.
                type $Dot;
            )*
            /// The value and the pullback.
            fn $forward($($a: $A),*) -> (Self, impl Fn(Self::Tangent) -> ($(Self::$Dot,)*));
            /// The value and its tangent.
            fn $push<$($How),*>(
                $($a: $A,)*
                dots: ($(impl $crate::__private::Dot<$A, Self::$Dot, $How>,)*),
            ) -> (Self, Self::Tangent);
        }

        /// The same to second order, of what is linear.
        pub trait $second_rule<$($A),*>: $rule<$($A),*> {
            /// The cotangents of the arguments and of their tangents.
            fn $second<Dots, Wanted: Slots<($(Self::$Dot,)*)>, DotsWanted: Slots<($(Self::$Dot,)*)>>(
                $($a: $A,)*
                dots: Dots,
                seeds: Seeds<Self::Tangent>,
                slots: Wanted,
                dot_slots: DotsWanted,
            ) -> (Wanted::Answers, DotsWanted::Answers);
        }

        impl<Own: $rule<$($A),*> + Flat, $($A),*> $second_rule<$($A),*> for Own {
            #[inline]
            fn $second<Dots, Wanted: Slots<($(Self::$Dot,)*)>, DotsWanted: Slots<($(Self::$Dot,)*)>>(
                $($a: $A,)*
                _dots: Dots,
                seeds: Seeds<Self::Tangent>,
                slots: Wanted,
                dot_slots: DotsWanted,
            ) -> (Wanted::Answers, DotsWanted::Answers) {
                hand_over(linear(Own::$forward($($a),*).1, seeds), slots, dot_slots)
            }
        }
    };
}

/// The rule of a constructor: the arguments with their tangents and the zeros of these, the value, what the pullback makes
/// of the arguments and the seed, and the value's tangent, from the arguments and their tangents.
macro_rules! constructed {
    ($rule:ident: $forward:ident, $push:ident [$($generics:tt)*] $type:ty;
        ($($a:ident: $A:ty as $dot:ident: $Dot:ident = $D:ty, $How:ident, $zero:expr;)*)
        value $value:expr;
        pull |$seed:pat_param| $pull:expr;
        push $tangent:expr;
    ) => {
        impl<$($generics)*> $rule<$($A),*> for $type {
            $(type $Dot = $D;)*

            #[inline]
            fn $forward($($a: $A),*) -> (Self, impl Fn(Self::Tangent) -> ($(Self::$Dot,)*)) {
                let value = $value;
                (value, move |$seed: Self::Tangent| $pull)
            }

            #[inline]
            fn $push<$($How),*>(
                $($a: $A,)*
                dots: ($(impl $crate::__private::Dot<$A, Self::$Dot, $How>,)*),
            ) -> (Self, Self::Tangent) {
                let ($($dot,)*) = dots;
                $(let $dot: $D = $dot.known().unwrap_or_else(|| $zero);)*
                let value = $value;
                (value, $tangent)
            }
        }
    };
}
use constructed;

constructor!(
    /// `Type::new(a)`
    New1: new_forward, new_push, New1Second: new_second (
        A DotA HowA a
    )
);
constructor!(
    /// `Type::new(a, b)`
    New2: new_forward, new_push, New2Second: new_second (
        A DotA HowA a, B DotB HowB b
    )
);
constructor!(
    /// `Type::new(a, b, c)`
    New3: new_forward, new_push, New3Second: new_second (
        A DotA HowA a, B DotB HowB b, C DotC HowC c
    )
);
constructor!(
    /// `Type::new(a, b, c, d)`
    New4: new_forward, new_push, New4Second: new_second (
        A DotA HowA a, B DotB HowB b, C DotC HowC c, D DotD HowD d
    )
);
constructor!(
    /// `Type::new(a, b, c, d, e)`
    New5: new_forward, new_push, New5Second: new_second (
        A DotA HowA a, B DotB HowB b, C DotC HowC c, D DotD HowD d, E DotE HowE e
    )
);
constructor!(
    /// `Type::new(a, b, c, d, e, f)`
    New6: new_forward, new_push, New6Second: new_second (
        A DotA HowA a, B DotB HowB b, C DotC HowC c, D DotD HowD d, E DotE HowE e, F DotF HowF f
    )
);
constructor!(
    /// `Type::new(a, b, c, d, e, f, g, h)`
    New8: new_forward, new_push, New8Second: new_second (
        A DotA HowA a, B DotB HowB b, C DotC HowC c, D DotD HowD d, E DotE HowE e, F DotF HowF f,
        G DotG HowG g, H DotH HowH h
    )
);
constructor!(
    /// `Type::new(a, b, c, d, e, f, g, h, i)`
    New9: new_forward, new_push, New9Second: new_second (
        A DotA HowA a, B DotB HowB b, C DotC HowC c, D DotD HowD d, E DotE HowE e, F DotF HowF f,
        G DotG HowG g, H DotH HowH h, I DotI HowI i
    )
);
constructor!(
    /// `Type::new(a, b, c, d, e, f, g, h, i, j, k, l)`
    New12: new_forward, new_push, New12Second: new_second (
        A DotA HowA a, B DotB HowB b, C DotC HowC c, D DotD HowD d, E DotE HowE e, F DotF HowF f,
        G DotG HowG g, H DotH HowH h, I DotI HowI i, J DotJ HowJ j, K DotK HowK k, L DotL HowL l
    )
);
constructor!(
    /// `Type::new(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)`
    New16: new_forward, new_push, New16Second: new_second (
        A DotA HowA a, B DotB HowB b, C DotC HowC c, D DotD HowD d, E DotE HowE e, F DotF HowF f,
        G DotG HowG g, H DotH HowH h, I DotI HowI i, J DotJ HowJ j, K DotK HowK k, L DotL HowL l,
        M DotM HowM m, N DotN HowN n, O DotO HowO o, P DotP HowP p
    )
);
constructor!(
    /// `Type::from(a)`
    From1: from_forward, from_push, From1Second: from_second (A DotA HowA a)
);
constructor!(
    /// `Type::from_scaled_axis(a)`
    FromScaledAxis: from_scaled_axis_forward, from_scaled_axis_push, FromScaledAxisSecond: from_scaled_axis_second (A DotA HowA a)
);
/// `Type::from_axis_angle(&axis, angle)`; the axis is kept by value, so that it may be a temporary one.
pub trait FromAxisAngle<T: RealField>: Differentiable + Sized {
    /// The value and the pullback.
    fn from_axis_angle_forward(
        axis: &Unit<Vector3<T>>,
        angle: T,
    ) -> (Self, impl Fn(Self::Tangent) -> (Vector3<T>, T) + use<Self, T>);
    /// The value and its tangent.
    fn from_axis_angle_push<H, K>(
        axis: &Unit<Vector3<T>>,
        angle: T,
        dots: (impl Dot<Unit<Vector3<T>>, Vector3<T>, H>, impl Dot<T, T, K>),
    ) -> (Self, Self::Tangent);
}

constructor!(
    /// `Type::from_euler_angles(roll, pitch, yaw)`
    FromEulerAngles: from_euler_angles_forward, from_euler_angles_push, FromEulerAnglesSecond: from_euler_angles_second (A DotA HowA a, B DotB HowB b, C DotC HowC c)
);
constructor!(
    /// `Type::from_parts(translation, rotation)`
    FromParts: from_parts_forward, from_parts_push, FromPartsSecond: from_parts_second (A DotA HowA a, B DotB HowB b)
);
constructor!(
    /// `Isometry3::translation(x, y, z)`
    FromTranslation3: translation_forward, translation_push, FromTranslation3Second: translation_second (A DotA HowA a, B DotB HowB b, C DotC HowC c)
);
constructor!(
    /// `Isometry3::rotation(a)`
    FromRotation: rotation_forward, rotation_push, FromRotationSecond: rotation_second (A DotA HowA a)
);

/// Declares the functions that run pullbacks, one per name.
macro_rules! pulls {
    ($($name:ident)*) => {
        /// The pullbacks of constructors, by the names that generated code calls.
        pub trait Pulls: Differentiable {
            $(
                /// Runs the pullback of the constructor of this name.
                #[inline]
                fn $name<C, L: Slots<C>>(
                    pullback: &impl Fn(Self::Tangent) -> C,
                    seed: Self::Tangent,
                    slots: L,
                ) -> L::Answers {
                    pull(pullback, seed, slots)
                }
            )*
        }
    };
}

pulls! {
    new_pull from_pull from_scaled_axis_pull from_axis_angle_pull from_euler_angles_pull from_parts_pull
    translation_pull rotation_pull new_normalize_pull
}

impl<T: Differentiable> Pulls for T {}
