//! nalgebra's matrices, vectors, points and quaternions: one leaf each, in nalgebra's own order of elements.
//!
//! A matrix has the shape `[rows, columns]` in column-major order; where the number of columns is statically 1 it is a
//! vector and has the shape `[rows]`. Rotations, unit quaternions and isometries are no containers: a step along a
//! coordinate would leave the manifold, their tangents are containers instead.

use core::fmt;

use nalgebra::base::storage::{IsContiguous, RawStorage, RawStorageMut};
use nalgebra::{DefaultAllocator, Dim, DimName, Matrix, OPoint, Quaternion, Translation};

use super::sequences::require_first;
use super::{Layout, Leaf, Leaves, LeavesMut, Shape};
use crate::Real;

/// The shape of a matrix, which is a vector's where the type says that there is one column.
fn matrix_shape<R: Dim, C: Dim>(rows: R, columns: C) -> Shape {
    if C::try_to_usize() == Some(1) {
        Shape::vector(rows.value())
    } else {
        Shape::column_major(rows.value(), columns.value())
    }
}

impl<T, R, C, S> Leaves for Matrix<T, R, C, S>
where
    T: Real,
    R: Dim,
    C: Dim,
    S: RawStorage<T, R, C> + IsContiguous,
{
    type Scalar = T;
    const LAYOUT: Layout = Layout::Leaf;

    #[inline]
    fn leaf_count(&self) -> usize {
        1
    }

    #[inline]
    fn leaf(&self, index: usize) -> Leaf<'_, T> {
        require_first(index);
        let (rows, columns) = self.shape_generic();
        Leaf { data: self.as_slice(), shape: matrix_shape(rows, columns) }
    }

    fn write_key(&self, _index: usize, _out: &mut dyn fmt::Write) -> fmt::Result {
        Ok(())
    }
}

impl<T, R, C, S> LeavesMut for Matrix<T, R, C, S>
where
    T: Real,
    R: Dim,
    C: Dim,
    S: RawStorageMut<T, R, C> + IsContiguous,
{
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T] {
        require_first(index);
        self.as_mut_slice()
    }
}

/// A type with one vector of coordinates is that vector.
macro_rules! coordinates {
    ($type:ty, $field:ident, [$($generics:tt)*] $($bounds:tt)*) => {
        impl<T: Real, $($generics)*> Leaves for $type $($bounds)* {
            type Scalar = T;
            const LAYOUT: Layout = Layout::Leaf;
            #[inline]
            fn leaf_count(&self) -> usize {
                1
            }
            #[inline]
            fn leaf(&self, index: usize) -> Leaf<'_, T> {
                self.$field.leaf(index)
            }
            fn write_key(&self, _index: usize, _out: &mut dyn fmt::Write) -> fmt::Result {
                Ok(())
            }
        }

        impl<T: Real, $($generics)*> LeavesMut for $type $($bounds)* {
            #[inline]
            fn leaf_mut(&mut self, index: usize) -> &mut [T] {
                self.$field.leaf_mut(index)
            }
        }
    };
}
coordinates!(OPoint<T, D>, coords, [D: DimName] where DefaultAllocator: nalgebra::allocator::Allocator<D>);
coordinates!(Translation<T, N>, vector, [const N: usize]);
coordinates!(Quaternion<T>, coords, []);
