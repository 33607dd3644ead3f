//! Eigenvalues and singular values with their vectors, and orthogonal factors. They are differentiable where the values that are
//! used are distinct: between equal ones the vectors are any of their span, and their derivative is infinite.
//!
//! The formulas are those of Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
//! differentiation" (2008), and of Townsend, "Differentiating the singular value decomposition" (2016).

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::linalg::{SVD, SymmetricEigen};
use nalgebra::{
    DefaultAllocator, Dim, DimDiff, DimMin, DimMinimum, DimSub, Matrix, OMatrix, OVector, RealField, Storage,
    U1,
};

use super::solve::{from_lower_triangle, on_lower_triangle};
use super::{method_of_one, rule_of_one};
use crate::__private::Dot;
use crate::Differentiable;
use crate::linalg::{SvdTangent, SymmetricEigenTangent};

method_of_one!(
    /// `a.symmetric_eigen()`, which reads the lower triangle.
    SymmetricEigenRule: symmetric_eigen_forward, symmetric_eigen_jvp
);
rule_of_one! {
    SymmetricEigenRule: symmetric_eigen_forward, symmetric_eigen_jvp
        [T: RealField, D: Dim + DimSub<U1>, S: Storage<T, D, D>] Matrix<T, D, D, S>;
    where [DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<DimDiff<D, U1>>]
    OMatrix<T, D, D> => SymmetricEigen<T, D>, SymmetricEigenTangent<T, D>;
    value |a| a.clone_owned().symmetric_eigen();
    pull |_, y, seed| {
        let v = &y.eigenvectors;
        let turned = over_gaps(&v.tr_mul(&seed.eigenvectors), &y.eigenvalues, |from, to| to - from);
        on_lower_triangle(&(v * with_diagonal(turned, &seed.eigenvalues) * v.transpose()))
    };
    push |_, y, d| {
        let v = &y.eigenvectors;
        let turned = v.tr_mul(&(from_lower_triangle(&d) * v));
        let eigenvalues = turned.diagonal();
        let eigenvectors = v * over_gaps(&turned, &y.eigenvalues, |from, to| to - from);
        SymmetricEigenTangent { eigenvectors, eigenvalues }
    };
}

method_of_one!(
    /// `a.symmetric_eigenvalues()`, which reads the lower triangle.
    SymmetricEigenvaluesRule: symmetric_eigenvalues_forward, symmetric_eigenvalues_jvp
);
rule_of_one! {
    SymmetricEigenvaluesRule: symmetric_eigenvalues_forward, symmetric_eigenvalues_jvp
        [T: RealField, D: Dim + DimSub<U1>, S: Storage<T, D, D>] Matrix<T, D, D, S>;
    where [DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<DimDiff<D, U1>>]
    OMatrix<T, D, D> => OVector<T, D>, OVector<T, D>;
    value |a| a.symmetric_eigenvalues();
    pull |a, y, seed| {
        let v = vectors_of(a, y);
        on_lower_triangle(&(&v * OMatrix::from_diagonal(&seed) * v.transpose()))
    };
    push |a, y, d| {
        let v = vectors_of(a, y);
        v.tr_mul(&(from_lower_triangle(&d) * &v)).diagonal()
    };
}

/// The eigenvectors, in the order of these eigenvalues.
fn vectors_of<T, D, S>(a: &Matrix<T, D, D, S>, values: &OVector<T, D>) -> OMatrix<T, D, D>
where
    T: RealField,
    D: Dim + DimSub<U1>,
    S: Storage<T, D, D>,
    DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<DimDiff<D, U1>>,
{
    let eigen = a.clone_owned().symmetric_eigen();
    let mut vectors = eigen.eigenvectors.clone();
    let mut taken = values.map(|_| T::zero());
    for (place, value) in values.iter().enumerate() {
        let free = (0..values.len()).filter(|&other| taken[other].is_zero());
        let gap = |other: &usize| (eigen.eigenvalues[*other].clone() - value.clone()).abs();
        let nearest = free.fold(None, |best: Option<usize>, other| match best {
            Some(best) if gap(&best) <= gap(&other) => Some(best),
            _ => Some(other),
        });
        if let Some(nearest) = nearest {
            taken[nearest] = T::one();
            vectors.set_column(place, &eigen.eigenvectors.column(nearest));
        }
    }
    vectors
}

