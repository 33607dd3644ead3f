//! Rotations acting on vectors, on points and on each other.
//!
//! With `q` moving to `q · exp(w)`: `q · v` moves by `q (w × v + v̇)`, and `q · r` turns by `r⁻¹ w + ẇ`.

use core::borrow::Borrow;

use nalgebra::{AbstractRotation, Point, RealField, Rotation, SVector, UnitComplex, UnitQuaternion};

use super::operator;
use super::turn::Turn;

macro_rules! rotation {
    ($($rotation:ty, $dimension:literal;)*) => {$(
        operator! {
            MulRule [T: RealField] $rotation, SVector<T, $dimension>;
            where []
            (<$rotation as Turn<T, $dimension>>::Vector, SVector<T, $dimension>)
            value |q, v| q * v;
            pull |q, v, y| {
                let v_bar = q.inverse_transform_vector(&y);
                (<$rotation>::moment(v, &v_bar), v_bar)
            };
            push |q, v, d|
                AbstractRotation::transform_vector(q, &<$rotation>::sweep(&d, v)),
                AbstractRotation::transform_vector(q, &d);
        }

        operator! {
            MulRule [T: RealField] $rotation, Point<T, $dimension>;
            where []
            (<$rotation as Turn<T, $dimension>>::Vector, SVector<T, $dimension>)
            value |q, p| q * p;
            pull |q, p, y| {
                let p_bar = q.inverse_transform_vector(&y);
                (<$rotation>::moment(&p.coords, &p_bar), p_bar)
            };
            push |q, p, d|
                AbstractRotation::transform_vector(q, &<$rotation>::sweep(&d, &p.coords)),
                AbstractRotation::transform_vector(q, &d);
        }

        operator! {
            MulRule [T: RealField] $rotation, $rotation;
            where []
            (<$rotation as Turn<T, $dimension>>::Vector, <$rotation as Turn<T, $dimension>>::Vector)
            value |q, r| q * r;
            pull |_, r, y| (r.outward(&y), y);
            push |_, r, d| r.inward(&d), d;
        }

        operator! {
            DivRule [T: RealField] $rotation, $rotation;
            where []
            (<$rotation as Turn<T, $dimension>>::Vector, <$rotation as Turn<T, $dimension>>::Vector)
            value |q, r| q / r;
            pull |_, r, y| {
                let q_bar = r.inward(&y);
                (q_bar.clone(), -q_bar)
            };
            push |_, r, d| r.outward(&d), -r.outward(&d);
        }
    )*};
}

rotation! {
    UnitQuaternion<T>, 3;
    UnitComplex<T>, 2;
    Rotation<T, 3>, 3;
    Rotation<T, 2>, 2;
}
