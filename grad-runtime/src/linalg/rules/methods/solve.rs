//! Linear systems: `a.lu().solve(&b)` and `a.cholesky()?.solve(&b)`.
//!
//! A factorization has the tangent of the matrix that it factorizes. With `x = a⁻¹ b`: `ẋ = a⁻¹ (ḃ - ȧ x)`, and in reverse
//! `b̄ = a⁻ᵀ x̄`, `ā = -b̄ xᵀ`.

use nalgebra::allocator::Allocator;
use nalgebra::{Cholesky, DefaultAllocator, Dim, DimMin, LU, Matrix, OMatrix, RealField, Storage};

use super::super::matrix::times_transposed;
use super::{method_of_one, method_of_two, rule_of_one};
use crate::__private::Dot;
use crate::Differentiable;

impl<T: RealField, D: DimMin<D, Output = D>> Differentiable for LU<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    type Tangent = OMatrix<T, D, D>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.lu_internal().zero_tangent()
    }
}

impl<T: RealField, D: Dim> Differentiable for Cholesky<T, D>
where
    DefaultAllocator: Allocator<D, D>,
{
    type Tangent = OMatrix<T, D, D>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.l_dirty().zero_tangent()
    }
}

method_of_one!(
    /// `a.lu()`
    LuRule: lu_forward, lu_jvp
);
rule_of_one! {
    LuRule: lu_forward, lu_jvp
        [T: RealField, D: DimMin<D, Output = D>, S: Storage<T, D, D>] Matrix<T, D, D, S>;
    where [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    OMatrix<T, D, D> => LU<T, D, D>, OMatrix<T, D, D>;
    value |a| a.clone_owned().lu();
    pull |_, _, seed| seed;
    push |_, _, d| d;
}

method_of_one!(
    /// `a.cholesky()`, which reads the lower triangle of a symmetric matrix.
    CholeskyRule: cholesky_forward, cholesky_jvp
);
rule_of_one! {
    CholeskyRule: cholesky_forward, cholesky_jvp
        [T: RealField, D: Dim, S: Storage<T, D, D>] Matrix<T, D, D, S>;
    where [DefaultAllocator: Allocator<D, D>]
    OMatrix<T, D, D> => Option<Cholesky<T, D>>, Option<OMatrix<T, D, D>>;
    value |a| a.clone_owned().cholesky();
    pull |a, _, seed| seed.unwrap_or_else(|| a.zero_tangent());
    push |_, y, d| y.as_ref().map(|_| d);
}

method_of_two!(
    /// `factorization.solve(&b)`
    SolveRule: solve_forward, solve_jvp
);

impl<'b, T, D, C, S> SolveRule<&'b Matrix<T, D, C, S>> for LU<T, D, D>
where
    T: RealField,
    D: DimMin<D, Output = D>,
    C: Dim,
    S: Storage<T, D, C>,
    DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<D, C>,
{
    type Output = Option<OMatrix<T, D, C>>;
    type Result = Option<OMatrix<T, D, C>>;
    type Left = OMatrix<T, D, D>;
    type Right = OMatrix<T, D, C>;

    fn solve_forward(
        &self,
        b: &'b Matrix<T, D, C, S>,
    ) -> (Self::Output, impl Fn(Self::Result) -> (Self::Left, Self::Right)) {
        let x = self.solve(b);
        let kept = x.clone();
        (x, move |seed: Self::Result| match kept.as_ref().zip(seed) {
            Some((x, seed)) => {
                let b_bar = solve_transposed(self, &seed).unwrap_or_else(|| b.zero_tangent());
                (-times_transposed(&b_bar, x), b_bar)
            }
            None => (self.zero_tangent(), b.zero_tangent()),
        })
    }

    fn solve_jvp<H, K>(
        &self,
        b: &'b Matrix<T, D, C, S>,
        left: impl Dot<Self, Self::Left, H>,
        right: impl Dot<&'b Matrix<T, D, C, S>, Self::Right, K>,
    ) -> (Self::Output, Self::Result) {
        let x = self.solve(b);
        let tangent = x.as_ref().and_then(|x| self.solve(&residual(x, left.dot(), right.dot())));
        (x, tangent)
    }
}

impl<'b, T, D, C, S> SolveRule<&'b Matrix<T, D, C, S>> for Cholesky<T, D>
where
    T: RealField,
    D: Dim,
    C: Dim,
    S: Storage<T, D, C>,
    DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
{
    type Output = OMatrix<T, D, C>;
    type Result = OMatrix<T, D, C>;
    type Left = OMatrix<T, D, D>;
    type Right = OMatrix<T, D, C>;

    fn solve_forward(
        &self,
        b: &'b Matrix<T, D, C, S>,
    ) -> (Self::Output, impl Fn(Self::Result) -> (Self::Left, Self::Right)) {
        let x = self.solve(b);
        let kept = x.clone();
        (x, move |seed: Self::Result| {
            let b_bar = self.solve(&seed);
            (on_lower_triangle(&-times_transposed(&b_bar, &kept)), b_bar)
        })
    }

    fn solve_jvp<H, K>(
        &self,
        b: &'b Matrix<T, D, C, S>,
        left: impl Dot<Self, Self::Left, H>,
        right: impl Dot<&'b Matrix<T, D, C, S>, Self::Right, K>,
    ) -> (Self::Output, Self::Result) {
        let x = self.solve(b);
        let tangent = self.solve(&residual(&x, left.dot().as_ref().map(from_lower_triangle), right.dot()));
        (x, tangent)
    }
}

/// `ḃ - ȧ x`, of what there is.
fn residual<T, D, C>(
    x: &OMatrix<T, D, C>,
    a_dot: Option<OMatrix<T, D, D>>,
    b_dot: Option<OMatrix<T, D, C>>,
) -> OMatrix<T, D, C>
where
    T: RealField,
    D: Dim,
    C: Dim,
    DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
{
    match (a_dot, b_dot) {
        (Some(a_dot), Some(b_dot)) => b_dot - a_dot * x,
        (Some(a_dot), None) => -(a_dot * x),
        (None, Some(b_dot)) => b_dot,
        (None, None) => x.zero_tangent(),
    }
}

/// `a⁻ᵀ b` from `p a = l u`: `uᵀ lᵀ p x = b`.
fn solve_transposed<T, D, C>(lu: &LU<T, D, D>, b: &OMatrix<T, D, C>) -> Option<OMatrix<T, D, C>>
where
    T: RealField,
    D: DimMin<D, Output = D>,
    C: Dim,
    DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<D, C>,
{
    let mut x = lu.l().tr_solve_lower_triangular(&lu.u().tr_solve_upper_triangular(b)?)?;
    lu.p().inv_permute_rows(&mut x);
    Some(x)
}

/// The derivative by the elements of the lower triangle, each of which stands for its mirror image as well.
fn on_lower_triangle<T, D>(full: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    T: RealField,
    D: Dim,
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = full.shape_generic();
    OMatrix::from_fn_generic(rows, columns, |i, j| match i.cmp(&j) {
        core::cmp::Ordering::Less => T::zero(),
        core::cmp::Ordering::Equal => full[(i, j)].clone(),
        core::cmp::Ordering::Greater => full[(i, j)].clone() + full[(j, i)].clone(),
    })
}

/// The symmetric matrix of a lower triangle.
fn from_lower_triangle<T, D>(lower: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    T: RealField,
    D: Dim,
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = lower.shape_generic();
    OMatrix::from_fn_generic(rows, columns, |i, j| lower[(i.max(j), i.min(j))].clone())
}
