//! The indices of elements in a new order, or of those that stay.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::{Bound, RangeBounds};

/// The indices of a slice's elements in sorted order.
pub fn sorted<T>(slice: &[T], mut compare: impl FnMut(&T, &T) -> Ordering) -> Vec<usize> {
    let mut order: Vec<usize> = (0..slice.len()).collect();
    order.sort_by(|&a, &b| compare(&slice[a], &slice[b]));
    order
}

/// The indices of a slice's elements, sorted by a key.
pub fn sorted_by_key<T, K: Ord>(slice: &[T], mut key: impl FnMut(&T) -> K) -> Vec<usize> {
    let mut order: Vec<usize> = (0..slice.len()).collect();
    order.sort_by_key(|&index| key(&slice[index]));
    order
}

/// The indices, last first.
#[must_use]
pub fn reversed(len: usize) -> Vec<usize> {
    (0..len).rev().collect()
}

/// The indices that `rotate_left` brings to the front.
///
/// # Panics
/// If `by` is greater than `len`, as `rotate_left` does.
#[must_use]
pub fn rotated(len: usize, by: usize) -> Vec<usize> {
    assert!(by <= len, "assertion failed: mid <= self.len()");
    (by..len).chain(0..by).collect()
}

/// The indices of the elements that stay when a range is taken out.
///
/// # Panics
/// If the range ends behind the end, as `drain` does.
pub fn without(len: usize, range: impl RangeBounds<usize>) -> Vec<usize> {
    let start = match range.start_bound() {
        Bound::Included(&start) => start,
        Bound::Excluded(&before) => before + 1,
        Bound::Unbounded => 0,
    };
    let end = match range.end_bound() {
        Bound::Included(&last) => last + 1,
        Bound::Excluded(&end) => end,
        Bound::Unbounded => len,
    };
    assert!(start <= end && end <= len, "range {start}..{end} out of range for slice of length {len}");
    (0..start).chain(end..len).collect()
}

/// The indices of the first elements.
#[must_use]
pub fn first(len: usize, count: usize) -> Vec<usize> {
    (0..len.min(count)).collect()
}

/// The indices of the elements of which a predicate is true.
pub fn retained<T>(slice: &[T], mut keep: impl FnMut(&T) -> bool) -> Vec<usize> {
    (0..slice.len()).filter(|&index| keep(&slice[index])).collect()
}

/// The indices of the elements that aren't the same as the one that stayed before them.
pub fn deduplicated<T>(slice: &[T], mut same: impl FnMut(&T, &T) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::new();
    for index in 0..slice.len() {
        if order.last().is_none_or(|&last| !same(&slice[index], &slice[last])) {
            order.push(index);
        }
    }
    order
}

/// Where each element goes.
pub(super) fn inverse(order: &[usize]) -> Vec<usize> {
    let mut inverse = alloc::vec![0; order.len()];
    for (to, &from) in order.iter().enumerate() {
        inverse[from] = to;
    }
    inverse
}
