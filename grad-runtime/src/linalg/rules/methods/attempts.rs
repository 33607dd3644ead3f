//! Directions of vectors that may be too short to have one.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, RealField, Storage};

use super::across;
use crate::__private::Dot;
use crate::Differentiable;

/// `m.try_normalize(shortest)`, which has no derivative by the limit.
pub trait TryNormalizeRule<T>: Sized {
    /// The matrix of length one, and its tangent.
    type Unit;

    /// The result and the pullback.
    fn try_normalize_forward(
        self,
        shortest: T,
    ) -> (Option<Self::Unit>, impl Fn(Option<Self::Unit>) -> (Self::Unit, T));
    /// The result and its tangent.
    fn try_normalize_jvp<H, K>(
        self,
        shortest: T,
        dot: impl Dot<Self, Self::Unit, H>,
        shortest_dot: impl Dot<T, T, K>,
    ) -> (Option<Self::Unit>, Option<Self::Unit>);
}

macro_rules! try_normalize {
    ([$($lifetime:tt)*] $form:ty) => {
        impl<$($lifetime)* T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>> TryNormalizeRule<T> for $form
        where
            DefaultAllocator: Allocator<R, C>,
        {
            type Unit = OMatrix<T, R, C>;

            #[inline]
            fn try_normalize_forward(
                self,
                shortest: T,
            ) -> (Option<Self::Unit>, impl Fn(Option<Self::Unit>) -> (Self::Unit, T)) {
                let value = self.try_normalize(shortest);
                let pullback = move |seed: Option<Self::Unit>| {
                    let bar = seed.map(|seed| across(&self.normalize(), seed) / self.norm());
                    (bar.unwrap_or_else(|| self.zero_tangent()), T::zero())
                };
                (value, pullback)
            }

            #[inline]
            fn try_normalize_jvp<H, K>(
                self,
                shortest: T,
                dot: impl Dot<Self, Self::Unit, H>,
                _shortest_dot: impl Dot<T, T, K>,
            ) -> (Option<Self::Unit>, Option<Self::Unit>) {
                let (norm, value) = (self.norm(), self.try_normalize(shortest));
                let dot = dot.known().unwrap_or_else(|| self.zero_tangent());
                let tangent = value.as_ref().map(|unit| across(unit, dot) / norm);
                (value, tangent)
            }
        }
    };
}

try_normalize!([] Matrix<T, R, C, S>);
try_normalize!(['a,] &'a Matrix<T, R, C, S>);
