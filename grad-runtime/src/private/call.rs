//! How two derivatives meet: a caller hands each argument's cotangent or tangent through a slot, and the callee, which alone
//! knows which of its parameters are differentiable, uses the slots that it needs.

use core::borrow::{Borrow, BorrowMut};

use crate::Differentiable;

/// The slot of an argument by value that is constant in the caller.
#[derive(Clone, Copy)]
pub struct Skip;

/// The slot of an argument by reference that is constant in the caller: a buffer with its shape is made where the callee needs one.
pub struct Scratch<'a, T: ?Sized>(pub &'a T);

/// A slot that may stand for a `#[constant]` parameter.
#[diagnostic::on_unimplemented(
    message = "an active value is passed to a parameter that is constant in the callee",
    label = "this call would cut the derivative",
    note = "remove `#[constant]` from the callee's parameter, or name it in its `wrt(..)`",
    note = "or write `stop_gradient(..)` around the argument to treat it as a constant"
)]
pub trait ConstantSlot {}

impl ConstantSlot for Skip {}
impl<T: ?Sized> ConstantSlot for Scratch<'_, T> {}

/// The slot of an argument by value, in reverse mode: `()` where the caller wants the cotangent.
pub trait ValueSlot {}

impl ValueSlot for () {}
impl ValueSlot for Skip {}
impl<T: ?Sized> ValueSlot for Scratch<'_, T> {}

/// The slot of an argument by reference, in reverse mode: a buffer.
pub trait BufferSlot<B: ?Sized> {
    /// Calls `f` with the buffer.
    fn with<R>(self, f: impl FnOnce(&mut B) -> R) -> R;
}

impl<B: ?Sized, X: BorrowMut<B> + ?Sized> BufferSlot<B> for &mut X {
    #[inline]
    fn with<R>(self, f: impl FnOnce(&mut B) -> R) -> R {
        f(self.borrow_mut())
    }
}

impl<B: ?Sized, T: Differentiable<Tangent: BorrowMut<B>> + ?Sized> BufferSlot<B> for Scratch<'_, T> {
    #[inline]
    fn with<R>(self, f: impl FnOnce(&mut B) -> R) -> R {
        f(self.0.zero_tangent().borrow_mut())
    }
}

/// The slot of an argument by value, in forward mode.
pub trait TangentSlot<P: Differentiable> {
    /// The tangent that goes along with `primal`.
    fn tangent(self, primal: &P) -> P::Tangent;
}

impl<P: Differentiable> TangentSlot<P> for Skip {
    #[inline]
    fn tangent(self, primal: &P) -> P::Tangent {
        primal.zero_tangent()
    }
}

impl<P: Differentiable<Tangent = T>, T: crate::Tangent> TangentSlot<P> for T {
    #[inline]
    fn tangent(self, _primal: &P) -> T {
        self
    }
}

/// The slot of a number of a generic type, in forward mode.
pub trait NumberSlot<T> {
    /// The tangent.
    fn number(self) -> T;
}

impl<T: super::Number> NumberSlot<T> for T {
    #[inline]
    fn number(self) -> T {
        self
    }
}

impl<T: super::Number> NumberSlot<T> for Skip {
    #[inline]
    fn number(self) -> T {
        super::number(0.0)
    }
}

/// What a container of numbers asks of their type, where that is generic.
pub trait GenericNumber: crate::Tangent + Differentiable<Tangent = Self> + super::ops::ScalarRules {}

impl<T: crate::Tangent + Differentiable<Tangent = T> + super::ops::ScalarRules> GenericNumber for T {}

/// The slot of an argument by reference, in forward mode: a tangent to read.
pub trait TangentBuffer<P: ?Sized, B: ?Sized> {
    /// Calls `f` with the tangent that goes along with `primal`.
    fn read<R>(self, primal: &P, f: impl FnOnce(&B) -> R) -> R;
}

impl<P: ?Sized, B: ?Sized, X: Borrow<B> + ?Sized> TangentBuffer<P, B> for &X {
    #[inline]
    fn read<R>(self, _primal: &P, f: impl FnOnce(&B) -> R) -> R {
        f(self.borrow())
    }
}

impl<P: Differentiable<Tangent: Borrow<B>> + ?Sized, B: ?Sized> TangentBuffer<P, B> for Skip {
    #[inline]
    fn read<R>(self, primal: &P, f: impl FnOnce(&B) -> R) -> R {
        f(primal.zero_tangent().borrow())
    }
}

/// What a caller needs of a function whose `forward` was written by hand: every argument that isn't an integer, a boolean or a
/// character has a cotangent.
pub trait HandWritten {
    /// Runs the pullback.
    #[doc(hidden)]
    #[inline]
    fn __pull<P, S, L: ByType<P, S>>(pullback: &P, seed: S, slots: L) -> L::Cotangents {
        slots.pull(pullback, seed)
    }

