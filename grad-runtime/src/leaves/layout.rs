//! What a type alone tells about the key chains of its leaves.
//!
//! Where two types tell the same, their leaves match one by one, and nobody has to compare names at run time: on a
//! microcontroller that comparison would be most of an optimizer's step.

use super::MAX_RANK;

/// The tree above the leaves, as far as the type tells it.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Layout {
    /// It depends on the value.
    Unknown,
    /// A number: a leaf without a name.
    Number,
    /// Another leaf without a name.
    Leaf,
    /// An array: a leaf where its items are numbers or such arrays, a container of containers otherwise.
    Array {
        /// The number of items.
        length: usize,
        /// What each of them is.
        item: &'static Layout,
    },
    /// Containers with names.
    Fields {
        /// Each name with what bears it.
        fields: &'static [(&'static str, &'static Layout)],
    },
}

impl Layout {
    /// Whether all leaves have the same key chains in the same order; not where one of the two isn't known.
    #[must_use]
    pub const fn same_keys(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array { length, item }, Self::Array { length: other_length, item: other_item })
                if !self.is_leaf() && !other.is_leaf() =>
            {
                *length == *other_length && item.same_keys(other_item)
            }
            (Self::Fields { fields }, Self::Fields { fields: others }) => same_fields(fields, others),
            _ => self.is_leaf() && other.is_leaf(),
        }
    }

    /// Whether it is a number without a name.
    #[must_use]
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Number)
    }

    /// What a sequence of such items is when the type doesn't tell how many there are.
    pub(super) const fn sequence(&self) -> Self {
        if self.rank() < MAX_RANK { Self::Leaf } else { Self::Unknown }
    }

    const fn is_leaf(&self) -> bool {
        matches!(self, Self::Leaf) || self.rank() <= MAX_RANK
    }

    /// The number of dimensions of an array of numbers; more than any leaf has for what isn't one.
    const fn rank(&self) -> usize {
        match self {
            Self::Number => 0,
            Self::Array { item, .. } => item.rank().saturating_add(1),
            _ => usize::MAX,
        }
    }
}

const fn same_fields(a: &[(&str, &Layout)], b: &[(&str, &Layout)]) -> bool {
    match (a, b) {
        ([], []) => true,
        ([(a_name, a), a_rest @ ..], [(b_name, b), b_rest @ ..]) => {
            same_bytes(a_name.as_bytes(), b_name.as_bytes()) && a.same_keys(b) && same_fields(a_rest, b_rest)
        }
        _ => false,
    }
}

const fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    match (a, b) {
        ([], []) => true,
        ([a, a_rest @ ..], [b, b_rest @ ..]) => *a == *b && same_bytes(a_rest, b_rest),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::{SMatrix, SVector};

    use super::super::{Leaves, find, key};

    /// What the types say, and what a comparison of all key chains says; they have to agree where the types know.
    fn keys_match<A: Leaves, B: Leaves>(a: &A, b: &B) -> bool {
        let by_type = A::LAYOUT.same_keys(&B::LAYOUT);
        let by_value = a.leaf_count() == b.leaf_count()
            && (0..a.leaf_count()).all(|index| find(b, &key(a, index)) == Some(index));
        assert_eq!(by_type, by_value);
        by_type
    }

    #[test]
    fn leaves_without_names_match_whatever_their_shape() {
        assert!(keys_match(&1.0, &[1.0; 3]));
        assert!(keys_match(&[[1.0; 2]; 3], &SMatrix::<f64, 4, 5>::zeros()));
    }

    #[test]
    fn names_decide() {
        let vector = SVector::<f64, 2>::zeros();
        assert!(keys_match(&(1.0, [2.0; 3]), &([1.0; 2], vector)));
        assert!(!keys_match(&(1.0, 2.0), &(1.0, 2.0, 3.0)));
        assert!(!keys_match(&(1.0, 2.0), &1.0));
        assert!(!keys_match(&((1.0, 2.0), 3.0), &(1.0, (2.0, 3.0))));
        assert!(keys_match(&[vector; 3], &[[1.0; 1]; 3].map(SVector::<f64, 1>::from)));
        assert!(!keys_match(&[vector; 3], &[vector; 2]));
        assert!(!keys_match(&[vector; 3], &[[1.0; 2]; 3]));
    }

    #[test]
    fn arrays_beyond_the_largest_rank_are_containers() {
        let eight = [[[[[[[[1.0]]]]]]]];
        assert!(keys_match(&eight, &1.0));
        assert!(!keys_match(&[eight], &1.0));
        assert!(keys_match(&[eight], &[eight]));
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn a_vector_of_numbers_is_a_leaf_of_any_length() {
        assert!(keys_match(&alloc::vec![[1.0; 2]; 3], &[1.0; 7]));
        assert!(!alloc::vec::Vec::<(f64,)>::LAYOUT.same_keys(&alloc::vec::Vec::<(f64,)>::LAYOUT));
        assert!(keys_match(&(1.0, alloc::vec![1.0]), &(1.0, &[1.0][..])));
    }

    #[test]
    fn what_depends_on_the_value_is_never_known_to_match() {
        assert!(!Option::<f64>::LAYOUT.same_keys(&Option::<f64>::LAYOUT));
        assert!(!<(f64, Option<f64>)>::LAYOUT.same_keys(&<(f64, Option<f64>)>::LAYOUT));
    }
}
