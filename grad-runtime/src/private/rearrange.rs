//! Vectors and slices whose elements change places, and vectors out of whose middle elements come and go: where an element
//! came from, there its cotangent goes back to.

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::ops::{Bound, RangeBounds};

use super::growing::PushSlot;
use crate::{Differentiable, Tangent};

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

/// A slice whose elements come from these indices, each of which is there once.
#[allow(clippy::needless_pass_by_value)]
pub fn permute<T>(slice: &mut [T], order: Vec<usize>) {
    follow(slice, &order);
}

fn follow<T>(slice: &mut [T], order: &[usize]) {
    let mut order: Vec<usize> = order.to_vec();
    for start in 0..order.len() {
        let mut place = start;
        while order[place] != place {
            let from = core::mem::replace(&mut order[place], place);
            if from == start {
                break;
            }
            slice.swap(place, from);
            place = from;
        }
    }
}

/// Where each element goes.
fn inverse(order: &[usize]) -> Vec<usize> {
    let mut inverse = alloc::vec![0; order.len()];
    for (to, &from) in order.iter().enumerate() {
        inverse[from] = to;
    }
    inverse
}

/// The derivative of [`permute()`].
#[allow(non_camel_case_types)]
pub struct permute {}

impl permute {
    /// Permutes; the pullback permutes the cotangents back.
    #[inline]
    pub fn forward<T: Differentiable>(
        slice: &mut [T],
        order: Vec<usize>,
    ) -> ((), impl Fn(&mut [T::Tangent]) + use<T>) {
        follow(slice, &order);
        let back = inverse(&order);
        ((), move |cotangents: &mut [T::Tangent]| follow(cotangents, &back))
    }

    /// Runs the pullback.
    #[inline]
    pub fn __pull<D, S>(pullback: &impl Fn(&mut [D]), _seed: (), slots: (&mut [D], S)) -> ((), ()) {
        pullback(slots.0);
        ((), ())
    }

    /// Permutes the values and their tangents.
    #[inline]
    pub fn __push<T: Differentiable, S>(
        slice: &mut [T],
        order: Vec<usize>,
        slots: (&mut [T::Tangent], S),
    ) -> ((), ()) {
        follow(slots.0, &order);
        follow(slice, &order);
        ((), ())
    }
}

/// A vector of which the elements with these indices stay, in this order.
#[allow(clippy::needless_pass_by_value)]
pub fn select<T>(vec: &mut Vec<T>, order: Vec<usize>) {
    pick(vec, &order);
}

fn pick<T>(vec: &mut Vec<T>, order: &[usize]) -> Vec<Option<T>> {
    let mut old: Vec<Option<T>> = core::mem::take(vec).into_iter().map(Some).collect();
    vec.extend(order.iter().filter_map(|&index| old.get_mut(index)?.take()));
    old
}

/// The derivative of [`select()`].
#[allow(non_camel_case_types)]
pub struct select {}

impl select {
    /// Selects; the pullback puts the cotangents back where they were, among zeros.
    #[inline]
    pub fn forward<T: Differentiable>(
        vec: &mut Vec<T>,
        order: Vec<usize>,
    ) -> ((), impl Fn(&mut Vec<T::Tangent>) + use<T>) {
        let gone = pick(vec, &order);
        let zeros: Vec<Option<T::Tangent>> =
            gone.iter().map(|gone| gone.as_ref().map(T::zero_tangent)).collect();
        ((), move |cotangents: &mut Vec<T::Tangent>| {
            let mut old = zeros.clone();
            for (cotangent, &index) in cotangents.drain(..).zip(&order) {
                old[index] = Some(cotangent);
            }
            cotangents.extend(old.into_iter().flatten());
        })
    }

    /// Runs the pullback.
    #[inline]
    pub fn __pull<D, S>(pullback: &impl Fn(&mut Vec<D>), _seed: (), slots: (&mut Vec<D>, S)) -> ((), ()) {
        pullback(slots.0);
        ((), ())
    }