/// `m[(i, j)] / gap(values[i], values[j])` off the diagonal; a structural zero stays one where the gap is zero as well.
fn over_gaps<T, D>(m: &OMatrix<T, D, D>, values: &OVector<T, D>, gap: impl Fn(T, T) -> T) -> OMatrix<T, D, D>
where
    T: RealField,
    D: Dim,
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let (rows, columns) = m.shape_generic();
    OMatrix::from_fn_generic(rows, columns, |i, j| {
        let element = m[(i, j)].clone();
        if i == j || element.is_zero() {
            T::zero()
        } else {
            element / gap(values[i].clone(), values[j].clone())
        }
    })
}

fn with_diagonal<T, D>(mut m: OMatrix<T, D, D>, diagonal: &OVector<T, D>) -> OMatrix<T, D, D>
where
    T: RealField,
    D: Dim,
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    for i in 0..diagonal.len() {
        m[(i, i)] += diagonal[i].clone();
    }
    m
}

/// The number of singular values.
type Rank<R, C> = DimMinimum<R, C>;

/// What nalgebra needs to allocate for a singular value decomposition, and its derivative for the products in between.
pub trait ForSvd<R: DimMin<C>, C: Dim>:
    Allocator<R, C>
    + Allocator<C>
    + Allocator<R>
    + Allocator<Rank<R, C>, C>
    + Allocator<R, Rank<R, C>>
    + Allocator<Rank<R, C>, Rank<R, C>>
    + Allocator<C, Rank<R, C>>
    + Allocator<Rank<R, C>>
    + Allocator<DimDiff<Rank<R, C>, U1>>
where
    Rank<R, C>: DimSub<U1>,
{
}

impl<A, R: DimMin<C>, C: Dim> ForSvd<R, C> for A
where
    Rank<R, C>: DimSub<U1>,
    A: Allocator<R, C>
        + Allocator<C>
        + Allocator<R>
        + Allocator<Rank<R, C>, C>
        + Allocator<R, Rank<R, C>>
        + Allocator<Rank<R, C>, Rank<R, C>>
        + Allocator<C, Rank<R, C>>
        + Allocator<Rank<R, C>>
        + Allocator<DimDiff<Rank<R, C>, U1>>,
{
}

/// `a.svd(compute_u, compute_v)`
pub trait SvdRule: Sized {
    /// The factorization.
    type Output;
    /// Its tangent.
    type Result;
    /// The tangent of the matrix.
    type Matrix;
    /// The result and the pullback.
    fn svd_forward(self, u: bool, v: bool)
    -> (Self::Output, impl Fn(Self::Result) -> (Self::Matrix, (), ()));
    /// The result and its tangent.
    fn svd_jvp<H, K, L>(
        self,
        u: bool,
        v: bool,
        dot: impl Dot<Self, Self::Matrix, H>,
        _of_u: impl Dot<bool, (), K>,
        _of_v: impl Dot<bool, (), L>,
    ) -> (Self::Output, Self::Result);
}

