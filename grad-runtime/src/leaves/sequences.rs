//! Floats, arrays, slices and vectors: one leaf where the floats lie without a gap, a container of containers otherwise.

use core::fmt;

use super::{Layout, Leaf, Leaves, LeavesMut, Shape, out_of_range, write_child_key};

macro_rules! float {
    ($float:ident) => {
        impl Leaves for $float {
            type Scalar = $float;
            const LAYOUT: Layout = Layout::Number;
            #[inline]
            fn leaf_count(&self) -> usize {
                1
            }
            #[inline]
            fn leaf(&self, index: usize) -> Leaf<'_, $float> {
                require_first(index);
                Leaf { data: core::slice::from_ref(self), shape: Shape::SCALAR }
            }
            fn write_key(&self, _index: usize, _out: &mut dyn fmt::Write) -> fmt::Result {
                Ok(())
            }
            #[inline]
            fn flat(items: &[Self]) -> Option<Leaf<'_, $float>> {
                Some(Leaf { data: items, shape: Shape::vector(items.len()) })
            }
        }

        impl LeavesMut for $float {
            #[inline]
            fn leaf_mut(&mut self, index: usize) -> &mut [$float] {
                require_first(index);
                core::slice::from_mut(self)
            }
            #[inline]
            fn flat_mut(items: &mut [Self]) -> Option<&mut [$float]> {
                Some(items)
            }
        }
    };
}
float!(f32);
float!(f64);

/// Panics where the only leaf isn't the one that is asked for.
#[inline]
#[track_caller]
pub(crate) fn require_first(index: usize) {
    if index != 0 {
        out_of_range(index - 1);
    }
}

impl<T: Leaves> Leaves for [T] {
    type Scalar = T::Scalar;
    const LAYOUT: Layout = T::LAYOUT.sequence();

    #[inline]
    fn leaf_count(&self) -> usize {
        if T::flat(self).is_some() { 1 } else { self.iter().map(T::leaf_count).sum() }
    }

    #[inline]
    fn leaf(&self, index: usize) -> Leaf<'_, T::Scalar> {
        if let Some(leaf) = T::flat(self) {
            require_first(index);
            return leaf;
        }
        let (item, rest) = locate(self, index);
        self[item].leaf(rest)
    }

    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        if T::flat(self).is_some() {
            return Ok(());
        }
        let (item, rest) = locate(self, index);
        write_child_key(out, &item, &self[item], rest)
    }
}

impl<T: LeavesMut> LeavesMut for [T] {
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T::Scalar] {
        if T::flat(self).is_some() {
            require_first(index);
            return T::flat_mut(self).unwrap_or_default();
        }
        let (item, rest) = locate(self, index);
        self[item].leaf_mut(rest)
    }
}

/// The item that holds the leaf at `index`, and the leaf's index in it.
#[track_caller]
fn locate<T: Leaves>(items: &[T], mut index: usize) -> (usize, usize) {
    for (item, count) in items.iter().map(T::leaf_count).enumerate() {
        if index < count {
            return (item, index);
        }
        index -= count;
    }
    out_of_range(index)
}

impl<T: Leaves, const N: usize> Leaves for [T; N] {
    type Scalar = T::Scalar;
    const LAYOUT: Layout = Layout::Array { length: N, item: &T::LAYOUT };

    #[inline]
    fn leaf_count(&self) -> usize {
        self.as_slice().leaf_count()
    }

    #[inline]
    fn leaf(&self, index: usize) -> Leaf<'_, T::Scalar> {
        self.as_slice().leaf(index)
    }

    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        self.as_slice().write_key(index, out)
    }

    #[inline]
    fn flat(items: &[Self]) -> Option<Leaf<'_, T::Scalar>> {
        let Leaf { data, shape } = T::flat(items.as_flattened())?;
        Some(Leaf { data, shape: shape.split_first(items.len(), N)? })
    }
}

impl<T: LeavesMut, const N: usize> LeavesMut for [T; N] {
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T::Scalar] {
        self.as_mut_slice().leaf_mut(index)
    }

    #[inline]
    fn flat_mut(items: &mut [Self]) -> Option<&mut [T::Scalar]> {
        T::flat_mut(items.as_flattened_mut())
    }
}

#[cfg(feature = "alloc")]
impl<T: Leaves> Leaves for alloc::vec::Vec<T> {
    type Scalar = T::Scalar;
    const LAYOUT: Layout = T::LAYOUT.sequence();

    #[inline]
    fn leaf_count(&self) -> usize {
        self.as_slice().leaf_count()
    }

    #[inline]
    fn leaf(&self, index: usize) -> Leaf<'_, T::Scalar> {
        self.as_slice().leaf(index)
    }

    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        self.as_slice().write_key(index, out)
    }
}

#[cfg(feature = "alloc")]
impl<T: LeavesMut> LeavesMut for alloc::vec::Vec<T> {
    #[inline]
    fn leaf_mut(&mut self, index: usize) -> &mut [T::Scalar] {
        self.as_mut_slice().leaf_mut(index)
    }
}
