//! The arrays of a dynamic container.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::Real;
use crate::leaves::{Layout, Leaf, Leaves, LeavesMut, Order, Shape, StructureError, require_first};

/// An n-dimensional array whose shape is known at run time, row-major.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let array = Array::new(&[2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
/// assert_eq!(array, Array::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
/// assert_eq!(array.shape(), [2, 3]);
/// assert!(Array::new(&[2, 2], vec![1.0]).is_err());
/// # Ok::<(), StructureError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Array<T = f64> {
    shape: Shape,
    data: Vec<T>,
}

impl<T> Array<T> {
    /// The array of this shape with these elements, the last index fastest.
    ///
    /// # Errors
    /// Where the number of elements isn't the product of the dimensions.
    ///
    /// # Panics
    /// Where there are more than [`MAX_RANK`](crate::leaves::MAX_RANK) dimensions.
    pub fn new(shape: &[usize], data: Vec<T>) -> Result<Self, StructureError> {
        let expected = shape.iter().try_fold(1_usize, |product, &length| product.checked_mul(length));
        if expected == Some(data.len()) {
            Ok(Self { shape: Shape::of(shape), data })
        } else {
            Err(StructureError::Length { expected: expected.unwrap_or(usize::MAX), found: data.len() })
        }
    }

    /// The lengths of the dimensions, outermost first; none for a single number.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        self.shape.dims()
    }

    /// The elements, the last index fastest.
    #[must_use]
    pub fn data(&self) -> &[T] {
        &self.data
    }

    /// The elements, to be written.
    pub fn data_mut(&mut self) -> &mut [T] {
        &mut self.data
    }

    /// The elements, by value.
    #[must_use]
    pub fn into_data(self) -> Vec<T> {
        self.data
    }
}

impl<T: Real> Array<T> {
    /// A copy of a leaf, row-major whatever its order was.
    pub(super) fn from_leaf(leaf: Leaf<'_, T>) -> Self {
        let shape = Shape::of(leaf.shape.dims());
        match (leaf.shape.order(), leaf.shape.dims()) {
            (Order::ColumnMajor, &[rows, columns]) => {
                let row = |i: usize| (0..columns).map(move |j| leaf.data[j * rows + i]);
                Self { shape, data: (0..rows).flat_map(row).collect() }
            }
            _ => Self { shape, data: leaf.data.to_vec() },
        }
    }
}

impl<T: Real> From<T> for Array<T> {
    fn from(number: T) -> Self {
        Self { shape: Shape::SCALAR, data: vec![number] }
    }
}

impl<T> From<Vec<T>> for Array<T> {
    fn from(data: Vec<T>) -> Self {
        Self { shape: Shape::vector(data.len()), data }
    }
}

impl<T, const N: usize> From<[T; N]> for Array<T> {
    fn from(data: [T; N]) -> Self {
        Vec::from(data).into()
    }
}

impl<T, const N: usize, const M: usize> From<[[T; N]; M]> for Array<T> {
    fn from(rows: [[T; N]; M]) -> Self {
        Self { shape: Shape::of(&[M, N]), data: rows.into_iter().flatten().collect() }
    }
}

impl<T: Real> Leaves for Array<T> {
    type Scalar = T;
    const LAYOUT: Layout = Layout::Leaf;

    fn leaf_count(&self) -> usize {
        1
    }

    fn leaf(&self, index: usize) -> Leaf<'_, T> {
        require_first(index);
        Leaf { data: &self.data, shape: self.shape }
    }

    fn write_key(&self, _index: usize, _out: &mut dyn fmt::Write) -> fmt::Result {
        Ok(())
    }
}

impl<T: Real> LeavesMut for Array<T> {
    fn leaf_mut(&mut self, index: usize) -> &mut [T] {
        require_first(index);
        &mut self.data
    }
}
