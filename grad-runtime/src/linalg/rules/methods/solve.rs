//! Linear systems: `a.lu().solve(&b)`, `a.qr().solve(&b)` and `a.cholesky()?.solve(&b)`.
//!
//! A factorization has the tangent of the matrix that it factorizes. With `x = a⁻¹ b`: `ẋ = a⁻¹ (ḃ - ȧ x)`, and in reverse
//! `b̄ = a⁻ᵀ x̄`, `ā = -b̄ xᵀ`.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::linalg::QR;
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

/// The rule of a factorization, owned or borrowed.
macro_rules! solution {
    ([$($lifetime:tt)*] $form:ty, $($rest:tt)*) => {
        solution!(@form [$($lifetime)* 'b,] $form, &'b Matrix<T, D, C, S>, $($rest)*);
        solution!(@form [$($lifetime)*] $form, Matrix<T, D, C, S>, $($rest)*);
    };
    (@form [$($lifetime:tt)*] $form:ty, $b:ty, $factorization:ty, [$dimension:path, $allocator:path], $x:ty; $pull:ident, $push:ident) => {
        impl<$($lifetime)* T, D, C, S> SolveRule<$b> for $form
        where
            T: RealField,
            D: $dimension,
            C: Dim,
            S: Storage<T, D, C>,
            DefaultAllocator: $allocator + Allocator<D, D> + Allocator<D, C>,
        {
            type Output = $x;
            type Result = $x;
            type Left = OMatrix<T, D, D>;
            type Right = OMatrix<T, D, C>;

            #[inline]
            fn solve_forward(
                self,
                b: $b,
            ) -> (Self::Output, impl Fn(Self::Result) -> (Self::Left, Self::Right)) {
                let factorization: &$factorization = self.borrow();
                let x = factorization.solve::<D, C, S>(b.borrow());
                let kept = x.clone();
                (x, move |seed: Self::Result| {
                    let factorization: &$factorization = self.borrow();
                    $pull(factorization, (&kept).into(), seed, || Borrow::<Matrix<T, D, C, S>>::borrow(&b).zero_tangent())
                })
            }

            #[inline]
            fn solve_jvp<H, K>(
                self,
                b: $b,
                left: impl Dot<Self, Self::Left, H>,
                right: impl Dot<$b, Self::Right, K>,
            ) -> (Self::Output, Self::Result) {
                let factorization: &$factorization = self.borrow();
                let x = factorization.solve::<D, C, S>(b.borrow());
                let tangent = $push(factorization, (&x).into(), left.known().as_ref(), right.known());
                (x, tangent)
            }
        }
    };
}

solution!([] LU<T, D, D>, LU<T, D, D>, [DimMin<D, Output = D>, Allocator<D>], Option<OMatrix<T, D, C>>; lu_pull, lu_push);
solution!(['a,] &'a LU<T, D, D>, LU<T, D, D>, [DimMin<D, Output = D>, Allocator<D>], Option<OMatrix<T, D, C>>; lu_pull, lu_push);
solution!([] QR<T, D, D>, QR<T, D, D>, [DimMin<D, Output = D>, Allocator<D>], Option<OMatrix<T, D, C>>; qr_pull, qr_push);
solution!(['a,] &'a QR<T, D, D>, QR<T, D, D>, [DimMin<D, Output = D>, Allocator<D>], Option<OMatrix<T, D, C>>; qr_pull, qr_push);
solution!([] Cholesky<T, D>, Cholesky<T, D>, [Dim, Allocator<D, D>], OMatrix<T, D, C>; cholesky_pull, cholesky_push);
solution!(['a,] &'a Cholesky<T, D>, Cholesky<T, D>, [Dim, Allocator<D, D>], OMatrix<T, D, C>; cholesky_pull, cholesky_push);

/// The halves for a factorization of a square matrix that may be singular, by its solution with the transposed matrix.
macro_rules! of_square {
    ($factors:ident, $pull:ident, $push:ident: $transposed:expr) => {
        /// The cotangents of the matrix and of the right-hand side.
        fn $pull<T, D, C>(
            factors: &$factors<T, D, D>,
            x: Option<&OMatrix<T, D, C>>,
            seed: Option<OMatrix<T, D, C>>,
            zero: impl FnOnce() -> OMatrix<T, D, C>,
        ) -> (OMatrix<T, D, D>, OMatrix<T, D, C>)
        where
            T: RealField,
            D: DimMin<D, Output = D>,
            C: Dim,
            DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<D, C>,
        {
            // A singular matrix gave no solution, so nothing depends on either operand.
            let solved = x.zip(seed).and_then(|(x, seed)| Some((x, $transposed(factors, &seed)?)));
            let pulled = solved.map(|(x, b_bar)| (-times_transposed(&b_bar, x), b_bar));
            pulled.unwrap_or_else(|| (factors.zero_tangent(), zero()))
        }

        /// The tangent of the solution.
        fn $push<T, D, C>(
            factors: &$factors<T, D, D>,
            x: Option<&OMatrix<T, D, C>>,
            a_dot: Option<&OMatrix<T, D, D>>,
            b_dot: Option<OMatrix<T, D, C>>,
        ) -> Option<OMatrix<T, D, C>>
        where
            T: RealField,
            D: DimMin<D, Output = D>,
            C: Dim,
            DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<D, C>,
        {
            x.and_then(|x| factors.solve(&residual(x, a_dot, b_dot)))
        }
    };
}

of_square!(LU, lu_pull, lu_push: solve_transposed);
// `a⁻ᵀ = q r⁻ᵀ`
of_square!(QR, qr_pull, qr_push: |qr: &QR<T, D, D>, seed: &OMatrix<T, D, C>| {
    Some(qr.q() * qr.r().tr_solve_upper_triangular(seed)?)
});

/// The cotangents of the matrix, by its lower triangle, and of the right-hand side.
fn cholesky_pull<T, D, C>(
    cholesky: &Cholesky<T, D>,
    x: &OMatrix<T, D, C>,
    seed: OMatrix<T, D, C>,
    _zero: impl FnOnce() -> OMatrix<T, D, C>,
) -> (OMatrix<T, D, D>, OMatrix<T, D, C>)
where
    T: RealField,
    D: Dim,
    C: Dim,
    DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
{
    let mut b_bar = seed;
    cholesky.solve_mut(&mut b_bar);
    (on_lower_triangle(&-times_transposed(&b_bar, x)), b_bar)
}

/// The tangent of the solution.
fn cholesky_push<T, D, C>(
    cholesky: &Cholesky<T, D>,
    x: &OMatrix<T, D, C>,
    a_dot: Option<&OMatrix<T, D, D>>,
    b_dot: Option<OMatrix<T, D, C>>,
) -> OMatrix<T, D, C>
where
    T: RealField,
    D: Dim,
    C: Dim,
    DefaultAllocator: Allocator<D, D> + Allocator<D, C>,
{
    let mut x_dot = residual(x, a_dot.map(from_lower_triangle).as_ref(), b_dot);
    cholesky.solve_mut(&mut x_dot);
    x_dot
}

/// `ḃ - ȧ x`, of what there is.
fn residual<T, D, C>(
    x: &OMatrix<T, D, C>,
    a_dot: Option<&OMatrix<T, D, D>>,
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
pub fn on_lower_triangle<T, D>(full: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
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
pub fn from_lower_triangle<T, D>(lower: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    T: RealField,
    D: Dim,
    DefaultAllocator: Allocator<D, D>,
{
    let (rows, columns) = lower.shape_generic();
    OMatrix::from_fn_generic(rows, columns, |i, j| lower[(i.max(j), i.min(j))].clone())
}
