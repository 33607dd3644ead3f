//! An `Option` of active data that is made and kept as a value: in a field, in an element.

use super::TangentSlot;
use crate::Differentiable;

/// `Some(value)`
#[inline]
pub fn some<T>(value: T) -> Option<T> {
    Some(value)
}

/// The derivative of [`some()`].
#[allow(non_camel_case_types)]
pub struct some {}

impl some {
    /// The value and the pullback.
    #[inline]
    pub fn forward<T: Differentiable>(
        value: T,
    ) -> (Option<T>, impl Fn(Option<T::Tangent>) -> T::Tangent + use<T>) {
        let zero = value.zero_tangent();
        (Some(value), move |cotangent: Option<T::Tangent>| cotangent.unwrap_or_else(|| zero.clone()))
    }

    /// The value and its tangent.
    #[doc(hidden)]
    #[inline]
    pub fn __push<T: Differentiable, S: TangentSlot<T>>(
        value: T,
        (slot,): (S,),
    ) -> (Option<T>, Option<T::Tangent>) {
        let tangent = slot.tangent(&value);
        (Some(value), Some(tangent))
    }
}
