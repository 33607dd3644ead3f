//! Matrices and vectors of every size and storage: their tangents are owned matrices.

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, RawStorage, StorageMut};

use super::Element;
use crate::differentiable::{Differentiable, StepAlong, Tangent};
use crate::variable::MaybeVariable;

impl<T, R, C, S> Differentiable for Matrix<T, R, C, S>
where
    T: Element,
    R: Dim,
    C: Dim,
    S: RawStorage<T, R, C>,
    DefaultAllocator: Allocator<R, C>,
{
    type Tangent = OMatrix<T, R, C>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        let (rows, columns) = self.shape_generic();
        OMatrix::zeros_generic(rows, columns)
    }
}

impl<T, R, C, S> StepAlong for Matrix<T, R, C, S>
where
    T: Element,
    R: Dim,
    C: Dim,
    S: StorageMut<T, R, C>,
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        let step: T = nalgebra::convert(step);
        self.zip_apply(direction, |value, direction| *value += step.clone() * direction);
    }
}

impl<T, R, C> Tangent for OMatrix<T, R, C>
where
    T: Element,
    R: Dim,
    C: Dim,
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn set_zero(&mut self) {
        self.fill(T::zero());
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        *self += other;
    }

    #[inline]
    fn scale(&mut self, factor: f64) {
        let factor: T = nalgebra::convert(factor);
        self.apply(|component| *component *= factor.clone());
    }

    #[inline]
    fn inner(&self, other: &Self) -> f64 {
        assert!(
            self.shape() == other.shape(),
            "matrices of shapes {:?} and {:?}",
            self.shape(),
            other.shape()
        );
        self.iter().zip(other.iter()).map(|(a, b)| product(a, b)).sum()
    }
}

/// The product of two elements in `f64`.
#[inline]
fn product<T: Element>(a: &T, b: &T) -> f64 {
    a.to_subset_unchecked() * b.to_subset_unchecked()
}

impl<T: MaybeVariable, R, C, S> MaybeVariable for Matrix<T, R, C, S> {
    const PARTLY: bool = T::PARTLY;
    const EXCLUSIVELY: bool = T::EXCLUSIVELY;
}
