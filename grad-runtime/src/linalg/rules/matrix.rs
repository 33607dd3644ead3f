//! Sums, products and quotients of matrices, vectors and numbers.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::constraint::{DimEq, ShapeConstraint};
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, RealField, Storage};

use super::operator;
use crate::__private::ops::NegRule;
use crate::__private::total;
use crate::Differentiable;

operator! {
    AddRule [T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>, SB: Storage<T, R, C>]
        Matrix<T, R, C, SA>, Matrix<T, R, C, SB>;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, OMatrix<T, R, C>)
    value |a, b| a + b;
    pull |_, _, y| (y.clone(), y);
    push |_, _, d| d, d;
}

operator! {
    SubRule [T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>, SB: Storage<T, R, C>]
        Matrix<T, R, C, SA>, Matrix<T, R, C, SB>;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, OMatrix<T, R, C>)
    value |a, b| a - b;
    pull |_, _, y| (y.clone(), -y);
    push |_, _, d| d, -d;
}

operator! {
    MulRule [T: RealField, R: Dim, K: Dim, C: Dim, SA: Storage<T, R, K>, SB: Storage<T, K, C>]
        Matrix<T, R, K, SA>, Matrix<T, K, C, SB>;
    where [DefaultAllocator: Allocator<R, C> + Allocator<R, K> + Allocator<K, C>]
    (OMatrix<T, R, K>, OMatrix<T, K, C>)
    value |a, b| a * b;
    pull |a, b, y| (times_transposed(&y, b), a.tr_mul(&y));
    push |a, b, d| d * b, a * d;
}

operator! {
    number MulRule [T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>]
        Matrix<T, R, C, SA>, T;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, T)
    value |a, b| a * b.clone();
    pull |a, b, y| { let b_bar = a.dot(&y); (y * b.clone(), b_bar) };
    push |a, b, d| d * b.clone(), a * d;
}

operator! {
    number DivRule [T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>]
        Matrix<T, R, C, SA>, T;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, T)
    value |a, b| a / b.clone();
    pull |a, b, y| {
        let a_bar = y / b.clone();
        let b_bar = -(a.dot(&a_bar) / b.clone());
        (a_bar, b_bar)
    };
    push |a, b, d| d / b.clone(), -(a * (d / b.clone())) / b.clone();
}

/// `a · bᵀ` without a transposed copy, and so without another allocator's bound.
pub fn times_transposed<T, R, K, C, SA, SB>(
    a: &Matrix<T, R, C, SA>,
    b: &Matrix<T, K, C, SB>,
) -> OMatrix<T, R, K>
where
    T: RealField,
    R: Dim,
    K: Dim,
    C: Dim,
    SA: Storage<T, R, C>,
    SB: Storage<T, K, C>,
    DefaultAllocator: Allocator<R, K>,
    ShapeConstraint: DimEq<R, R> + DimEq<K, K>,
{
    let mut product = OMatrix::zeros_generic(a.shape_generic().0, b.shape_generic().0);
    for (a, b) in a.column_iter().zip(b.column_iter()) {
        product.ger(T::one(), &a, &b, T::one());
    }
    product
}

/// The negation of an owned or borrowed matrix.
macro_rules! negation {
    ([$($generics:tt)*] $form:ty) => {
        impl<$($generics)* T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>> NegRule for $form
        where
            DefaultAllocator: Allocator<R, C>,
        {
            type Operand = OMatrix<T, R, C>;

            #[inline]
            fn forward(
                self,
            ) -> (Self::Output, impl Fn(<Self::Output as Differentiable>::Tangent) -> (Self::Operand,)) {
                (-self, |y: OMatrix<T, R, C>| (-y,))
            }

            #[inline]
            fn jvp(
                self,
                dot: Option<Self::Operand>,
            ) -> (Self::Output, <Self::Output as Differentiable>::Tangent) {
                total(-self, [dot.map(|dot| -dot)])
            }
        }
    };
}

negation!([] Matrix<T, R, C, S>);
negation!(['a,] &'a Matrix<T, R, C, S>);