    /// Selects among the values and their tangents.
    #[inline]
    pub fn __push<T: Differentiable, S>(
        vec: &mut Vec<T>,
        order: Vec<usize>,
        slots: (&mut Vec<T::Tangent>, S),
    ) -> ((), ()) {
        pick(slots.0, &order);
        pick(vec, &order);
        ((), ())
    }
}

/// `vec.insert(index, value)`
#[inline]
pub fn insert<T>(vec: &mut Vec<T>, index: usize, value: T) {
    vec.insert(index, value);
}

/// The derivative of [`insert()`].
#[allow(non_camel_case_types)]
pub struct insert {}

impl insert {
    /// Inserts; the pullback takes the cotangent out.
    #[inline]
    pub fn forward<T: Differentiable>(
        vec: &mut Vec<T>,
        index: usize,
        value: T,
    ) -> ((), impl Fn(&mut Vec<T::Tangent>) -> T::Tangent + use<T>) {
        vec.insert(index, value);
        ((), move |cotangents: &mut Vec<T::Tangent>| cotangents.remove(index))
    }

    /// Runs the pullback.
    #[inline]
    pub fn __pull<D, S, L: PushSlot<D>>(
        pullback: &impl Fn(&mut Vec<D>) -> D,
        _seed: (),
        slots: (&mut Vec<D>, S, L),
    ) -> ((), (), L::Cotangent) {
        ((), (), slots.2.answer(pullback(slots.0)))
    }

    /// Inserts the value and its tangent.
    #[inline]
    pub fn __push<T: Differentiable, S, L: super::TangentSlot<T>>(
        vec: &mut Vec<T>,
        index: usize,
        value: T,
        slots: (&mut Vec<T::Tangent>, S, L),
    ) -> ((), ()) {
        slots.0.insert(index, slots.2.tangent(&value));
        vec.insert(index, value);
        ((), ())
    }
}

/// `vec.remove(index)`
///
/// # Panics
/// If there is no such element.
#[inline]
pub fn remove<T>(vec: &mut Vec<T>, index: usize) -> T {
    vec.remove(index)
}

/// The derivative of [`remove()`].
#[allow(non_camel_case_types)]
pub struct remove {}

impl remove {
    /// Removes; the pullback inserts the cotangent.
    #[inline]
    pub fn forward<T: Differentiable>(
        vec: &mut Vec<T>,
        index: usize,
    ) -> (T, impl Fn(T::Tangent, &mut Vec<T::Tangent>) + use<T>) {
        (vec.remove(index), move |seed, cotangents: &mut Vec<T::Tangent>| cotangents.insert(index, seed))
    }

    /// Runs the pullback.
    #[inline]
    pub fn __pull<D, S>(pullback: &impl Fn(D, &mut Vec<D>), seed: D, slots: (&mut Vec<D>, S)) -> ((), ()) {
        pullback(seed, slots.0);
        ((), ())
    }

    /// Removes the value and its tangent.
    #[inline]
    pub fn __push<T: Differentiable, S>(
        vec: &mut Vec<T>,
        index: usize,
        slots: (&mut Vec<T::Tangent>, S),
    ) -> (T, T::Tangent) {
        (vec.remove(index), slots.0.remove(index))
    }
}

/// `vec.resize(len, value)`
#[inline]
pub fn resize<T: Clone>(vec: &mut Vec<T>, len: usize, value: T) {
    vec.resize(len, value);
}

/// The derivative of [`resize()`].
#[allow(non_camel_case_types)]
pub struct resize {}

impl resize {
    /// Resizes; the pullback adds the cotangents of the copies, or puts zeros where elements were.
    #[inline]
    pub fn forward<T: Differentiable + Clone>(
        vec: &mut Vec<T>,
        len: usize,
        value: T,
    ) -> ((), impl Fn(&mut Vec<T::Tangent>) -> T::Tangent + use<T>) {
        let zero = value.zero_tangent();
        let before = vec.len();
        let gone: Vec<T::Tangent> = vec.iter().skip(len).map(T::zero_tangent).collect();
        vec.resize(len, value);
        ((), move |cotangents: &mut Vec<T::Tangent>| {
            let mut sum = zero.clone();
            cotangents.iter().skip(before).for_each(|cotangent| sum.accumulate(cotangent));
            cotangents.truncate(before);
            cotangents.extend(gone.iter().cloned());
            sum
        })
    }

