//! The shape of a leaf.

use core::fmt;

/// The largest number of dimensions that a leaf can have.
pub const MAX_RANK: usize = 8;

/// The order in which a leaf's elements lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The last index runs fastest: arrays of arrays, and `Container`.
    RowMajor,
    /// The first index runs fastest: nalgebra's matrices.
    ColumnMajor,
}

/// The lengths of a leaf's dimensions, held by value so that no allocator is needed.
///
/// Two shapes are equal when the dimensions are and the elements lie in the same order; where no more than one dimension
/// is longer than 1, the order makes no difference.
///
/// ```
/// use grad_runtime::leaves::{Leaves, Shape};
///
/// assert_eq!([[0.0; 3]; 2].leaf(0).shape, Shape::of(&[2, 3]));
/// assert_eq!(Shape::of(&[2, 3]).element_count(), 6);
/// assert_eq!(1.5.leaf(0).shape.to_string(), "[]");
/// ```
#[derive(Clone, Copy)]
pub struct Shape {
    dims: [usize; MAX_RANK],
    rank: usize,
    order: Order,
}

impl Shape {
    /// The shape of a single number.
    pub const SCALAR: Self = Self { dims: [1; MAX_RANK], rank: 0, order: Order::RowMajor };

    /// The row-major shape with these dimensions.
    ///
    /// # Panics
    /// Where there are more than [`MAX_RANK`] of them.
    #[inline]
    #[must_use]
    pub fn of(dims: &[usize]) -> Self {
        let mut shape = Self { rank: dims.len(), ..Self::SCALAR };
        shape.dims[..dims.len()].copy_from_slice(dims);
        shape
    }

    /// The shape of a row of numbers.
    #[must_use]
    pub const fn vector(length: usize) -> Self {
        let mut shape = Self::SCALAR;
        shape.dims[0] = length;
        shape.rank = 1;
        shape
    }

    /// A matrix as nalgebra stores it: column after column.
    #[inline]
    #[must_use]
    pub const fn column_major(rows: usize, columns: usize) -> Self {
        let mut shape = Self::vector(rows);
        shape.dims[1] = columns;
        shape.rank = 2;
        shape.order = Order::ColumnMajor;
        shape
    }

    /// The dimensions, outermost first; none for a single number.
    #[must_use]
    pub fn dims(&self) -> &[usize] {
        &self.dims[..self.rank]
    }

    /// How the elements lie in memory.
    #[must_use]
    pub fn order(&self) -> Order {
        self.order
    }

    /// The product of the dimensions.
    #[must_use]
    pub fn element_count(&self) -> usize {
        self.dims().iter().product()
    }

    /// The shape with its first dimension, a product, written as its two factors; none where the rank is at its limit.
    #[inline]
    pub(super) fn split_first(self, outer: usize, inner: usize) -> Option<Self> {
        if self.rank == MAX_RANK {
            return None;
        }
        let mut dims = [1; MAX_RANK];
        dims[0] = outer;
        dims[1] = inner;
        dims[2..=self.rank].copy_from_slice(&self.dims[1..self.rank]);
        Some(Self { dims, rank: self.rank + 1, order: self.order })
    }

    /// Whether the order of the elements can be seen at all.
    #[inline]
    fn order_matters(&self) -> bool {
        self.dims.iter().filter(|&&length| length > 1).count() > 1
    }
}

impl PartialEq for Shape {
    // Dimensions that aren't used are 1, so all can be compared: without a variable length the optimizer sees through it.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        let same_dims = self.dims.iter().zip(&other.dims).all(|(a, b)| a == b);
        self.rank == other.rank && same_dims && (self.order == other.order || !self.order_matters())
    }
}

impl Eq for Shape {}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.dims())?;
        if self.order == Order::ColumnMajor && self.order_matters() {
            f.write_str(" (column-major)")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Shape({self})")
    }
}
