//! Forward mode: the tangents of a method's operands, to what was written beside the method or to a rule.

use super::super::call::{BufferSlot, TangentBuffer, TangentSlot};
use super::super::operands::{Dot, ToTangent};
use super::super::tangents::Operand;
use crate::{Differentiable, Tangent};

/// The tangent of a receiver in memory, however the method takes it.
pub struct InPlace<'a, T: ?Sized>(pub &'a mut T);

impl<P: Differentiable<Tangent = T>, T: Tangent> TangentSlot<P> for InPlace<'_, T> {
    #[inline]
    fn tangent(self, _primal: &P) -> T {
        self.0.clone()
    }
}

impl<P: ?Sized, B: ?Sized, X: core::borrow::Borrow<B> + ?Sized> TangentBuffer<P, B> for InPlace<'_, X> {
    #[inline]
    fn read<R>(self, _primal: &P, f: impl FnOnce(&B) -> R) -> R {
        f((*self.0).borrow())
    }
}

impl<B: ?Sized, X: core::borrow::BorrowMut<B> + ?Sized> BufferSlot<B> for InPlace<'_, X> {
    #[inline]
    fn with<R>(self, f: impl FnOnce(&mut B) -> R) -> R {
        f(self.0.borrow_mut())
    }
}

/// The tangent of a receiver that isn't changed, however the method takes it.
pub struct Shared<'a, T: ?Sized>(pub &'a T);

impl<P: Differentiable<Tangent = T>, T: Tangent> TangentSlot<P> for Shared<'_, T> {
    #[inline]
    fn tangent(self, _primal: &P) -> T {
        self.0.clone()
    }
}

impl<P: ?Sized, B: ?Sized, X: core::borrow::Borrow<B> + ?Sized> TangentBuffer<P, B> for Shared<'_, X> {
    #[inline]
    fn read<R>(self, _primal: &P, f: impl FnOnce(&B) -> R) -> R {
        f(self.0.borrow())
    }
}

impl<P: ?Sized, B: ToTangent<T> + ?Sized, T> Dot<P, T, InPlace<'_, B>> for InPlace<'_, B> {
    #[inline]
    fn known(self) -> Option<T> {
        Some(self.0.to_tangent())
    }
}

impl<P: ?Sized, B: ToTangent<T> + ?Sized, T> Dot<P, T, Shared<'_, B>> for Shared<'_, B> {
    #[inline]
    fn known(self) -> Option<T> {
        Some(self.0.to_tangent())
    }
}

/// A call beside whose method nothing was written: the rule has to be asked.
pub struct Deferred<A, S> {
    arguments: A,
    slots: S,
}

impl<A, S> Deferred<A, S> {
    /// With the receiver, the arguments and the slots.
    #[inline]
    pub const fn new(arguments: A, slots: S) -> Self {
        Self { arguments, slots }
    }
}

/// What stands for everything where no rule has to be asked.
#[derive(Clone, Copy)]
pub struct Absent;

/// The value and its tangent, from what was written beside the method or from the rule. `N` is an array's type with as many
/// elements as there are operands.
pub trait Finish<N, Y> {
    /// The receiver and the arguments.
    type Arguments;
    /// The tangents.
    type Slots;
    /// Asks the rule, if it has to be asked.
    fn finish(self, rule: impl FnOnce(Self::Arguments, Self::Slots) -> Y) -> Y;
}

impl<N, A, S, Y> Finish<N, Y> for Deferred<A, S> {
    type Arguments = A;
    type Slots = S;
    #[inline]
    fn finish(self, rule: impl FnOnce(A, S) -> Y) -> Y {
        rule(self.arguments, self.slots)
    }
}

macro_rules! finish {
    ($($count:literal: $($absent:ident)*;)*) => {$(
        finish!(@implement $count [$($absent)*] [V, D] (V, D));
        finish!(@implement $count [$($absent)*] [V, D] Option<(V, D)>);
        finish!(@implement $count [$($absent)*] [V, D, E] Result<(V, D), E>);
    )*};
    (@implement $count:literal [$($absent:ident)*] [$($generics:ident),*] $pair:ty) => {
        impl<$($generics),*> Finish<[(); $count], $pair> for $pair {
            type Arguments = ($($absent,)*);
            type Slots = ($($absent,)*);
            #[inline]
            fn finish(self, _rule: impl FnOnce(Self::Arguments, Self::Slots) -> $pair) -> $pair {
                self
            }
        }
    };
}

finish! {
    1: Absent;
    2: Absent Absent;
    3: Absent Absent Absent;
    4: Absent Absent Absent Absent;
    5: Absent Absent Absent Absent Absent;
    6: Absent Absent Absent Absent Absent Absent;
    7: Absent Absent Absent Absent Absent Absent Absent;
    8: Absent Absent Absent Absent Absent Absent Absent Absent;
}

