//! The operands of a rule: a rule has one cotangent and one tangent per operand, whatever the operand is at the call.

use super::call::{Scratch, Skip};
use super::tangents::Accumulate;
use crate::{Differentiable, Tangent};

/// Runs the pullback of a rule and hands its cotangents, one per operand, to the slots.
#[inline]
pub fn pull<S, C, L: Slots<C>>(pullback: &impl Fn(S) -> C, seed: S, slots: L) -> L::Answers {
    slots.receive(pullback(seed))
}

/// What becomes of an operand's cotangent.
pub trait Slot<C> {
    /// The cotangent, where the caller wants it returned.
    type Answer;
    /// Takes the cotangent.
    fn receive(self, cotangent: C) -> Self::Answer;
}

/// The operand is a value: its cotangent is returned.
impl<C> Slot<C> for () {
    type Answer = C;
    #[inline]
    fn receive(self, cotangent: C) -> C {
        cotangent
    }
}

/// The operand is constant.
impl<C> Slot<C> for Skip {
    type Answer = ();
    #[inline]
    fn receive(self, _cotangent: C) {}
}

/// The operand is constant memory.
impl<C, T: ?Sized> Slot<C> for Scratch<'_, T> {
    type Answer = ();
    #[inline]
    fn receive(self, _cotangent: C) {}
}

/// The operand is read in memory: its cotangent is added to that memory's.
impl<C, B: Accumulate<C> + ?Sized> Slot<C> for &mut B {
    type Answer = ();
    #[inline]
    fn receive(self, cotangent: C) {
        self.add(&cotangent);
    }
}

/// The slots of all operands.
pub trait Slots<C> {
    /// One answer per operand.
    type Answers;
    /// Takes the cotangents.
    fn receive(self, cotangents: C) -> Self::Answers;
}

macro_rules! slots {
    ($($slot:ident $cotangent:ident $index:tt),*) => {
        impl<$($cotangent, $slot: Slot<$cotangent>),*> Slots<($($cotangent,)*)> for ($($slot,)*) {
            type Answers = ($($slot::Answer,)*);
            #[inline]
            fn receive(self, cotangents: ($($cotangent,)*)) -> Self::Answers {
                ($(self.$index.receive(cotangents.$index),)*)
            }
        }
    };
}

slots!(A X 0);
slots!(A X 0, B Y 1);
slots!(A X 0, B Y 1, C Z 2);
slots!(A X 0, B Y 1, C Z 2, D V 3);
slots!(A X 0, B Y 1, C Z 2, D V 3, E W 4);
slots!(A X 0, B Y 1, C Z 2, D V 3, E W 4, F U 5);
slots!(A X 0, B Y 1, C Z 2, D V 3, E W 4, F U 5, G T 6);
slots!(A X 0, B Y 1, C Z 2, D V 3, E W 4, F U 5, G T 6, H S 7);
slots!(A X 0, B Y 1, C Z 2, D V 3, E W 4, F U 5, G T 6, H S 7, I R 8);
slots!(A X 0, B Y 1, C Z 2, D V 3, E W 4, F U 5, G T 6, H S 7, I R 8, J Q 9, K P 10, L O 11);
slots!(A X 0, B Y 1, C Z 2, D V 3, E W 4, F U 5, G T 6, H S 7, I R 8, J J2 9, K K2 10, L L2 11, M M2 12, N N2 13, O O2 14, P P2 15);

/// The tangent of an operand as the caller has it; `How` tells apart what the types alone don't.
pub trait Dot<P: ?Sized, T, How> {
    /// The tangent that goes along with `primal`; nothing for a constant, so that no term is computed for it.
    fn known(self) -> Option<T>;
}

/// By value.
pub enum Owned {}
/// By reference, where the tangent owns what the reference points to.
pub enum Borrowed {}
/// Not at all: the operand is constant.
pub enum Constant {}

impl<P: ?Sized, T: Tangent> Dot<P, T, Owned> for T {
    #[inline]
    fn known(self) -> Option<T> {
        Some(self)
    }
}

impl<P: ?Sized, B: Differentiable<Tangent = T> + ToTangent<T> + ?Sized, T> Dot<P, T, Borrowed> for &B {
    #[inline]
    fn known(self) -> Option<T> {
        Some(self.to_tangent())
    }
}

impl<P: ?Sized, T> Dot<P, T, Constant> for Skip {
    #[inline]
    fn known(self) -> Option<T> {
        None
    }
}

/// The tangent of a result from the shares of its operands; zero where there are none.
#[inline]
pub fn total<V: Differentiable>(
    value: V,
    shares: impl IntoIterator<Item = Option<V::Tangent>>,
) -> (V, V::Tangent) {
    let mut shares = shares.into_iter().flatten();
    let Some(mut sum) = shares.next() else {
        let zero = value.zero_tangent();
        return (value, zero);
    };
    for share in shares {
        sum.accumulate(&share);
    }
    (value, sum)
}

/// A tangent in memory, read into a tangent of its own.
pub trait ToTangent<T> {
    /// The copy.
    fn to_tangent(&self) -> T;
}

impl<T: Tangent> ToTangent<T> for T {
    #[inline]
    fn to_tangent(&self) -> T {
        self.clone()
    }
}

#[cfg(feature = "alloc")]
impl<T: Tangent> ToTangent<alloc::vec::Vec<T>> for [T] {
    #[inline]
    fn to_tangent(&self) -> alloc::vec::Vec<T> {
        self.to_vec()
    }
}
