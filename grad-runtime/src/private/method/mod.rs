//! Calls of methods whose receiver's type the macro doesn't know. What `#[differentiable]` wrote beside the method says how
//! its operands are passed and which of them have a derivative; where it wrote nothing, the rule's own form tells.

mod missing;
mod pull;
mod push;

use core::marker::PhantomData;

pub use missing::{Derived, DifferentiableMethod, SecondOrderMethod};
pub use pull::{Pull, Rule, pull_method};
pub use push::{Absent, Deferred, Finish, InPlace, OfReceiver, Shared, StillReceiver, StillReference};

/// The method takes `self`.
pub enum ByValue {}
/// The method takes `&self`.
pub enum ByRef {}
/// The method takes `&mut self`.
pub enum ByMut {}

/// The backward half returns the operand's cotangent.
pub enum Returned {}
/// The backward half adds the operand's cotangent into a buffer.
pub struct Added<B: ?Sized>(PhantomData<fn(&B)>);
/// The operand is constant.
pub enum Constant {}
/// The method returns nothing, so that there is no seed.
pub struct Silent<K>(PhantomData<fn(K)>);

/// How a method takes its receiver, and what its backward half does with the cotangent of each operand.
pub struct Mask<P, K>(PhantomData<fn() -> (P, K)>);

/// What is known of a method beside which nothing was written: how its operands look at the call.
pub struct Unmarked<K>(PhantomData<fn() -> K>);

/// A pullback, and what is known of its method.
pub struct Kept<K, P> {
    pullback: P,
    known: PhantomData<fn() -> K>,
}

/// What a forward half gives: the result and a pullback, if it doesn't fail.
pub trait Forward<K> {
    /// The same, with what is known of the method.
    type Kept;
    /// Adds it.
    fn kept(self) -> Self::Kept;
}

impl<K, Y, B> Forward<K> for (Y, B) {
    type Kept = (Y, Kept<K, B>);
    #[inline]
    fn kept(self) -> Self::Kept {
        (self.0, Kept { pullback: self.1, known: PhantomData })
    }
}

impl<K, Y, B> Forward<K> for Option<(Y, B)> {
    type Kept = Option<(Y, Kept<K, B>)>;
    #[inline]
    fn kept(self) -> Self::Kept {
        self.map(Forward::kept)
    }
}

impl<K, Y, B, E> Forward<K> for Result<(Y, B), E> {
    type Kept = Result<(Y, Kept<K, B>), E>;
    #[inline]
    fn kept(self) -> Self::Kept {
        self.map(Forward::kept)
    }
}

impl<P, K> Mask<P, K> {
    /// Says it.
    #[inline]
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self(PhantomData)
    }

    /// The result, and the pullback with what is known of it.
    #[inline]
    pub fn keep<F: Forward<K>>(&self, forward: F) -> F::Kept {
        forward.kept()
    }
}

impl<K> Mask<ByRef, K> {
    /// The receiver as the method takes it.
    #[inline]
    pub fn receiver<'a, L: Lent<'a>>(&self, receiver: L) -> &'a L::Of {
        receiver.shared()
    }
}

impl<K> Mask<ByMut, K> {
    /// The receiver as the method takes it.
    #[inline]
    pub fn receiver<'a, T: ?Sized>(&self, receiver: &'a mut T) -> &'a mut T {
        receiver
    }
}

impl<K> Mask<ByValue, K> {
    /// The receiver as the method takes it: a copy, for the derivative may read it again.
    #[inline]
    pub fn receiver<'a, L: Lent<'a, Of: Clone>>(&self, receiver: L) -> L::Of {
        receiver.shared().clone()
    }
}

impl<K> Unmarked<K> {
    /// Says it.
    #[inline]
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self(PhantomData)
    }

    /// The result, and the pullback with what is known of it.
    #[inline]
    pub fn keep<F: Forward<Self>>(&self, forward: F) -> F::Kept {
        forward.kept()
    }

    /// The receiver as it is: the method finds it.
    #[inline]
    pub fn receiver<R>(&self, receiver: R) -> R {
        receiver
    }
}

/// What is lent at the call.
pub trait Lent<'a> {
    /// What it is.
    type Of: ?Sized + 'a;
    /// Lent to be read.
    fn shared(self) -> &'a Self::Of;
}

impl<'a, T: ?Sized> Lent<'a> for &'a T {
    type Of = T;
    #[inline]
    fn shared(self) -> &'a T {
        self
    }
}

impl<'a, T: ?Sized> Lent<'a> for &'a mut T {
    type Of = T;
    #[inline]
    fn shared(self) -> &'a T {
        self
    }
}

/// How an operand looks at the call: a receiver, of which nothing is known; a value; a reference; a value that never carries
/// a derivative; a constant of unknown type.
pub mod looks {
    /// The receiver.
    pub enum Receiver {}
    /// A value.
    pub enum Owned {}
    /// A reference.
    pub enum Borrowed {}
    /// An integer, a boolean or a character.
    pub enum Still {}
    /// A constant of unknown type.
    pub enum Unknown {}
}

/// What looks like this may be of this kind.
pub trait MayBe<K> {}

impl MayBe<Returned> for looks::Receiver {}
impl<B: ?Sized> MayBe<Added<B>> for looks::Receiver {}
impl MayBe<Returned> for looks::Owned {}
impl<B: ?Sized> MayBe<Added<B>> for looks::Borrowed {}
impl MayBe<Constant> for looks::Still {}
impl MayBe<Returned> for looks::Unknown {}
impl MayBe<Constant> for looks::Unknown {}

/// The value, and the pullback with what is known of it: `method!([&law] energy_mask [Receiver, Owned] energy_forward [] (x))`.
#[doc(hidden)]
#[macro_export]
macro_rules! method {
    ([$receiver:expr] $mask:ident [$($looks:ident),*] $name:ident [$($generics:tt)*] ($($argument:expr),*)) => {{
        $crate::missing!($name ($($argument),*));
        $crate::method!(@find $mask [$($looks),*]);
        let known = (&*$receiver).$mask();
        known.keep(known.receiver($receiver).$name $($generics)* ($($argument),*))
    }};
    // The value alone.
    (@value [$receiver:expr] $mask:ident [$($looks:ident),*] $name:ident [$($generics:tt)*] ($($argument:expr),*)) => {{
        $crate::method!(@find $mask [$($looks),*]);
        let known = (&*$receiver).$mask();
        known.receiver($receiver).$name $($generics)* ($($argument),*)
    }};
    // What stands in where `#[differentiable]` wrote nothing: being found behind a reference, it comes last.
    (@find $mask:ident [$($looks:ident),*]) => {
        trait Find {
            fn $mask(&self) -> $crate::__private::method::Unmarked<($($crate::__private::method::looks::$looks,)*)> {
                $crate::__private::method::Unmarked::new()
            }
        }
        impl<T: ?Sized> Find for &T {}
    };
}