impl Operand for Absent {
    type Dot = Self;
    #[inline]
    fn still(&self) -> Self {
        Self
    }
}

/// A receiver that is constant.
pub trait StillReceiver {
    /// What goes along with it in forward mode.
    type Dot;
    /// A zero of it.
    fn still_receiver(&self) -> Self::Dot;
}

impl StillReceiver for Absent {
    type Dot = Self;
    #[inline]
    fn still_receiver(&self) -> Self {
        Self
    }
}

impl<T: Differentiable + ?Sized> StillReceiver for &mut &T {
    type Dot = T::Tangent;
    #[inline]
    fn still_receiver(&self) -> T::Tangent {
        self.zero_tangent()
    }
}

#[expect(
    clippy::mut_mut,
    reason = "a receiver that is itself a mutable reference is borrowed by the lookup once more"
)]
impl<T: Differentiable + ?Sized> StillReceiver for &mut &mut T {
    type Dot = T::Tangent;
    #[inline]
    fn still_receiver(&self) -> T::Tangent {
        self.zero_tangent()
    }
}

/// A reference to a constant.
pub trait StillReference {
    /// What goes along with it in forward mode.
    type Dot;
    /// A zero of it.
    fn still_reference(&self) -> Self::Dot;
}

impl StillReference for Absent {
    type Dot = Self;
    #[inline]
    fn still_reference(&self) -> Self {
        Self
    }
}

impl<T: Differentiable + ?Sized> StillReference for &T {
    type Dot = T::Tangent;
    #[inline]
    fn still_reference(&self) -> T::Tangent {
        (**self).zero_tangent()
    }
}

/// The tangent of a receiver as a rule takes it.
pub trait OfReceiver {
    /// What it is.
    type Dot;
    /// Takes it.
    fn dot(self) -> Self::Dot;
}

impl<'a, T: ?Sized> OfReceiver for InPlace<'a, T> {
    type Dot = &'a mut T;
    #[inline]
    fn dot(self) -> &'a mut T {
        self.0
    }
}

impl<'a, T: ?Sized> OfReceiver for Shared<'a, T> {
    type Dot = &'a T;
    #[inline]
    fn dot(self) -> &'a T {
        self.0
    }
}

impl OfReceiver for Absent {
    type Dot = Self;
    #[inline]
    fn dot(self) -> Self {
        self
    }
}

/// The value and its tangent: `push_method!([&law] energy_mask [Receiver, Owned] energy_push energy_jvp [] [2] (x = at) (law_dot =
/// Shared(&law_dot), x_dot = at_dot) (d1 = law_dot.dot(), d2 = x_dot))`.
#[doc(hidden)]
#[macro_export]
macro_rules! push_method {
    ([$receiver:expr] $mask:ident [$($looks:ident),*] $push:ident $jvp:ident [$($generics:tt)*] [$count:literal]
        ($self:ident $(, $argument:ident = $value:expr)*) ($($slot:ident = $tangent:expr),*) ($($dot:ident = $of:expr),*)) => {{
        use $crate::__private::method::{Absent, Deferred, Finish, OfReceiver as _, StillReceiver as _, StillReference as _};
        $crate::missing!($jvp ($($value,)* $($of),*));
        $crate::method!(@find $mask [$($looks),*]);
        // What `#[differentiable]` writes is found before this, which asks for the rule.
        trait Ask {
            fn $push<'ask, $($argument,)* S>(&'ask mut self, $($argument: $argument,)* slots: S)
                -> Deferred<(&'ask mut Self, $($argument,)*), S> {
                Deferred::new((self, $($argument,)*), slots)
            }
        }
        impl<T: ?Sized> Ask for &T {}
        impl<T: ?Sized> Ask for &mut T {}
        trait Never {
            fn $jvp<$($argument,)* $($dot,)* Y>(self, $($argument: $argument,)* $($dot: $dot),*) -> Y;
        }
        impl Never for Absent {
            fn $jvp<$($argument,)* $($dot,)* Y>(self, $(_: $argument,)* $(_: $dot),*) -> Y {
                ::core::unreachable!()
            }
        }
        let known = (&*$receiver).$mask();
        Finish::<[(); $count], _>::finish(
            known.receiver($receiver).$push $($generics)* ($($value,)* ($($tangent,)*)),
            |($self, $($argument,)*), ($($slot,)*)| {
                $(let $dot = $of;)*
                $self.$jvp $($generics)* ($($argument,)* $($dot),*)
            },
        )
    }};
}
