//! The dynamic container: nested string keys, for structure that is known only at run time.

mod array;
mod tangent;

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt;
use core::ops::{Index, IndexMut};

use crate::Real;
use crate::leaves::{self, Leaf, Leaves, LeavesMut};

pub use array::Array;

/// A tree of named arrays, alphabetical at every level.
///
/// An array is found under its key chain, the names on the way to it joined by slashes. Everything that takes a
/// container takes this one: a gradient, the moments of an optimizer, layer-wise learning rates.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut parameters = Container::new();
/// parameters.insert("encoder/w", [[1.0, 2.0], [3.0, 4.0]])?;
/// parameters.insert("encoder/b", [0.0, 0.0])?;
/// parameters.insert("scale", 1.5)?;
/// assert_eq!(parameters.keys().collect::<Vec<_>>(), ["encoder/b", "encoder/w", "scale"]);
/// assert_eq!(parameters["encoder/w"].shape(), [2, 2]);
/// parameters["encoder/w"].data_mut()[3] = 5.0;
/// assert_eq!(parameters.nested("encoder")["w"], Array::from([[1.0, 2.0], [3.0, 5.0]]));
/// # Ok::<(), ContainerError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Container<T = f64> {
    /// Sorted by the names of the chains, so that every nested container is a range.
    entries: Vec<(String, Array<T>)>,
}

/// A key chain that a [`Container`] can't hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContainerError {
    /// The chain has an empty name in it: it is empty, or a slash is at an end or follows another.
    EmptyName {
        /// The chain.
        chain: String,
    },
    /// The chain leads through an array, or to a container.
    Taken {
        /// The chain.
        chain: String,
        /// The chain of an array that stands in its way.
        by: String,
    },
}

impl fmt::Display for ContainerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyName { chain } => write!(f, "there is an empty name in the key chain `{chain}`"),
            Self::Taken { chain, by } => {
                write!(f, "there can't be an array at `{chain}` beside the one at `{by}`")
            }
        }
    }
}

impl core::error::Error for ContainerError {}

impl<T: Real> Container<T> {
    /// An empty container.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// A container with these arrays under their key chains; of two with the same chain, the later one.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    ///
    /// ```
    /// use grad_runtime::prelude::*;
    ///
    /// let rates = Container::from_entries([("encoder/w", 0.1), ("encoder/b", 0.2)])?;
    /// assert_eq!(rates.len(), 2);
    /// # Ok::<(), ContainerError>(())
    /// ```
    pub fn from_entries<K: AsRef<str>, A: Into<Array<T>>>(
        entries: impl IntoIterator<Item = (K, A)>,
    ) -> Result<Self, ContainerError> {
        let mut container = Self::new();
        for (chain, array) in entries {
            container.insert(chain.as_ref(), array)?;
        }
        Ok(container)
    }

    /// A copy of another container's leaves under their key chains, row-major where they were column-major.
    ///
    /// # Errors
    /// Where the other container is itself a leaf, which has no name.
    ///
    /// ```
    /// use grad_runtime::prelude::*;
    ///
    /// let snapshot = Container::from_leaves(&([1.0, 2.0], 3.0))?;
    /// assert_eq!(snapshot["1"], Array::from(3.0));
    /// # Ok::<(), ContainerError>(())
    /// ```
    pub fn from_leaves<C: Leaves<Scalar = T> + ?Sized>(other: &C) -> Result<Self, ContainerError> {
        let mut container = Self::new();
        for index in 0..other.leaf_count() {
            let chain = leaves::key(other, index).to_string();
            container.insert(&chain, Array::from_leaf(other.leaf(index)))?;
        }
        Ok(container)
    }

    /// Puts an array under a key chain and returns the array that was there.
    ///
    /// # Errors
    /// Where the chain has an empty name in it, leads through an array, or to a container. Nothing has changed then.
    pub fn insert(
        &mut self,
        chain: &str,
        array: impl Into<Array<T>>,
    ) -> Result<Option<Array<T>>, ContainerError> {
        if chain.split('/').any(str::is_empty) {
            return Err(ContainerError::EmptyName { chain: chain.to_string() });
        }
        match self.position(chain) {
            Ok(position) => Ok(Some(core::mem::replace(&mut self.entries[position].1, array.into()))),
            Err(position) => {
                self.require_free(chain, position)?;
                self.entries.insert(position, (chain.to_string(), array.into()));
                Ok(None)
            }
        }
    }

    /// Takes the array under a key chain out.
    pub fn remove(&mut self, chain: &str) -> Option<Array<T>> {
        let position = self.position(chain).ok()?;
        Some(self.entries.remove(position).1)
    }

    /// A copy of the container under a key chain; an empty one where there is none.
    #[must_use]
    pub fn nested(&self, chain: &str) -> Self {
        let prefix = format!("{chain}/");
        let below = |(key, array): &(String, Array<T>)| {
            key.strip_prefix(&prefix).map(|rest| (rest.to_string(), array.clone()))
        };
        Self { entries: self.entries.iter().filter_map(below).collect() }
    }
}

