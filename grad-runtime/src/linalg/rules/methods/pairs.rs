//! Products of two vectors or matrices, element by element and otherwise.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::{
    DefaultAllocator, Dim, DimAdd, DimMul, DimProd, DimSum, Matrix, OMatrix, OVector, RealField, Storage, U1,
    U3, Vector3,
};

use super::super::matrix::times_transposed;
use super::{method_of_two, rule_of_two};
use crate::__private::{Dot, total};
use crate::Differentiable;

method_of_two!(
    /// `a.dot(&b)`
    DotRule: dot_forward, dot_jvp
);
rule_of_two! {
    DotRule: dot_forward, dot_jvp
        [T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>, SB: Storage<T, R, C>]
        Matrix<T, R, C, SA>, lent Matrix<T, R, C, SB>;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, OMatrix<T, R, C>) => T, T;
    value |a, b| a.dot(b);
    pull |a, b, seed| (b * seed.clone(), a * seed);
    push |a, b, d| b.dot(&d), a.dot(&d);
    zero T::zero();
}

method_of_two!(
    /// `a.cross(&b)`
    CrossRule: cross_forward, cross_jvp
);
rule_of_two! {
    CrossRule: cross_forward, cross_jvp
        [T: RealField, SA: Storage<T, U3, U1>, SB: Storage<T, U3, U1>]
        Matrix<T, U3, U1, SA>, lent Matrix<T, U3, U1, SB>;
    where []
    (Vector3<T>, Vector3<T>) => Vector3<T>, Vector3<T>;
    value |a, b| a.cross(b);
    pull |a, b, seed| (b.cross(&seed), seed.cross(a));
    push |a, b, d| d.cross(b), a.cross(&d);
}

method_of_two!(
    /// `a.component_mul(&b)`
    ComponentMulRule: component_mul_forward, component_mul_jvp
);
rule_of_two! {
    ComponentMulRule: component_mul_forward, component_mul_jvp
        [T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>, SB: Storage<T, R, C>]
        Matrix<T, R, C, SA>, lent Matrix<T, R, C, SB>;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, OMatrix<T, R, C>) => OMatrix<T, R, C>, OMatrix<T, R, C>;
    value |a, b| a.component_mul(b);
    pull |a, b, seed| (seed.component_mul(b), seed.component_mul(a));
    push |a, b, d| d.component_mul(b), d.component_mul(a);
}

method_of_two!(
    /// `a.component_div(&b)`
    ComponentDivRule: component_div_forward, component_div_jvp
);
rule_of_two! {
    ComponentDivRule: component_div_forward, component_div_jvp
        [T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>, SB: Storage<T, R, C>]
        Matrix<T, R, C, SA>, lent Matrix<T, R, C, SB>;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, OMatrix<T, R, C>) => OMatrix<T, R, C>, OMatrix<T, R, C>;
    value |a, b| a.component_div(b);
    pull |a, b, seed| {
        let a_bar = seed.component_div(b);
        let b_bar = -a_bar.component_mul(a).component_div(b);
        (a_bar, b_bar)
    };
    push |a, b, d| d.component_div(b), -d.component_div(b).component_mul(a).component_div(b);
}

method_of_two!(
    /// `a.scale(number)`
    ScaleRule: scale_forward, scale_jvp
);
rule_of_two! {
    ScaleRule: scale_forward, scale_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>, T;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, T) => OMatrix<T, R, C>, OMatrix<T, R, C>;
    value |a, s| a.scale(s.clone());
    pull |a, s, seed| { let s_bar = a.dot(&seed); (seed * s.clone(), s_bar) };
    push |a, s, d| d * s.clone(), a * d;
}

method_of_two!(
    /// `a.unscale(number)`
    UnscaleRule: unscale_forward, unscale_jvp
);
rule_of_two! {
    UnscaleRule: unscale_forward, unscale_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>, T;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, T) => OMatrix<T, R, C>, OMatrix<T, R, C>;
    value |a, s| a.unscale(s.clone());
    pull |a, s, seed| {
        let a_bar = seed / s.clone();
        let s_bar = -(a.dot(&a_bar) / s.clone());
        (a_bar, s_bar)
    };
    push |a, s, d| d / s.clone(), -(a * (d / s.clone())) / s.clone();
}

method_of_two!(
    /// `a.add_scalar(number)`
    AddScalarRule: add_scalar_forward, add_scalar_jvp
);
rule_of_two! {
    AddScalarRule: add_scalar_forward, add_scalar_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>, T;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, T) => OMatrix<T, R, C>, OMatrix<T, R, C>;
    value |a, s| a.add_scalar(s.clone());
    pull |_, _, seed| { let s_bar = seed.sum(); (seed, s_bar) };
    push |a, _, d| d, { let (rows, columns) = a.shape_generic(); OMatrix::repeat_generic(rows, columns, d) };
}