    /// Runs the forward half and the pullback, for a caller that knows the seed before.
    #[doc(hidden)]
    #[inline]
    fn __joint<A, Y, P, S, L: ByType<P, S>>(
        forward: impl FnOnce(A) -> (Y, P),
        args: A,
        seed: S,
        slots: L,
    ) -> (Y, L::Cotangents) {
        let (value, pullback) = forward(args);
        (value, slots.pull(&pullback, seed))
    }
}

impl<T: ?Sized> HandWritten for T {}

/// A function with second derivatives: `#[differentiable(order = 2)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no second derivative",
    label = "its derivative is differentiated here",
    note = "write `#[differentiable(order = 2)]` on `{Self}`",
    note = "or write `stop_gradient(..)` around the call to treat it as a constant"
)]
pub trait SecondOrder {
    /// What comes back.
    type Cotangents;
}

/// What a derivative has that is differentiated.
macro_rules! derivative {
    ($forward:ident, $pull:ident, $push:ident) => {
        /// There is nothing to run.
        #[doc(hidden)]
        fn $forward<A>(_args: A) -> (Self::Cotangents, Self::Cotangents)
        where
            Self: SecondOrder,
        {
            unreachable!("no function has both")
        }

        /// There is nothing to run.
        #[doc(hidden)]
        fn $pull<P, S, L>(_pullback: &P, _seed: S, _slots: L) -> Self::Cotangents
        where
            Self: SecondOrder,
        {
            unreachable!("no function has both")
        }

        /// There is nothing to run.
        #[doc(hidden)]
        fn $push<A, T>(_args: A, _tangents: T) -> (Self::Cotangents, Self::Cotangents)
        where
            Self: SecondOrder,
        {
            unreachable!("no function has both")
        }
    };
}

/// What is found in the place of the second derivative of a function that has none.
pub trait FirstOrder {
    /// There is nothing to run.
    #[doc(hidden)]
    fn __second<A, T, S, L, D>(
        _args: A,
        _tangents: T,
        _seeds: S,
        _slots: L,
        _tangent_slots: D,
    ) -> Self::Cotangents
    where
        Self: SecondOrder,
    {
        unreachable!("no function has both")
    }

    derivative!(__grad_forward, __grad_pull, __grad_push);
    derivative!(__value_and_grad_forward, __value_and_grad_pull, __value_and_grad_push);
    derivative!(__jvp_forward, __jvp_pull, __jvp_push);
}

impl<T: ?Sized> FirstOrder for T {}

/// Slots of a function whose parameters are known by the arguments alone.
pub trait ByType<P, S> {
    /// One entry per argument.
    type Cotangents;
    /// Runs the pullback.
    fn pull(self, pullback: &P, seed: S) -> Self::Cotangents;
}

/// `(slots) => |buffers| pattern of what comes back => answer;`
macro_rules! by_type {
    ($(($($slot:ident: $ty:ty),*) [$($generic:ident),*] ($($buffer:ident: $bty:ty),*) -> $ret:ty, $back:pat => ($($answer:expr),*) as ($($aty:ty),*);)*) => {$(
        impl<P: Fn(S $(, $bty)*) -> $ret, S, $($generic,)*> ByType<P, S> for ($($ty,)*) {
            type Cotangents = ($($aty,)*);
            #[inline]
            fn pull(self, pullback: &P, seed: S) -> Self::Cotangents {
                #[allow(unused_variables)]
                let ($($slot,)*) = self;
                let $back = pullback(seed $(, $buffer)*);
                ($($answer,)*)
            }
        }
    )*};
}

by_type! {
    (a: ()) [A] () -> A, x => (x) as (A);
    (a: (), b: ()) [A, B] () -> (A, B), (x, y) => (x, y) as (A, B);
    (a: (), b: Skip) [A] () -> A, x => (x, ()) as (A, ());
    (a: Skip, b: ()) [A] () -> A, x => ((), x) as ((), A);
    (a: (), b: (), c: ()) [A, B, C] () -> (A, B, C), (x, y, z) => (x, y, z) as (A, B, C);
    (a: (), b: (), c: Skip) [A, B] () -> (A, B), (x, y) => (x, y, ()) as (A, B, ());
    (a: (), b: Skip, c: Skip) [A] () -> A, x => (x, (), ()) as (A, (), ());
    (a: (), b: (), c: (), d: ()) [A, B, C, D] () -> (A, B, C, D), (x, y, z, w) => (x, y, z, w) as (A, B, C, D);
}
