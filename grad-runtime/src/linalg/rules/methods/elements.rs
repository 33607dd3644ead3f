//! Elements that are chosen: absolute values, extremes, means, diagonals, triangles, coordinates.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::{
    DefaultAllocator, Dim, DimAdd, DimName, DimNameAdd, DimNameSum, DimSum, Matrix, OMatrix, OPoint, OVector,
    RealField, SMatrix, Storage, U1, Vector3,
};

use super::{method_of_one, rule_of_one};
use crate::Differentiable;

/// Rules of methods without arguments, for matrices of every shape.
macro_rules! of_matrix {
    ($(
        $(#[$doc:meta])* $rule:ident: $name:ident, $forward:ident, $jvp:ident => $output:ty;
        pull |$m:tt, $y:tt, $seed:pat_param| $pull:expr;
        push |$a:pat_param, $b:pat_param, $d:pat_param| $push:expr;
    )*) => {$(
        method_of_one!($(#[$doc])* $rule: $forward, $jvp);
        rule_of_one! {
            $rule: $forward, $jvp [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>;
            where [DefaultAllocator: Allocator<R, C>]
            OMatrix<T, R, C> => $output, $output;
            value |m| m.$name();
            pull |$m, $y, $seed| $pull;
            push |$a, $b, $d| $push;
        }
    )*};
}

of_matrix! {
    /// `m.abs()`; the derivative at 0 is 0.
    AbsRule: abs, abs_forward, abs_jvp => OMatrix<T, R, C>;
    pull |m, _, seed| seed.zip_map(m, |d, x| sign(&x) * d);
    push |m, _, d| d.zip_map(m, |d, x| sign(&x) * d);

    /// `m.mean()`
    MeanRule: mean, mean_forward, mean_jvp => T;
    pull |m, _, seed| {
        let (rows, columns) = m.shape_generic();
        OMatrix::repeat_generic(rows, columns, seed / count(m))
    };
    push |m, _, d| d.sum() / count(m);

    /// `m.variance()`
    VarianceRule: variance, variance_forward, variance_jvp => T;
    pull |m, _, seed| {
        let (mean, factor) = (m.mean(), (seed.clone() + seed) / count(m));
        m.map(|x| (x - mean.clone()) * factor.clone())
    };
    push |m, _, d| {
        let mean = m.mean();
        let half = m.zip_fold(&d, T::zero(), |sum, x, d| sum + (x - mean.clone()) * d) / count(m);
        half.clone() + half
    };

    /// `m.max()`; of equal elements the last one counts.
    MaxRule: max, max_forward, max_jvp => T;
    pull |m, y, seed| at_last(m, |x| x == y, |_| seed.clone());
    push |m, y, d| taken_last(m, &d, |x| x == y, |d, _| d);

    /// `m.min()`; of equal elements the last one counts.
    MinRule: min, min_forward, min_jvp => T;
    pull |m, y, seed| at_last(m, |x| x == y, |_| seed.clone());
    push |m, y, d| taken_last(m, &d, |x| x == y, |d, _| d);

    /// `m.amax()`; of equal elements the last one counts.
    AmaxRule: amax, amax_forward, amax_jvp => T;
    pull |m, y, seed| at_last(m, |x| x.clone().abs() == *y, |x| sign(x) * seed.clone());
    push |m, y, d| taken_last(m, &d, |x| x.clone().abs() == *y, |d, x| sign(x) * d);

    /// `m.amin()`; of equal elements the last one counts.
    AminRule: amin, amin_forward, amin_jvp => T;
    pull |m, y, seed| at_last(m, |x| x.clone().abs() == *y, |x| sign(x) * seed.clone());
    push |m, y, d| taken_last(m, &d, |x| x.clone().abs() == *y, |d, x| sign(x) * d);

    /// `m.lower_triangle()`
    LowerTriangleRule: lower_triangle, lower_triangle_forward, lower_triangle_jvp => OMatrix<T, R, C>;
    pull |_, _, seed| seed.lower_triangle();
    push |_, _, d| d.lower_triangle();

    /// `m.upper_triangle()`
    UpperTriangleRule: upper_triangle, upper_triangle_forward, upper_triangle_jvp => OMatrix<T, R, C>;
    pull |_, _, seed| seed.upper_triangle();
    push |_, _, d| d.upper_triangle();
}

/// The sign of a number, 0 of 0.
fn sign<T: RealField>(x: &T) -> T {
    if x.is_zero() { T::zero() } else { x.clone().signum() }
}

/// The number of elements, as a number.
fn count<T, R, C, S>(m: &Matrix<T, R, C, S>) -> T
where
    T: RealField,
    R: Dim,
    C: Dim,
    S: Storage<T, R, C>,
{
    (0..m.len()).fold(T::zero(), |count, _| count + T::one())
}

/// Zeros, but for the last element that is the one.
fn at_last<T, R, C, S>(
    m: &Matrix<T, R, C, S>,
    is_one: impl Fn(&T) -> bool,
    value: impl Fn(&T) -> T,
) -> OMatrix<T, R, C>
where
    T: RealField,
    R: Dim,
    C: Dim,
    S: Storage<T, R, C>,
    DefaultAllocator: Allocator<R, C>,
{
    let mut bar = m.zero_tangent();
    let mut target = None;
    for (x, bar) in m.iter().zip(bar.iter_mut()) {
        if is_one(x) {
            target = Some((x, bar));
        }
    }
    if let Some((x, bar)) = target {
        *bar = value(x);
    }
    bar
}

/// The tangent of the last element that is the one.
fn taken_last<T, R, C, S>(
    m: &Matrix<T, R, C, S>,
    dot: &OMatrix<T, R, C>,
    is_one: impl Fn(&T) -> bool,
    value: impl Fn(T, &T) -> T,
) -> T
where
    T: RealField,
    R: Dim,
    C: Dim,
    S: Storage<T, R, C>,
    DefaultAllocator: Allocator<R, C>,
{
    let last = m.iter().zip(dot.iter()).filter(|(x, _)| is_one(x)).last();
    last.map_or_else(T::zero, |(x, dot)| value(dot.clone(), x))
}

method_of_one!(
    /// `m.diagonal()`
    DiagonalRule: diagonal_forward, diagonal_jvp
);
rule_of_one! {
    DiagonalRule: diagonal_forward, diagonal_jvp
        [T: RealField, D: Dim, S: Storage<T, D, D>] Matrix<T, D, D, S>;
    where [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    OMatrix<T, D, D> => OVector<T, D>, OVector<T, D>;
    value |m| m.diagonal();
    pull |m, _, seed| {
        let mut bar = m.zero_tangent();
        bar.set_partial_diagonal(seed.iter().cloned());
        bar
    };
    push |_, _, d| d.diagonal();
}

method_of_one!(
    /// `m.symmetric_part()`
    SymmetricPartRule: symmetric_part_forward, symmetric_part_jvp
);
rule_of_one! {
    SymmetricPartRule: symmetric_part_forward, symmetric_part_jvp
        [T: RealField, D: Dim, S: Storage<T, D, D>] Matrix<T, D, D, S>;
    where [DefaultAllocator: Allocator<D, D>]
    OMatrix<T, D, D> => OMatrix<T, D, D>, OMatrix<T, D, D>;
    value |m| m.symmetric_part();
    pull |_, _, seed| seed.symmetric_part();
    push |_, _, d| d.symmetric_part();
}

method_of_one!(
    /// `m.row_sum()`
    RowSumRule: row_sum_forward, row_sum_jvp
);
rule_of_one! {
    RowSumRule: row_sum_forward, row_sum_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>;
    where [DefaultAllocator: Allocator<R, C> + Allocator<U1, C>]
    OMatrix<T, R, C> => OMatrix<T, U1, C>, OMatrix<T, U1, C>;
    value |m| m.row_sum();
    pull |m, _, seed| {
        let (rows, columns) = m.shape_generic();
        OMatrix::from_fn_generic(rows, columns, |_, column| seed[column].clone())
    };
    push |_, _, d| d.row_sum();
}

method_of_one!(
    /// `m.column_sum()`
    ColumnSumRule: column_sum_forward, column_sum_jvp
);
rule_of_one! {
    ColumnSumRule: column_sum_forward, column_sum_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>;
    where [DefaultAllocator: Allocator<R, C> + Allocator<R>]
    OMatrix<T, R, C> => OVector<T, R>, OVector<T, R>;
    value |m| m.column_sum();
    pull |m, _, seed| {
        let (rows, columns) = m.shape_generic();
        OMatrix::from_fn_generic(rows, columns, |row, _| seed[row].clone())
    };
    push |_, _, d| d.column_sum();
}

/// Some coordinates of a vector, as a vector; the same of a point.
macro_rules! coordinates {
    ($($rule:ident: $name:ident, $forward:ident, $jvp:ident => $vector:ident, $point:ident, [$($index:tt)*];)*) => {$(
        method_of_one!(
            #[doc = concat!("`v.", stringify!($name), "()`")]
            $rule: $forward, $jvp
        );
        rule_of_one! {
            $rule: $forward, $jvp [T: RealField, D: Dim, S: Storage<T, D>] Matrix<T, D, U1, S>;
            where [DefaultAllocator: Allocator<D>]
            OVector<T, D> => nalgebra::$vector<T>, nalgebra::$vector<T>;
            value |v| nalgebra::$vector::new($(v[$index].clone()),*);
            pull |v, _, seed| spread(v.zero_tangent(), &[$($index),*], seed.as_slice());
            push |_, _, d| nalgebra::$vector::new($(d[$index].clone()),*);
        }
        rule_of_one! {
            $rule: $forward, $jvp [T: RealField, D: DimName] OPoint<T, D>;
            where [DefaultAllocator: Allocator<D>]
            OVector<T, D> => nalgebra::$point<T>, nalgebra::$vector<T>;
            value |p| nalgebra::$point::new($(p[$index].clone()),*);
            pull |p, _, seed| spread(p.zero_tangent(), &[$($index),*], seed.as_slice());
            push |_, _, d| nalgebra::$vector::new($(d[$index].clone()),*);
        }
    )*};
}

coordinates! {
    XyRule: xy, xy_forward, xy_jvp => Vector2, Point2, [0 1];
    XzRule: xz, xz_forward, xz_jvp => Vector2, Point2, [0 2];
    YxRule: yx, yx_forward, yx_jvp => Vector2, Point2, [1 0];
    YzRule: yz, yz_forward, yz_jvp => Vector2, Point2, [1 2];
    XyzRule: xyz, xyz_forward, xyz_jvp => Vector3, Point3, [0 1 2];
    ZyxRule: zyx, zyx_forward, zyx_jvp => Vector3, Point3, [2 1 0];
}

/// A vector that has these parts at these places.
fn spread<T: RealField, D: Dim>(mut whole: OVector<T, D>, places: &[usize], parts: &[T]) -> OVector<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    for (&place, part) in places.iter().zip(parts) {
        whole[place] = part.clone();
    }
    whole
}

method_of_one!(
    /// `v.to_homogeneous()`: of a vector with a 0 at the end, of a point with a 1, of a matrix in the corner of a larger one.
    ToHomogeneousRule: to_homogeneous_forward, to_homogeneous_jvp
);
rule_of_one! {
    ToHomogeneousRule: to_homogeneous_forward, to_homogeneous_jvp
        [T: RealField, D: DimAdd<U1>, S: Storage<T, D>] Matrix<T, D, U1, S>;
    where [DefaultAllocator: Allocator<D> + Allocator<DimSum<D, U1>>]
    OVector<T, D> => OVector<T, DimSum<D, U1>>, OVector<T, DimSum<D, U1>>;
    value |v| v.to_homogeneous();
    pull |v, _, seed| first(v.zero_tangent(), seed.as_slice());
    push |_, _, d| d.to_homogeneous();
}
rule_of_one! {
    ToHomogeneousRule: to_homogeneous_forward, to_homogeneous_jvp
        [T: RealField, D: DimName] OPoint<T, D>;
    where [D: DimNameAdd<U1>, DefaultAllocator: Allocator<D> + Allocator<DimNameSum<D, U1>>]
    OVector<T, D> => OVector<T, DimNameSum<D, U1>>, OVector<T, DimNameSum<D, U1>>;
    value |p| p.to_homogeneous();
    pull |p, _, seed| first(p.zero_tangent(), seed.as_slice());
    push |_, y, d| {
        let mut longer = OVector::zeros_generic(y.shape_generic().0, U1);
        longer.iter_mut().zip(d.iter()).for_each(|(long, short)| *long = short.clone());
        longer
    };
}

/// A vector of the first elements of a longer one.
fn first<T: RealField, D: Dim>(mut vector: OVector<T, D>, longer: &[T]) -> OVector<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    vector.iter_mut().zip(longer).for_each(|(short, long)| *short = long.clone());
    vector
}

method_of_one!(
    /// `v.cross_matrix()`
    CrossMatrixRule: cross_matrix_forward, cross_matrix_jvp
);
rule_of_one! {
    CrossMatrixRule: cross_matrix_forward, cross_matrix_jvp [T: RealField] Vector3<T>;
    where []
    Vector3<T> => SMatrix<T, 3, 3>, SMatrix<T, 3, 3>;
    value |v| v.cross_matrix();
    pull |_, _, seed| vee(&seed);
    push |_, _, d| d.cross_matrix();
}

/// What is adjoint to making a cross matrix of a vector.
pub fn vee<T: RealField>(m: &SMatrix<T, 3, 3>) -> Vector3<T> {
    Vector3::new(
        m[(2, 1)].clone() - m[(1, 2)].clone(),
        m[(0, 2)].clone() - m[(2, 0)].clone(),
        m[(1, 0)].clone() - m[(0, 1)].clone(),
    )
}
