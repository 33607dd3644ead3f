//! Elements that change places, come and go.

use alloc::vec::Vec;

use super::super::TangentSlot;
use super::super::growing::PushSlot;
use super::order::inverse;
use crate::{Differentiable, Tangent};

/// How halves are run whose indices carry no derivative: the tangents move as the values do.
macro_rules! halves_by_order {
    ($values:ty, $tangents:ty, $move:ident) => {
        /// Runs the pullback.
        #[inline]
        pub fn __pull<C: ?Sized, S>(pullback: &impl Fn(&mut C), _seed: (), slots: (&mut C, S)) -> ((), ()) {
            pullback(slots.0);
            ((), ())
        }

        /// Moves the values and their tangents.
        #[inline]
        pub fn __push<T: Differentiable, S>(
            values: &mut $values,
            order: Vec<usize>,
            slots: (&mut $tangents, S),
        ) -> ((), ()) {
            $move(slots.0, &order);
            $move(values, &order);
            ((), ())
        }
    };
}

/// How halves are run that put a value into a vector, at an index or up to a length.
macro_rules! halves_with_value {
    ($put:ident, $($bound:tt)+) => {
        /// Runs the pullback.
        #[inline]
        pub fn __pull<D, S, L: PushSlot<D>>(
            pullback: &impl Fn(&mut Vec<D>) -> D,
            _seed: (),
            slots: (&mut Vec<D>, S, L),
        ) -> ((), (), L::Cotangent) {
            ((), (), slots.2.answer(pullback(slots.0)))
        }

        /// Puts the value and its tangent.
        #[inline]
        pub fn __push<T: $($bound)+, S, L: TangentSlot<T>>(
            vec: &mut Vec<T>,
            at: usize,
            value: T,
            slots: (&mut Vec<T::Tangent>, S, L),
        ) -> ((), ()) {
            slots.0.$put(at, slots.2.tangent(&value));
            vec.$put(at, value);
            ((), ())
        }
    };
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

    halves_by_order!([T], [T::Tangent], follow);
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

    halves_by_order!(Vec<T>, Vec<T::Tangent>, pick);
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

    halves_with_value!(insert, Differentiable);
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

    halves_with_value!(resize, Differentiable + Clone);
}
