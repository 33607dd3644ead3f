//! Matching the leaves of one container with those of another.

use super::error::keep;
use super::{KeyText, Leaf, Leaves, StructureError, key, same_key};

/// Whether two containers have the same leaves: equal key chains, equal shapes, none too many on either side.
///
/// # Errors
/// Names the first leaf of `expected` that is missing in `found` or differs in shape, or else the first leaf that only
/// `found` has.
///
/// ```
/// use grad_runtime::leaves::same_structure;
///
/// assert!(same_structure(&([0.0; 3], 1.0), &([5.0; 3], 2.0)).is_ok());
/// let error = same_structure(&([0.0; 3], 1.0), &([5.0; 2], 2.0)).unwrap_err();
/// assert_eq!(error.to_string(), "the counterpart of the leaf `0` has shape [2], but the leaf has shape [3]");
/// ```
pub fn same_structure<A, B>(expected: &A, found: &B) -> Result<(), StructureError>
where
    A: Leaves + ?Sized,
    B: Leaves + ?Sized,
{
    Matching::new("counterpart", expected, found)?;
    for index in 0..found.leaf_count() {
        if find_counterpart(found, index, expected).is_none() {
            return Err(StructureError::Unexpected {
                key: KeyText::new(&key(found, index)),
                found: keep(found.leaf(index).shape),
            });
        }
    }
    Ok(())
}

/// How the leaves of one container are found in another, once it is known that all of them are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matching {
    /// At the same index.
    ByIndex,
    /// By their key chains: the other container has more leaves or another order.
    ByKey,
}

impl Matching {
    /// Matches every leaf of `expected` with the leaf of `found` that has its key chain; leaves that only `found` has are
    /// ignored. `what` says in an error what `found` is.
    #[inline]
    pub(crate) fn new<A, B>(what: &'static str, expected: &A, found: &B) -> Result<Self, StructureError>
    where
        A: Leaves + ?Sized,
        B: Leaves + ?Sized,
    {
        if const { A::LAYOUT.same_keys(&B::LAYOUT) } {
            for index in 0..expected.leaf_count() {
                same_shape(what, expected, index, found.leaf(index).shape)?;
            }
            return Ok(Self::ByIndex);
        }
        Self::by_key_chains(what, expected, found)
    }

    fn by_key_chains<A, B>(what: &'static str, expected: &A, found: &B) -> Result<Self, StructureError>
    where
        A: Leaves + ?Sized,
        B: Leaves + ?Sized,
    {
        let mut matching = Self::ByIndex;
        for index in 0..expected.leaf_count() {
            let other = counterpart(what, expected, index, found)?;
            if other != index {
                matching = Self::ByKey;
            }
            same_shape(what, expected, index, found.leaf(other).shape)?;
        }
        Ok(matching)
    }

    /// The index in `found` of the counterpart of the leaf at `index` in `expected`.
    #[inline]
    pub(crate) fn index<A, B>(self, expected: &A, index: usize, found: &B) -> usize
    where
        A: Leaves + ?Sized,
        B: Leaves + ?Sized,
    {
        match self {
            Self::ByIndex => index,
            Self::ByKey => find_counterpart(expected, index, found).unwrap_or(usize::MAX),
        }
    }

    /// The counterpart of the leaf at `index` in `expected`.
    #[inline]
    pub(crate) fn leaf<'b, A, B>(self, expected: &A, index: usize, found: &'b B) -> Leaf<'b, B::Scalar>
    where
        A: Leaves + ?Sized,
        B: Leaves + ?Sized,
    {
        found.leaf(self.index(expected, index, found))
    }
}

/// The index in `found` of the leaf with the key chain of the leaf at `index` in `expected`, at the same index if it is there.
pub(crate) fn counterpart<A, B>(
    what: &'static str,
    expected: &A,
    index: usize,
    found: &B,
) -> Result<usize, StructureError>
where
    A: Leaves + ?Sized,
    B: Leaves + ?Sized,
{
    if index < found.leaf_count() && same_key(expected, index, found, index) {
        return Ok(index);
    }
    find_counterpart(expected, index, found).ok_or_else(|| StructureError::Missing {
        key: KeyText::new(&key(expected, index)),
        what,
        expected: keep(expected.leaf(index).shape),
    })
}

/// The index in `found` of the leaf with the key chain of the leaf at `index` in `expected`.
fn find_counterpart<A, B>(expected: &A, index: usize, found: &B) -> Option<usize>
where
    A: Leaves + ?Sized,
    B: Leaves + ?Sized,
{
    (0..found.leaf_count()).find(|&place| same_key(expected, index, found, place))
}

/// Requires that a counterpart has the shape of the leaf.
#[inline]
fn same_shape<A: Leaves + ?Sized>(
    what: &'static str,
    expected: &A,
    index: usize,
    found: super::Shape,
) -> Result<(), StructureError> {
    let shape = expected.leaf(index).shape;
    if shape == found {
        return Ok(());
    }
    Err(StructureError::Shape {
        key: KeyText::new(&key(expected, index)),
        what,
        expected: keep(shape),
        found: keep(found),
    })
}
