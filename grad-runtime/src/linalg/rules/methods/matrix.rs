//! Norms, sums and transposes.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, RealField, Storage};

use super::{method_of_one, rule_of_one};

method_of_one!(
    /// `m.norm()`; its derivative at zero is 0.
    NormRule: norm_forward, norm_jvp
);
rule_of_one! {
    NormRule: norm_forward, norm_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>;
    where [DefaultAllocator: Allocator<R, C>]
    OMatrix<T, R, C> => T, T;
    value |m| m.norm();
    pull |m, y, seed| if y.is_zero() { zeros(m) } else { m * (seed / y.clone()) };
    push |m, y, d| if y.is_zero() { T::zero() } else { m.dot(&d) / y.clone() };
}

method_of_one!(
    /// `m.norm_squared()`
    NormSquaredRule: norm_squared_forward, norm_squared_jvp
);
rule_of_one! {
    NormSquaredRule: norm_squared_forward, norm_squared_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>;
    where [DefaultAllocator: Allocator<R, C>]
    OMatrix<T, R, C> => T, T;
    value |m| m.norm_squared();
    pull |m, _, seed| m * (seed.clone() + seed);
    push |m, _, d| { let half = m.dot(&d); half.clone() + half };
}

method_of_one!(
    /// `m.normalize()`
    NormalizeRule: normalize_forward, normalize_jvp
);
rule_of_one! {
    NormalizeRule: normalize_forward, normalize_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>;
    where [DefaultAllocator: Allocator<R, C>]
    OMatrix<T, R, C> => OMatrix<T, R, C>, OMatrix<T, R, C>;
    value |m| m.normalize();
    pull |m, y, seed| across(y, seed) / m.norm();
    push |m, y, d| across(y, d) / m.norm();
}

method_of_one!(
    /// `m.sum()`
    SumRule: sum_forward, sum_jvp
);
rule_of_one! {
    SumRule: sum_forward, sum_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>;
    where [DefaultAllocator: Allocator<R, C>]
    OMatrix<T, R, C> => T, T;
    value |m| m.sum();
    pull |m, _, seed| { let (rows, columns) = m.shape_generic(); OMatrix::repeat_generic(rows, columns, seed) };
    push |_, _, d| d.sum();
}

/// A method that is another one by another name.
macro_rules! alias {
    ($(#[$doc:meta])* $rule:ident: $forward:ident, $jvp:ident = $of:ident: $of_forward:ident, $of_jvp:ident) => {
        $(#[$doc])*
        pub trait $rule: super::$of {
            /// The result and the pullback.
            #[inline]
            fn $forward(self) -> (Self::Output, impl Fn(Self::Result) -> (Self::Receiver,)) {
                self.$of_forward()
            }
            /// The result and its tangent.
            #[inline]
            fn $jvp<H>(
                self,
                dot: impl crate::__private::Dot<Self, Self::Receiver, H>,
            ) -> (Self::Output, Self::Result) {
                self.$of_jvp(dot)
            }
        }

        impl<M: super::$of> $rule for M {}
    };
}

alias! {
    /// `m.magnitude()`, the norm.
    MagnitudeRule: magnitude_forward, magnitude_jvp = NormRule: norm_forward, norm_jvp
}
alias! {
    /// `m.magnitude_squared()`, the squared norm.
    MagnitudeSquaredRule: magnitude_squared_forward, magnitude_squared_jvp
        = NormSquaredRule: norm_squared_forward, norm_squared_jvp
}
alias! {
    /// `m.adjoint()`, of real matrices the transposed one.
    AdjointRule: adjoint_forward, adjoint_jvp = TransposeRule: transpose_forward, transpose_jvp
}

method_of_one!(
    /// `m.transpose()`
    TransposeRule: transpose_forward, transpose_jvp
);
rule_of_one! {
    TransposeRule: transpose_forward, transpose_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>;
    where [DefaultAllocator: Allocator<R, C> + Allocator<C, R>]
    OMatrix<T, R, C> => OMatrix<T, C, R>, OMatrix<T, C, R>;
    value |m| m.transpose();
    pull |_, _, seed| seed.transpose();
    push |_, _, d| d.transpose();
}

/// A zero with the shape of `m`.
fn zeros<T, R, C, S>(m: &Matrix<T, R, C, S>) -> OMatrix<T, R, C>
where
    T: RealField,
    R: Dim,
    C: Dim,
    S: Storage<T, R, C>,
    DefaultAllocator: Allocator<R, C>,
{
    let (rows, columns) = m.shape_generic();
    OMatrix::zeros_generic(rows, columns)
}

/// The part of `v` across the unit vector `unit`.
pub fn across<T, R, C>(unit: &OMatrix<T, R, C>, v: OMatrix<T, R, C>) -> OMatrix<T, R, C>
where
    T: RealField,
    R: Dim,
    C: Dim,
    DefaultAllocator: Allocator<R, C>,
{
    let along = unit.dot(&v);
    v - unit * along
}
