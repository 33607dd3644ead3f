//! `a.qr()`: with `a = q r`, `w = ȧ₁ r₁⁻¹` (of the first columns, as many as `q` has), `x = qᵀ w` and the antisymmetric `ω` that has
//! the elements of `x` below the diagonal: `q̇ = q ω + w - q x` and `ṙ = qᵀ ȧ - ω r`.
//!
//! A factorization has the tangent of the matrix that it factorizes; what `q` and `r` contribute adds up.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::linalg::QR;
use nalgebra::{DefaultAllocator, Dim, DimMin, DimMinimum, Matrix, OMatrix, RealField, Storage};

use super::{method_of_one, rule_of_one};
use crate::Differentiable;

impl<T: RealField, R: DimMin<C>, C: Dim> Differentiable for QR<T, R, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R> + Allocator<DimMinimum<R, C>>,
{
    type Tangent = OMatrix<T, R, C>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.qr_internal().zero_tangent()
    }
}

method_of_one!(
    /// `a.qr()`
    QrRule: qr_forward, qr_jvp
);
rule_of_one! {
    QrRule: qr_forward, qr_jvp [T: RealField, R: DimMin<C>, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>;
    where [DefaultAllocator: Allocator<R, C> + Allocator<R> + Allocator<DimMinimum<R, C>>]
    OMatrix<T, R, C> => QR<T, R, C>, OMatrix<T, R, C>;
    value |a| a.clone_owned().qr();
    pull |_, _, seed| seed;
    push |_, _, d| d;
}

/// The columns of `q`, which is square or tall.
type Rank<R, C> = DimMinimum<R, C>;

/// A rule of a part of the factorization.
macro_rules! part {
    ($(#[$doc:meta])* $rule:ident: $name:ident, $forward:ident, $jvp:ident => $output:ty;
        pull |$q:pat_param, $r:pat_param, $seed:pat_param| $pull:expr;
        push |$p:pat_param, $s:pat_param, $omega:pat_param, $a_dot:pat_param, $w:pat_param| $push:expr;
    ) => {
        method_of_one!($(#[$doc])* $rule: $forward, $jvp);
        rule_of_one! {
            $rule: $forward, $jvp [T: RealField, R: DimMin<C>, C: Dim] QR<T, R, C>;
            where [
                DefaultAllocator: Allocator<R, C>
                    + Allocator<R>
                    + Allocator<Rank<R, C>>
                    + Allocator<Rank<R, C>, C>
                    + Allocator<R, Rank<R, C>>
                    + Allocator<Rank<R, C>, Rank<R, C>>,
            ]
            OMatrix<T, R, C> => $output, $output;
            value |qr| qr.$name();
            pull |qr, _, seed| {
                let ($q, $r, $seed) = (&qr.q(), &qr.r(), &seed);
                $pull
            };
            push |qr, _, d| {
                let (q, r) = (qr.q(), qr.r());
                let mut w = first_columns(&d, &q);
                over_triangle(&mut w, &r);
                let omega = antisymmetric(&q.tr_mul(&w));
                let ($p, $s, $omega, $a_dot, $w) = (&q, &r, &omega, &d, w);
                $push
            };
        }
    };
}

part! {
    /// `qr.q()`
    OrthogonalFactorRule: q, q_forward, q_jvp => OMatrix<T, R, Rank<R, C>>;
    pull |q, r, q_bar| {
        let inner = q_bar.tr_mul(q);
        let mut w_bar = q_bar + q * mirrored(&-inner);
        over_transposed_triangle(&mut w_bar, r);
        widened(&w_bar, r)
    };
    push |q, _, omega, _, w| { let inner = q.tr_mul(&w); q * omega + w - q * inner };
}

part! {
    /// `qr.r()`
    UpperFactorRule: r, r_forward, r_jvp => OMatrix<T, Rank<R, C>, C>;
    pull |q, r, r_bar| {
        let rank = q.ncols();
        let side = q.shape_generic().1;
        let (mut first, mut rest) = (OMatrix::zeros_generic(side, side), OMatrix::zeros_generic(side, side));
        for column in 0..r.ncols() {
            let sum = if column < rank { &mut first } else { &mut rest };
            sum.ger(T::one(), &r.column(column), &r_bar.column(column), T::one());
        }
        let mut w_bar = q * (mirrored(&(first - rest.transpose())) + rest);
        over_transposed_triangle(&mut w_bar, r);
        let mut a_bar = widened(&w_bar, r);
        for column in rank..r.ncols() {
            a_bar.set_column(column, &(q * r_bar.column(column)));
        }
        a_bar
    };
    push |q, r, omega, a_dot, _| q.tr_mul(a_dot) - omega * r;
}

/// The lower triangle, mirrored at the diagonal.
fn mirrored<T: RealField, D: Dim>(m: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = m.shape_generic();
    OMatrix::from_fn_generic(rows, columns, |i, j| m[(i.max(j), i.min(j))].clone())
}

/// The elements below the diagonal, and above it their opposites.
fn antisymmetric<T: RealField, D: Dim>(m: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = m.shape_generic();
    OMatrix::from_fn_generic(rows, columns, |i, j| match i.cmp(&j) {
        core::cmp::Ordering::Less => -m[(j, i)].clone(),
        core::cmp::Ordering::Equal => T::zero(),
        core::cmp::Ordering::Greater => m[(i, j)].clone(),
    })
}

/// The first columns of `a`, as many as `like` has.
fn first_columns<T: RealField, R: Dim, C: Dim, K: Dim>(
    a: &OMatrix<T, R, C>,
    like: &OMatrix<T, R, K>,
) -> OMatrix<T, R, K>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R, K>,
{
    let (rows, columns) = like.shape_generic();
    OMatrix::from_fn_generic(rows, columns, |i, j| a[(i, j)].clone())
}

/// The same columns, and zeros up to the width of `like`.
fn widened<T: RealField, R: Dim, C: Dim, K: Dim>(
    a: &OMatrix<T, R, K>,
    like: &OMatrix<T, K, C>,
) -> OMatrix<T, R, C>
where
    DefaultAllocator: Allocator<R, C> + Allocator<R, K> + Allocator<K, C>,
{
    let (rows, columns) = (a.shape_generic().0, like.shape_generic().1);
    OMatrix::from_fn_generic(rows, columns, |i, j| if j < a.ncols() { a[(i, j)].clone() } else { T::zero() })
}

/// `w r⁻¹`, with the square upper triangle at the left of `r`.
fn over_triangle<T: RealField, R: Dim, C: Dim, K: Dim>(w: &mut OMatrix<T, R, K>, r: &OMatrix<T, K, C>)
where
    DefaultAllocator: Allocator<R, K> + Allocator<K, C>,
{
    for j in 0..w.ncols() {
        for l in 0..j {
            subtract_column(w, j, l, &r[(l, j)]);
        }
        w.column_mut(j).unscale_mut(r[(j, j)].clone());
    }
}

/// `w r⁻ᵀ`, with the square upper triangle at the left of `r`.
fn over_transposed_triangle<T: RealField, R: Dim, C: Dim, K: Dim>(
    w: &mut OMatrix<T, R, K>,
    r: &OMatrix<T, K, C>,
) where
    DefaultAllocator: Allocator<R, K> + Allocator<K, C>,
{
    for j in (0..w.ncols()).rev() {
        for l in j + 1..w.ncols() {
            subtract_column(w, j, l, &r[(j, l)]);
        }
        w.column_mut(j).unscale_mut(r[(j, j)].clone());
    }
}

/// Subtracts a multiple of one column from another.
fn subtract_column<T: RealField, R: Dim, K: Dim>(
    w: &mut OMatrix<T, R, K>,
    from: usize,
    column: usize,
    factor: &T,
) where
    DefaultAllocator: Allocator<R, K>,
{
    for i in 0..w.nrows() {
        let part = w[(i, column)].clone() * factor.clone();
        w[(i, from)] -= part;
    }
}
