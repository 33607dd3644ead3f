//! Casts to a float of values whose type the macro doesn't know: `x as f64` becomes `as_f64(x)`.

use super::call::TangentSlot;
use crate::Differentiable;

/// A float that may be cast to the float `F`.
#[diagnostic::on_unimplemented(
    message = "the cast of `{Self}` to `{F}` would cut a derivative, or there is none",
    label = "the compiler can't see that this is constant",
    note = "bind a constant with its type first: `let n: usize = ..`, then cast `n`",
    note = "or write `stop_gradient(..)` around it"
)]
pub trait Cast<F>: Differentiable<Tangent = Self> + Copy {
    /// The cast.
    fn cast(self) -> F;
    /// The cast back.
    fn back(cotangent: F) -> Self;
}

macro_rules! casts {
    ($($from:ident to $to:ident;)*) => {$(
        impl Cast<$to> for $from {
            #[inline]
            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, trivial_numeric_casts, clippy::unnecessary_cast)]
            fn cast(self) -> $to { self as $to }
            #[inline]
            #[allow(clippy::cast_possible_truncation, clippy::cast_lossless, trivial_numeric_casts, clippy::unnecessary_cast)]
            fn back(cotangent: $to) -> Self { cotangent as Self }
        }
    )*};
}

casts! {
    f32 to f32;
    f32 to f64;
    f64 to f32;
    f64 to f64;
}

macro_rules! functions {
    ($($name:ident: $float:ident;)*) => {$(
        /// The cast.
        #[inline]
        pub fn $name<T: Cast<$float>>(value: T) -> $float {
            value.cast()
        }

        /// The derivatives of the cast.
        #[allow(non_camel_case_types)]
        pub struct $name {}

        impl $name {
            /// The value and the pullback.
            #[inline]
            pub fn forward<T: Cast<$float>>(value: T) -> ($float, impl Fn($float) -> T) {
                (value.cast(), |seed| T::back(seed))
            }

            /// The value and its tangent.
            #[doc(hidden)]
            #[inline]
            pub fn __push<T: Cast<$float>, S: TangentSlot<T>>(value: T, (slot,): (S,)) -> ($float, $float) {
                (value.cast(), slot.tangent(&value).cast())
            }
        }
    )*};
}

functions! {
    as_f32: f32;
    as_f64: f64;
}