    /// Runs the pullback.
    #[inline]
    pub fn __pull<D, S, L: PushSlot<D>>(
        pullback: &impl Fn(&mut Vec<D>) -> D,
        _seed: (),
        slots: (&mut Vec<D>, S, L),
    ) -> ((), (), L::Cotangent) {
        ((), (), slots.2.answer(pullback(slots.0)))
    }

    /// Resizes with the value and its tangent.
    #[inline]
    pub fn __push<T: Differentiable + Clone, S, L: super::TangentSlot<T>>(
        vec: &mut Vec<T>,
        len: usize,
        value: T,
        slots: (&mut Vec<T::Tangent>, S, L),
    ) -> ((), ()) {
        slots.0.resize(len, slots.2.tangent(&value));
        vec.resize(len, value);
        ((), ())
    }
}

/// `mem::swap(a, b)`
#[inline]
pub fn exchange<T>(a: &mut Vec<T>, b: &mut Vec<T>) {
    core::mem::swap(a, b);
}

/// The derivative of [`exchange()`].
#[allow(non_camel_case_types)]
pub struct exchange {}

impl exchange {
    /// Swaps; the pullback swaps the cotangents.
    #[inline]
    pub fn forward<T: Differentiable>(
        a: &mut Vec<T>,
        b: &mut Vec<T>,
    ) -> ((), impl Fn(&mut Vec<T::Tangent>, &mut Vec<T::Tangent>) + use<T>) {
        core::mem::swap(a, b);
        ((), |a: &mut Vec<T::Tangent>, b: &mut Vec<T::Tangent>| core::mem::swap(a, b))
    }

    /// Runs the pullback.
    #[inline]
    pub fn __pull<D>(
        pullback: &impl Fn(&mut Vec<D>, &mut Vec<D>),
        _seed: (),
        slots: (&mut Vec<D>, &mut Vec<D>),
    ) -> ((), ()) {
        pullback(slots.0, slots.1);
        ((), ())
    }

    /// Swaps the values and their tangents.
    #[inline]
    pub fn __push<T: Differentiable>(
        a: &mut Vec<T>,
        b: &mut Vec<T>,
        slots: (&mut Vec<T::Tangent>, &mut Vec<T::Tangent>),
    ) -> ((), ()) {
        core::mem::swap(slots.0, slots.1);
        core::mem::swap(a, b);
        ((), ())
    }
}

/// `vec.append(other)`
#[inline]
pub fn append<T>(vec: &mut Vec<T>, other: &mut Vec<T>) {
    vec.append(other);
}

/// The derivative of [`append()`].
#[allow(non_camel_case_types)]
pub struct append {}

impl append {
    /// Appends; the pullback splits the cotangents.
    #[inline]
    pub fn forward<T: Differentiable>(
        vec: &mut Vec<T>,
        other: &mut Vec<T>,
    ) -> ((), impl Fn(&mut Vec<T::Tangent>, &mut Vec<T::Tangent>) + use<T>) {
        let at = vec.len();
        vec.append(other);
        ((), move |cotangents: &mut Vec<T::Tangent>, others: &mut Vec<T::Tangent>| {
            *others = cotangents.split_off(at);
        })
    }

    /// Runs the pullback.
    #[inline]
    pub fn __pull<D>(
        pullback: &impl Fn(&mut Vec<D>, &mut Vec<D>),
        _seed: (),
        slots: (&mut Vec<D>, &mut Vec<D>),
    ) -> ((), ()) {
        pullback(slots.0, slots.1);
        ((), ())
    }

    /// Appends the values and their tangents.
    #[inline]
    pub fn __push<T: Differentiable>(
        vec: &mut Vec<T>,
        other: &mut Vec<T>,
        slots: (&mut Vec<T::Tangent>, &mut Vec<T::Tangent>),
    ) -> ((), ()) {
        slots.0.append(slots.1);
        vec.append(other);
        ((), ())
    }
}