macro_rules! svd {
    ([$($lifetime:tt)*] $form:ty) => {
        impl<$($lifetime)* T, R, C, S> SvdRule for $form
        where
            T: RealField,
            R: DimMin<C>,
            C: Dim,
            Rank<R, C>: DimSub<U1>,
            S: Storage<T, R, C>,
            DefaultAllocator: ForSvd<R, C>,
        {
            type Output = SVD<T, R, C>;
            type Result = SvdTangent<T, R, C>;
            type Matrix = OMatrix<T, R, C>;

            #[inline]
            fn svd_forward(self, u: bool, v: bool) -> (Self::Output, impl Fn(Self::Result) -> (Self::Matrix, (), ())) {
                let value = self.clone_owned().svd(u, v);
                let kept = (u && v).then(|| value.clone());
                let pullback = move |seed: Self::Result| {
                    let whole = whole_of(kept.clone(), || self.clone_owned());
                    (whole.map_or_else(|| self.zero_tangent(), |svd| svd_pull(svd, &seed)), (), ())
                };
                (value, pullback)
            }

            #[inline]
            fn svd_jvp<H, K, L>(
                self,
                u: bool,
                v: bool,
                dot: impl Dot<Self, Self::Matrix, H>,
                _of_u: impl Dot<bool, (), K>,
                _of_v: impl Dot<bool, (), L>,
            ) -> (Self::Output, Self::Result) {
                let dot = dot.known().unwrap_or_else(|| self.zero_tangent());
                let value = self.clone_owned().svd(u, v);
                let whole = whole_of((u && v).then(|| value.clone()), || self.clone_owned());
                let tangent = whole.map_or_else(|| value.zero_tangent(), |svd| svd_push(svd, &dot, u, v));
                (value, tangent)
            }
        }
    };
}

