//! A container is a tree whose leaves are arrays of floats; this module walks it.
//!
//! Everything that holds parameters, gradients or an optimizer's state is a container: a single `f64`, `[f64; 3]`,
//! `Vec<f64>`, a nalgebra matrix, a tuple of these, a user's struct that derives `Differentiable` (and the tangent that
//! the derive writes), and the dynamic `Container`. [`Leaves`] gives access to the arrays by index, so that several
//! containers of different types can be walked side by side without an allocation. Every leaf has a *key chain*: the
//! names of the fields on the way to it, joined by slashes (`encoder/w`); tuples and sequences of containers use the
//! position as the name.
//!
//! ```
//! use grad_runtime::leaves::{self, Leaves};
//!
//! let parameters = ([[1.0, 2.0], [3.0, 4.0]], 12.0);
//! assert_eq!(parameters.leaf_count(), 2);
//! assert_eq!(parameters.leaf(0).data, [1.0, 2.0, 3.0, 4.0]);
//! assert_eq!(parameters.leaf(0).shape.to_string(), "[2, 2]");
//! assert_eq!(leaves::key(&parameters, 1).to_string(), "1");
//! assert_eq!(leaves::global_norm(&parameters), (1.0_f64 + 4.0 + 9.0 + 16.0 + 144.0).sqrt());
//! ```

mod error;
mod key;
mod layout;
mod matrices;
mod norm;
mod sequences;
mod shape;
mod structure;
mod walk;
mod wrappers;

pub(crate) use error::keep;
pub use error::{KeptShape, KeyText, StructureError};
pub(crate) use key::same_key;
pub use key::{Key, find, key, same_text, write_child_key};
#[doc(hidden)]
pub use layout::Layout;
pub(crate) use norm::{LANES, lane_sums, norm, slice_norm, total};
pub use norm::{dot, global_norm, leaf_norm};
#[cfg(feature = "alloc")]
pub(crate) use sequences::require_first;
pub use shape::{MAX_RANK, Order, Shape};
pub use structure::same_structure;
pub(crate) use structure::{Matching, counterpart};
#[cfg(feature = "alloc")]
pub use walk::flatten;
pub use walk::{
    check_finite, element_count, flatten_into, leaf_elements, map, map_inplace, unflatten_from, zip_inplace,
    zip_map,
};

use core::fmt;

use crate::Real;

/// One array of a container, borrowed: its elements in memory order, and its shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leaf<'a, T> {
    /// The elements, in the order that `shape` says.
    pub data: &'a [T],
    /// The lengths of the dimensions and the order of the elements.
    pub shape: Shape,
}

/// A tree whose leaves are contiguous arrays of floats of one type.
///
/// Leaves are numbered from 0 in a fixed order: fields in the order of declaration, the entries of a `Container`
/// alphabetically. The key chain of a leaf is written, not returned, so that nothing has to be allocated.
///
/// `#[derive(Differentiable)]` writes this implementation for a struct whose fields allow it. By hand it takes one line
/// per field:
///
/// ```
/// use core::fmt;
/// use grad_runtime::leaves::{self, write_child_key, Leaf, Leaves};
///
/// struct Layer { w: [[f64; 2]; 3], b: [f64; 3] }
///
/// impl Leaves for Layer {
///     type Scalar = f64;
///     fn leaf_count(&self) -> usize {
///         self.w.leaf_count() + self.b.leaf_count()
///     }
///     fn leaf(&self, mut index: usize) -> Leaf<'_, f64> {
///         if index < self.w.leaf_count() { return self.w.leaf(index); }
///         index -= self.w.leaf_count();
///         self.b.leaf(index)
///     }
///     fn write_key(&self, mut index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
///         if index < self.w.leaf_count() { return write_child_key(out, &"w", &self.w, index); }
///         index -= self.w.leaf_count();
///         write_child_key(out, &"b", &self.b, index)
///     }
/// }
///
/// let model = (Layer { w: [[0.0; 2]; 3], b: [1.0; 3] }, 0.5);
/// assert_eq!(leaves::key(&model, 1).to_string(), "0/b");
/// ```
pub trait Leaves {
    /// The type of every element of every leaf.
    type Scalar: Real;

    /// What the type alone tells about the key chains; nothing, unless an implementation says so.
    #[doc(hidden)]
    const LAYOUT: Layout = Layout::Unknown;

    /// How many leaves there are.
    fn leaf_count(&self) -> usize;

    /// The leaf at `index`.
    ///
    /// # Panics
    /// Where `index` isn't below [`leaf_count`](Self::leaf_count), as slices do.
    fn leaf(&self, index: usize) -> Leaf<'_, Self::Scalar>;

    /// Writes the key chain of the leaf at `index`; nothing, where the container is itself the leaf.
    ///
    /// # Errors
    /// Those of `out`.
    ///
    /// # Panics
    /// May panic where `index` isn't below [`leaf_count`](Self::leaf_count).
    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result;

    /// A sequence of such values as one leaf, where they lie in memory without a gap: floats and arrays of them.
    #[doc(hidden)]
    fn flat(_items: &[Self]) -> Option<Leaf<'_, Self::Scalar>>
    where
        Self: Sized,
    {
        None
    }
}

/// A container whose leaves can be written.
///
/// ```
/// use grad_runtime::leaves::LeavesMut;
///
/// let mut parameters = ([1.0, 2.0], 3.0);
/// parameters.leaf_mut(0)[1] = 7.0;
/// assert_eq!(parameters, ([1.0, 7.0], 3.0));
/// ```
pub trait LeavesMut: Leaves {
    /// The elements of the leaf at `index`, in the order of [`Leaves::leaf`]; the shape can't be changed through it.
    ///
    /// # Panics
    /// Where `index` isn't below [`leaf_count`](Leaves::leaf_count).
    fn leaf_mut(&mut self, index: usize) -> &mut [Self::Scalar];

    /// The mutable twin of [`Leaves::flat`].
    #[doc(hidden)]
    fn flat_mut(_items: &mut [Self]) -> Option<&mut [Self::Scalar]>
    where
        Self: Sized,
    {
        None
    }
}

/// The panic of a walk whose index is past the last leaf; `rest` is what is left of it there.
#[cold]
#[doc(hidden)]
#[track_caller]
pub fn out_of_range(rest: usize) -> ! {
    let past = rest + 1;
    panic!("the index is {past} past the container's last leaf")
}
