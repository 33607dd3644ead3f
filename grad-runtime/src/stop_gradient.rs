//! Values that derivatives don't flow through.

/// The same value as a constant: no gradient flows through it.
///
/// In a differentiable function the compiler treats the result as a constant. The function itself changes nothing, so the
/// type is kept, and a [`Variable`](crate::Variable) stays one; [`detach`](crate::detach) gives its plain value.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let weight = variable(3.0);
/// assert_eq!(stop_gradient(weight), weight);
/// ```
#[inline]
#[must_use]
pub const fn stop_gradient<T>(value: T) -> T {
    value
}
