//! The operands of a rule: a rule has one cotangent and one tangent per operand, whatever the operand is at the call.

use super::call::Skip;
use super::tangents::Accumulate;
use crate::Differentiable;

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

/// The tangent of an operand as the caller has it; `How` tells apart what the types alone don't.
pub trait Dot<P: ?Sized, T, How> {
    /// The tangent that goes along with `primal`.
    fn dot(self, primal: &P) -> T;
}

/// By value.
pub enum Owned {}
/// By reference, where the tangent owns what the reference points to.
pub enum Borrowed {}
/// Constant.
pub enum Zero {}
/// Constant, of a type without a derivative.
pub enum Nothing {}

impl<P: ?Sized, T: crate::Tangent> Dot<P, T, Owned> for T {
    #[inline]
    fn dot(self, _primal: &P) -> T {
        self
    }
}

impl<P: ?Sized, B: Differentiable<Tangent = T> + ToTangent<T> + ?Sized, T> Dot<P, T, Borrowed> for &B {
    #[inline]
    fn dot(self, _primal: &P) -> T {
        self.to_tangent()
    }
}

impl<P: Differentiable<Tangent = T> + ?Sized, T> Dot<P, T, Zero> for Skip {
    #[inline]
    fn dot(self, primal: &P) -> T {
        primal.zero_tangent()
    }
}

impl<P: ?Sized> Dot<P, (), Nothing> for Skip {
    #[inline]
    fn dot(self, _primal: &P) {}
}

/// A tangent in memory, read into a tangent of its own.
pub trait ToTangent<T> {
    /// The copy.
    fn to_tangent(&self) -> T;
}

impl<T: crate::Tangent> ToTangent<T> for T {
    #[inline]
    fn to_tangent(&self) -> T {
        self.clone()
    }
}

#[cfg(feature = "alloc")]
impl<T: crate::Tangent> ToTangent<alloc::vec::Vec<T>> for [T] {
    #[inline]
    fn to_tangent(&self) -> alloc::vec::Vec<T> {
        self.to_vec()
    }
}