svd!([] Matrix<T, R, C, S>);
svd!(['a,] &'a Matrix<T, R, C, S>);

method_of_one!(
    /// `a.singular_values()`
    SingularValuesRule: singular_values_forward, singular_values_jvp
);
rule_of_one! {
    SingularValuesRule: singular_values_forward, singular_values_jvp
        [T: RealField, R: DimMin<C>, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>;
    where [
        Rank<R, C>: DimSub<U1>,
        DefaultAllocator: ForSvd<R, C>,
    ]
    OMatrix<T, R, C> => OVector<T, Rank<R, C>>, OVector<T, Rank<R, C>>;
    value |a| a.singular_values();
    pull |a, _, seed| {
        let Some((mut u, v_t)) = vectors(&a.clone_owned()) else { return (a.zero_tangent(),) };
        for (mut column, seed) in u.column_iter_mut().zip(seed.iter()) {
            column *= seed.clone();
        }
        u * v_t
    };
    push |a, y, d| {
        let mut dots = y.zero_tangent();
        if let Some((u, v_t)) = vectors(&a.clone_owned()) {
            for (k, dot) in dots.iter_mut().enumerate() {
                *dot = u.column(k).dot(&(&d * v_t.row(k).transpose()));
            }
        }
        dots
    };
}

/// Both kinds of singular vectors.
fn vectors<T, R, C>(a: &OMatrix<T, R, C>) -> Option<(OMatrix<T, R, Rank<R, C>>, OMatrix<T, Rank<R, C>, C>)>
where
    T: RealField,
    R: DimMin<C>,
    C: Dim,
    Rank<R, C>: DimSub<U1>,
    DefaultAllocator: ForSvd<R, C>,
{
    let svd = a.clone().svd(true, true);
    svd.u.zip(svd.v_t)
}

/// A singular value decomposition with both kinds of vectors.
struct Factors<T: RealField, R: DimMin<C>, C: Dim>
where
    DefaultAllocator: Allocator<R, Rank<R, C>> + Allocator<Rank<R, C>> + Allocator<Rank<R, C>, C>,
{
    u: OMatrix<T, R, Rank<R, C>>,
    s: OVector<T, Rank<R, C>>,
    v_t: OMatrix<T, Rank<R, C>, C>,
}

/// What the forward half computed; where it left out vectors, the decomposition is made once more.
fn whole_of<T, R, C>(
    computed: Option<SVD<T, R, C>>,
    of: impl FnOnce() -> OMatrix<T, R, C>,
) -> Option<Factors<T, R, C>>
where
    T: RealField,
    R: DimMin<C>,
    C: Dim,
    Rank<R, C>: DimSub<U1>,
    DefaultAllocator: ForSvd<R, C>,
{
    let svd = computed.unwrap_or_else(|| of().svd(true, true));
    let (u, v_t) = svd.u.zip(svd.v_t)?;
    Some(Factors { u, s: svd.singular_values, v_t })
}

/// `ā = u (F∘(uᵀ ū - ūᵀ u) s + s F∘(vᵀ v̄ - v̄ᵀ v) + s̄) vᵀ + (1 - u uᵀ) ū s⁻¹ vᵀ + u s⁻¹ v̄ᵀ (1 - v vᵀ)` with
/// `F = 1/(sⱼ² - sᵢ²)`.
fn svd_pull<T, R, C>(svd: Factors<T, R, C>, seed: &SvdTangent<T, R, C>) -> OMatrix<T, R, C>
where
    T: RealField,
    R: DimMin<C>,
    C: Dim,
    Rank<R, C>: DimSub<U1>,
    DefaultAllocator: ForSvd<R, C>,
{
    let Factors { u, s, v_t } = svd;
    let rank = s.shape_generic().0;
    let mut middle = OMatrix::from_diagonal(&seed.singular_values);
    let mut whole = OMatrix::zeros_generic(u.shape_generic().0, v_t.shape_generic().1);
    if let Some(u_bar) = &seed.u {
        let inner = u.tr_mul(u_bar);
        let turned = over_squares(&(&inner - inner.transpose()), &s);
        middle += OMatrix::from_fn_generic(rank, rank, |i, j| turned[(i, j)].clone() * s[j].clone());
        whole += over_columns(u_bar - &u * inner, &s) * &v_t;
    }
    if let Some(v_t_bar) = &seed.v_t {
        let inner = &v_t * v_t_bar.transpose();
        let turned = over_squares(&(&inner - inner.transpose()), &s);
        middle += OMatrix::from_fn_generic(rank, rank, |i, j| turned[(i, j)].clone() * s[i].clone());
        let across = v_t_bar.transpose() - v_t.tr_mul(&inner);
        whole += &u * over_columns(across, &s).transpose();
    }
    whole + u * middle * v_t
}

fn svd_push<T, R, C>(
    svd: Factors<T, R, C>,
    dot: &OMatrix<T, R, C>,
    with_u: bool,
    with_v: bool,
) -> SvdTangent<T, R, C>
where
    T: RealField,
    R: DimMin<C>,
    C: Dim,
    Rank<R, C>: DimSub<U1>,
    DefaultAllocator: ForSvd<R, C>,
{
    let Factors { u, s, v_t } = svd;
    let rank = s.shape_generic().0;
    let a_v = dot * v_t.transpose();
    let p = u.tr_mul(&a_v);
    let u_dot = with_u.then(|| {
        let mixed = OMatrix::from_fn_generic(rank, rank, |i, j| {
            p[(i, j)].clone() * s[j].clone() + s[i].clone() * p[(j, i)].clone()
        });
        &u * over_squares(&mixed, &s) + over_columns(&a_v - &u * &p, &s)
    });
    let v_t_dot = with_v.then(|| {
        let mixed = OMatrix::from_fn_generic(rank, rank, |i, j| {
            s[i].clone() * p[(i, j)].clone() + p[(j, i)].clone() * s[j].clone()
        });
        let across = dot.tr_mul(&u) - v_t.tr_mul(&p.transpose());
        (v_t.tr_mul(&over_squares(&mixed, &s)) + over_columns(across, &s)).transpose()
    });
    let mut singular_values = s.zero_tangent();
    singular_values.iter_mut().enumerate().for_each(|(k, dot)| *dot = p[(k, k)].clone());
    SvdTangent { u: u_dot, v_t: v_t_dot, singular_values }
}

/// `m[(i, j)] / (s[j]² - s[i]²)` off the diagonal.
fn over_squares<T: RealField, D: Dim>(m: &OMatrix<T, D, D>, s: &OVector<T, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    over_gaps(m, s, |from, to| (to.clone() - from.clone()) * (to + from))
}

/// Each column over its singular value; a structural zero stays one.
fn over_columns<T: RealField, R: Dim, D: Dim>(mut m: OMatrix<T, R, D>, s: &OVector<T, D>) -> OMatrix<T, R, D>
where
    DefaultAllocator: Allocator<R, D> + Allocator<D>,
{
    for (mut column, s) in m.column_iter_mut().zip(s.iter()) {
        if !column.iter().all(T::is_zero) {
            column /= s.clone();
        }
    }
    m
}