method_of_two!(
    /// `a.metric_distance(&b)`; its derivative where both are equal is 0.
    DistanceRule: metric_distance_forward, metric_distance_jvp
);
rule_of_two! {
    DistanceRule: metric_distance_forward, metric_distance_jvp
        [T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>, SB: Storage<T, R, C>]
        Matrix<T, R, C, SA>, lent Matrix<T, R, C, SB>;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, OMatrix<T, R, C>) => T, T;
    value |a, b| a.metric_distance(b);
    pull |a, b, seed| { let a_bar = direction(a, b) * seed; (a_bar.clone(), -a_bar) };
    push |a, b, d| direction(a, b).dot(&d), -direction(a, b).dot(&d);
    zero T::zero();
}

/// The unit vector from `b` to `a`; zero where they are equal.
fn direction<T, R, C, SA, SB>(a: &Matrix<T, R, C, SA>, b: &Matrix<T, R, C, SB>) -> OMatrix<T, R, C>
where
    T: RealField,
    R: Dim,
    C: Dim,
    SA: Storage<T, R, C>,
    SB: Storage<T, R, C>,
    DefaultAllocator: Allocator<R, C>,
{
    let difference = a - b;
    let norm = difference.norm();
    if norm.is_zero() { difference } else { difference / norm }
}

method_of_two!(
    /// `a.tr_mul(&b)`
    TrMulRule: tr_mul_forward, tr_mul_jvp
);
rule_of_two! {
    TrMulRule: tr_mul_forward, tr_mul_jvp
        [T: RealField, R: Dim, P: Dim, C: Dim, SA: Storage<T, R, P>, SB: Storage<T, R, C>]
        Matrix<T, R, P, SA>, lent Matrix<T, R, C, SB>;
    where [DefaultAllocator: Allocator<R, C> + Allocator<R, P> + Allocator<P, C>]
    (OMatrix<T, R, P>, OMatrix<T, R, C>) => OMatrix<T, P, C>, OMatrix<T, P, C>;
    value |a, b| a.tr_mul(b);
    pull |a, b, seed| (times_transposed(b, &seed), a * seed);
    push |a, b, d| d.tr_mul(b), a.tr_mul(&d);
}

method_of_two!(
    /// `a.kronecker(&b)`
    KroneckerRule: kronecker_forward, kronecker_jvp
);
rule_of_two! {
    KroneckerRule: kronecker_forward, kronecker_jvp
        [T: RealField, R: Dim + DimMul<P>, C: Dim + DimMul<Q>, P: Dim, Q: Dim, SA: Storage<T, R, C>, SB: Storage<T, P, Q>]
        Matrix<T, R, C, SA>, lent Matrix<T, P, Q, SB>;
    where [DefaultAllocator: Allocator<R, C> + Allocator<P, Q> + Allocator<DimProd<R, P>, DimProd<C, Q>>]
    (OMatrix<T, R, C>, OMatrix<T, P, Q>)
        => OMatrix<T, DimProd<R, P>, DimProd<C, Q>>, OMatrix<T, DimProd<R, P>, DimProd<C, Q>>;
    value |a, b| a.kronecker(b);
    pull |a, b, seed| {
        let (mut a_bar, mut b_bar) = (a.zero_tangent(), b.zero_tangent());
        for j in 0..a.ncols() {
            for i in 0..a.nrows() {
                let part = seed.view((i * b.nrows(), j * b.ncols()), b.shape());
                a_bar[(i, j)] = part.iter().zip(b.iter()).fold(T::zero(), |sum, (y, b)| sum + y.clone() * b.clone());
                let weight = a[(i, j)].clone();
                b_bar.iter_mut().zip(part.iter()).for_each(|(sum, y)| *sum += weight.clone() * y.clone());
            }
        }
        (a_bar, b_bar)
    };
    push |a, b, d| d.kronecker(b), a.kronecker(&d);
}

/// `a.push(number)`, for vectors whose size is known.
pub trait PushRule<T>: Sized {
    /// The longer vector.
    type Output;
    /// Its tangent.
    type Result;
    /// The tangent of the vector.
    type Left;
    /// The result and the pullback.
    fn push_forward(self, number: T) -> (Self::Output, impl Fn(Self::Result) -> (Self::Left, T));
    /// The result and its tangent.
    fn push_jvp<H, K>(
        self,
        number: T,
        left: impl Dot<Self, Self::Left, H>,
        right: impl Dot<T, T, K>,
    ) -> (Self::Output, Self::Result);
}