impl<T> Container<T> {
    /// The array under a key chain.
    #[must_use]
    pub fn get(&self, chain: &str) -> Option<&Array<T>> {
        self.position(chain).ok().map(|position| &self.entries[position].1)
    }

    /// The array under a key chain, to be written.
    pub fn get_mut(&mut self, chain: &str) -> Option<&mut Array<T>> {
        self.position(chain).ok().map(|position| &mut self.entries[position].1)
    }

    /// The key chains, alphabetical at every level.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(chain, _)| chain.as_str())
    }

    /// The key chains with their arrays, alphabetical at every level.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Array<T>)> {
        self.entries.iter().map(|(chain, array)| (chain.as_str(), array))
    }

    /// How many arrays there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no array.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Where the chain is, or where it would be put.
    fn position(&self, chain: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(other, _)| compare(other, chain))
    }

    /// Requires that no array is above or below a chain that would be put at this position. Below a leaf there is
    /// nothing, so what stands in the way is always a neighbour.
    fn require_free(&self, chain: &str, position: usize) -> Result<(), ContainerError> {
        let above = position.checked_sub(1).map(|before| &self.entries[before].0);
        let above = above.filter(|other| is_below(chain, other));
        let below = self.entries.get(position).map(|entry| &entry.0).filter(|other| is_below(other, chain));
        match above.or(below) {
            Some(by) => Err(ContainerError::Taken { chain: chain.to_string(), by: by.clone() }),
            None => Ok(()),
        }
    }
}

/// The order of two key chains: name by name, not byte by byte, so that `a/b` comes before `a-b`.
fn compare(left: &str, right: &str) -> Ordering {
    left.split('/').cmp(right.split('/'))
}

/// Whether a chain leads through another.
fn is_below(chain: &str, other: &str) -> bool {
    chain.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'))
}

impl<T> Default for Container<T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<T> Index<&str> for Container<T> {
    type Output = Array<T>;

    /// # Panics
    /// Where there is no array under the chain.
    fn index(&self, chain: &str) -> &Array<T> {
        self.get(chain).unwrap_or_else(|| no_array(chain))
    }
}

impl<T> IndexMut<&str> for Container<T> {
    /// # Panics
    /// Where there is no array under the chain.
    fn index_mut(&mut self, chain: &str) -> &mut Array<T> {
        self.get_mut(chain).unwrap_or_else(|| no_array(chain))
    }
}

/// The panic of an index that isn't there.
#[cold]
#[track_caller]
fn no_array(chain: &str) -> ! {
    panic!("there is no array at `{chain}` in the container")
}

impl<T: Real> Leaves for Container<T> {
    type Scalar = T;

    fn leaf_count(&self) -> usize {
        self.entries.len()
    }

    fn leaf(&self, index: usize) -> Leaf<'_, T> {
        self.entries[index].1.leaf(0)
    }

    fn write_key(&self, index: usize, out: &mut dyn fmt::Write) -> fmt::Result {
        out.write_str(&self.entries[index].0)
    }
}

impl<T: Real> LeavesMut for Container<T> {
    fn leaf_mut(&mut self, index: usize) -> &mut [T] {
        self.entries[index].1.leaf_mut(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_alphabetical_at_every_level() {
        let container =
            Container::from_entries([("a-b", 1.0), ("b", 2.0), ("a/z", 3.0), ("a/b/c", 4.0)]).unwrap();
        assert_eq!(container.keys().collect::<Vec<_>>(), ["a/b/c", "a/z", "a-b", "b"]);
        assert_eq!(container.nested("a").keys().collect::<Vec<_>>(), ["b/c", "z"]);
    }

    #[test]
    fn a_name_is_an_array_or_a_container() {
        let mut container = Container::from_entries([("a/b", 1.0), ("a-b", 2.0)]).unwrap();
        for chain in ["a", "a/b/c"] {
            let error = container.insert(chain, 0.0).unwrap_err();
            assert_eq!(error, ContainerError::Taken { chain: chain.to_string(), by: "a/b".to_string() });
        }
        for chain in ["", "/a", "a/", "a//b"] {
            assert_eq!(
                container.insert(chain, 0.0),
                Err(ContainerError::EmptyName { chain: chain.to_string() })
            );
        }
        assert_eq!(container.insert("a/b", 5.0), Ok(Some(Array::from(1.0))));
        assert_eq!(container.remove("a/b"), Some(Array::from(5.0)));
        assert_eq!(container.insert("a", 6.0), Ok(None));
        assert_eq!(container.len(), 2);
    }

    #[test]
    fn a_copy_of_a_column_major_leaf_is_row_major() {
        let matrix = nalgebra::Matrix2x3::new(1.0, 2.0, 3.0, 4.0, 5.0, 6.0);
        let copy = Container::from_leaves(&(matrix, 0.0)).unwrap();
        assert_eq!(copy["0"], Array::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]));
    }

    #[test]
    #[should_panic(expected = "no array at `b`")]
    fn an_unknown_chain_panics_as_an_index() {
        let _ = &Container::from_entries([("a", 1.0)]).unwrap()["b"];
    }
}
