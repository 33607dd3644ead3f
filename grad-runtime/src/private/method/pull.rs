//! Reverse mode: the cotangents of a method's operands, to the slots of the caller.

use super::super::call::{BufferSlot, ConstantSlot};
use super::super::operands::{Slot, Slots};
use super::{Added, Constant, Kept, MayBe, Returned, Silent, Unmarked};

/// Runs the pullback of a method; `How` tells apart what the types alone don't.
#[inline]
pub fn pull_method<H: Pull<S, L, How>, S, L, How>(handle: &H, seed: S, slots: L) -> H::Answers {
    handle.pull(seed, slots)
}

/// A pullback that can be run with these slots.
#[diagnostic::on_unimplemented(
    message = "the backward half of this method doesn't fit the arguments of the call",
    label = "an argument's cotangent has no place here",
    note = "an active value may be passed to a `#[constant]` parameter: this would cut the derivative",
    note = "a pair that is written by hand takes the seed, then a `&mut` buffer for each operand that is borrowed, and \
            returns the cotangents of the others"
)]
pub trait Pull<S, L, How> {
    /// One answer per operand.
    type Answers;
    /// Runs it.
    fn pull(&self, seed: S, slots: L) -> Self::Answers;
}

/// How a rule of the runtime is written: a tuple with a cotangent for each operand.
pub enum Rule {}

impl<K, P: Fn(S) -> C, S, C, L: Slots<C>> Pull<S, L, Rule> for Kept<Unmarked<K>, P> {
    type Answers = L::Answers;
    #[inline]
    fn pull(&self, seed: S, slots: L) -> L::Answers {
        slots.receive((self.pullback)(seed))
    }
}

/// Every operand is `Returned`, `Added` or `Constant`: two implementations for each combination, for pairs whose method says
/// which it is and for those that are written by hand.
macro_rules! combinations {
    (@next [] $($decided:tt)*) => {
        combinations!(@marked $($decided)*);
        combinations!(@by_hand $($decided)*);
    };
    (@next [($slot:ident $ty:ident $looks:ident $of:ident $bar:ident) $($rest:tt)*]
        [$($kinds:tt)*] [$($slots:tt)*] [$($returned:tt)*] [$($added:tt)*] [$($constant:tt)*] [$($answers:tt)*]) => {
        combinations!(@next [$($rest)*] [$($kinds)* ($looks: Returned)] [$($slots)* ($slot: $ty)]
            [$($returned)* ($ty $of $bar)] [$($added)*] [$($constant)*] [$($answers)* ($slot $ty::Answer, $slot.receive($bar))]);
        combinations!(@next [$($rest)*] [$($kinds)* ($looks: Added<$of>)] [$($slots)* ($slot: $ty)]
            [$($returned)*] [$($added)* ($slot $ty $of)] [$($constant)*] [$($answers)* ($slot (), ())]);
        combinations!(@next [$($rest)*] [$($kinds)* ($looks: Constant)] [$($slots)* ($slot: $ty)]
            [$($returned)*] [$($added)*] [$($constant)* ($ty)] [$($answers)* ($slot (), ())]);
    };
    (@marked [$(($looks:ident: $kind:ty))*] $($decided:tt)*) => {
        combinations!(@implement [] [] [()] [($($kind,)*)] [S, S, seed] $($decided)*);
        combinations!(@implement [] [] [()] [Silent<($($kind,)*)>] [(),,] $($decided)*);
    };
    // A rule of the runtime has the same form.
    (@by_hand [($la:ident: Returned) $(($looks:ident: Returned))+] $($decided:tt)*) => {};
    (@by_hand [$one:tt $two:tt $three:tt $four:tt $five:tt] $($decided:tt)*) => {};
    (@by_hand [$(($looks:ident: $kind:ty))*] $($decided:tt)*) => {
        combinations!(@implement [$($looks,)*] [$($looks: MayBe<$kind>,)*] [($($kind,)*)] [Unmarked<($($looks,)*)>]
            [S, S, seed] $($decided)*);
        combinations!(@implement [$($looks,)*] [$($looks: MayBe<$kind>,)*] [Silent<($($kind,)*)>] [Unmarked<($($looks,)*)>]
            [(),,] $($decided)*);
    };
    (@implement [$($generics:tt)*] [$($bounds:tt)*] [$how:ty] [$known:ty] [$seed_type:ty, $($generic:ident)?, $($seed:ident)?]
        [$(($slot:ident: $ty:ident))*] [$(($rty:ident $rof:ident $bar:ident))*] [$(($a:ident $aty:ident $aof:ident))*]
        [$(($nty:ident))*] [$(($of:ident $answer:ty, $value:expr))*]) => {
        impl<P, $($generic,)? $($generics)* $($ty,)* $($rof,)* $($aof: ?Sized,)*> Pull<$seed_type, ($($ty,)*), $how> for Kept<$known, P>
        where
            $($bounds)*
            P: Fn($($generic,)? $(&mut $aof),*) -> combinations!(@one_or_tuple $($rof)*),
            $($rty: Slot<$rof>,)*
            $($aty: BufferSlot<$aof>,)*
            $($nty: ConstantSlot,)*
        {
            type Answers = ($($answer,)*);
            #[inline]
            #[allow(unused_variables, clippy::unused_unit)]
            fn pull(&self, combinations!(@seed $($seed)?): $seed_type, ($($slot,)*): ($($ty,)*)) -> Self::Answers {
                let combinations!(@one_or_tuple $($bar)*) = combinations!(@lend [self $($seed)?] [] $($a)*);
                ($($value,)*)
            }
        }
    };
    (@seed) => { () };
    (@seed $seed:ident) => { $seed };
    (@one_or_tuple $one:ident) => { $one };
    (@one_or_tuple $($each:ident)*) => { ($($each,)*) };
    (@lend [$self:ident $($seed:ident)?] [$($lent:ident)*]) => { ($self.pullback)($($seed,)? $($lent),*) };
    (@lend $call:tt [$($lent:ident)*] $slot:ident $($rest:ident)*) => {
        $slot.with(|$slot| combinations!(@lend $call [$($lent)* $slot] $($rest)*))
    };
    ($($operands:tt)*) => {
        combinations!(@next [$($operands)*] [] [] [] [] [] []);
    };
}

combinations!((a A LookA X x));
combinations!((a A LookA X x)(b B LookB Y y));
combinations!((a A LookA X x)(b B LookB Y y)(c C LookC Z z));
combinations!((a A LookA X x)(b B LookB Y y)(c C LookC Z z)(d D LookD V v));
combinations!((a A LookA X x)(b B LookB Y y)(c C LookC Z z)(d D LookD V v)(e E LookE U u));