macro_rules! pushed {
    ([$($lifetime:tt)*] $form:ty) => {
        impl<$($lifetime)* T: RealField, D: DimAdd<U1>, S: Storage<T, D>> PushRule<T> for $form
        where
            DefaultAllocator: Allocator<D> + Allocator<DimSum<D, U1>>,
        {
            type Output = OVector<T, DimSum<D, U1>>;
            type Result = OVector<T, DimSum<D, U1>>;
            type Left = OVector<T, D>;

            #[inline]
            fn push_forward(self, number: T) -> (Self::Output, impl Fn(Self::Result) -> (Self::Left, T)) {
                (self.push(number), move |seed: Self::Result| {
                    let mut bar = self.zero_tangent();
                    bar.iter_mut().zip(seed.iter()).for_each(|(bar, seed)| *bar = seed.clone());
                    (bar, seed[self.len()].clone())
                })
            }

            #[inline]
            fn push_jvp<H, K>(
                self,
                number: T,
                left: impl Dot<Self, Self::Left, H>,
                right: impl Dot<T, T, K>,
            ) -> (Self::Output, Self::Result) {
                let dot = left.known().unwrap_or_else(|| self.zero_tangent());
                (self.push(number), dot.push(right.known().unwrap_or_else(T::zero)))
            }
        }
    };
}

pushed!([] Matrix<T, D, U1, S>);
pushed!(['a,] &'a Matrix<T, D, U1, S>);

/// `a.lerp(&b, t)`
pub trait LerpRule<B, T>: Sized {
    /// The vector between.
    type Output;
    /// The result and the pullback.
    fn lerp_forward(
        self,
        b: B,
        t: T,
    ) -> (Self::Output, impl Fn(Self::Output) -> (Self::Output, Self::Output, T));
    /// The result and its tangent.
    fn lerp_jvp<H, K, L>(
        self,
        b: B,
        t: T,
        left: impl Dot<Self, Self::Output, H>,
        right: impl Dot<B, Self::Output, K>,
        t_dot: impl Dot<T, T, L>,
    ) -> (Self::Output, Self::Output);
}

macro_rules! lerp {
    ([$($lifetime:tt)*] $form:ty, $argument:ty) => {
        impl<$($lifetime)* T, D, SA, SB> LerpRule<$argument, T> for $form
        where
            T: RealField,
            D: Dim,
            SA: Storage<T, D>,
            SB: Storage<T, D>,
            DefaultAllocator: Allocator<D>,
        {
            type Output = OVector<T, D>;

            #[inline]
            fn lerp_forward(
                self,
                b: $argument,
                t: T,
            ) -> (Self::Output, impl Fn(Self::Output) -> (Self::Output, Self::Output, T)) {
                let value = {
                    let b: &Matrix<T, D, U1, SB> = b.borrow();
                    self.lerp(b, t.clone())
                };
                (value, move |seed: Self::Output| {
                    let b: &Matrix<T, D, U1, SB> = b.borrow();
                    let t_bar = b.dot(&seed) - self.dot(&seed);
                    (&seed * (T::one() - t.clone()), seed * t.clone(), t_bar)
                })
            }

            #[inline]
            fn lerp_jvp<H, K, L>(
                self,
                b: $argument,
                t: T,
                left: impl Dot<Self, Self::Output, H>,
                right: impl Dot<$argument, Self::Output, K>,
                t_dot: impl Dot<T, T, L>,
            ) -> (Self::Output, Self::Output) {
                let b: &Matrix<T, D, U1, SB> = b.borrow();
                let shares = [
                    left.known().map(|dot| dot * (T::one() - t.clone())),
                    right.known().map(|dot| dot * t.clone()),
                    t_dot.known().map(|dot| (b - Borrow::<Matrix<T, D, U1, SA>>::borrow(&self)) * dot),
                ];
                total(self.lerp(b, t), shares)
            }
        }
    };
}

lerp!(['a, 'b,] &'a Matrix<T, D, U1, SA>, &'b Matrix<T, D, U1, SB>);
lerp!(['a,] &'a Matrix<T, D, U1, SA>, Matrix<T, D, U1, SB>);
lerp!(['b,] Matrix<T, D, U1, SA>, &'b Matrix<T, D, U1, SB>);
lerp!([] Matrix<T, D, U1, SA>, Matrix<T, D, U1, SB>);
