//! Values that have a derivative, and the vector spaces that derivatives live in.

use core::fmt::Debug;

#[cfg(feature = "alloc")]
mod allocated;
mod compound;
mod reference;
mod scalar;

pub(crate) use scalar::narrow;

/// A value that has a derivative.
///
/// Its [`Tangent`](Differentiable::Tangent) is what its gradients, cotangents and tangents are made of. For numbers and
/// whatever is built of them the tangent looks like the value: `f64` for `f64`, `[f64; 3]` for `[f64; 3]`,
/// `Vec<f64>` for `Vec<f64>` and for `[f64]`, a tuple for a tuple. References and [`Variable`](crate::Variable)s have
/// the tangent of what they hold. The types of `nalgebra` are listed in [`linalg`](crate::linalg), and
/// `#[derive(Differentiable)]` gives a user type a tangent with the same fields.
///
/// Integers, `bool`, `char` and strings have no derivative and don't implement this trait.
///
/// ```
/// use grad_runtime::Differentiable;
///
/// assert_eq!((2.0, [1.0_f32, 3.0]).zero_tangent(), (0.0, [0.0, 0.0]));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no derivative",
    label = "a value that carries a derivative is needed here",
    note = "mark the parameter or the field `#[constant]` if no gradient should be taken for it",
    note = "put `#[derive(Differentiable)]` on the type if it is yours and holds such values"
)]
pub trait Differentiable {
    /// The vector space of this type's derivatives.
    type Tangent: Tangent;

    /// The zero of the tangent space, with the shape of this value.
    fn zero_tangent(&self) -> Self::Tangent;
}

/// A value that can be moved along a direction of its tangent space.
///
/// Everything that is owned or borrowed by `&mut` can; what is borrowed by `&` can't. A type whose values don't form
/// a vector space, such as a rotation, says in its docs which curve it moves on.
///
/// ```
/// use grad_runtime::StepAlong;
///
/// let mut weights = [1.0, 2.0];
/// weights.step_along(&[10.0, -10.0], 0.1);
/// assert_eq!(weights, [2.0, 1.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be moved along a derivative",
    label = "a value that can take a step is needed here",
    note = "what is borrowed by `&` can't change: borrow it by `&mut`, or own it",
    note = "put `#[derive(Differentiable)]` on the type if it is yours"
)]
pub trait StepAlong: Differentiable {
    /// Moves this value by `step` times `direction`.
    ///
    /// # Panics
    ///
    /// Panics if the shape of `direction` isn't the shape of [`zero_tangent`](Differentiable::zero_tangent).
    fn step_along(&mut self, direction: &Self::Tangent, step: f64);
}

/// A vector space: what derivatives live in.
///
/// A tangent is its own tangent, so derivatives can be differentiated again.
///
/// ```
/// use grad_runtime::Tangent;
///
/// let mut sum = [1.0, 2.0];
/// sum.accumulate(&[10.0, 20.0]);
/// sum.scale(2.0);
/// assert_eq!(sum, [22.0, 44.0]);
/// assert_eq!(sum.inner(&[1.0, 1.0]), 66.0);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a vector space of derivatives",
    label = "a tangent type is needed here",
    note = "the tangent type of a type `T` is written `<T as Differentiable>::Tangent`"
)]
pub trait Tangent: Clone + Debug + PartialEq + StepAlong<Tangent = Self> {
    /// Makes this vector zero and keeps its shape.
    fn set_zero(&mut self);

    /// A zero of the same shape.
    #[must_use]
    fn zero_like(&self) -> Self {
        self.zero_tangent()
    }

    /// Adds `other` to this vector.
    ///
    /// # Panics
    ///
    /// Panics if the two have different shapes.
    fn accumulate(&mut self, other: &Self);

    /// Multiplies this vector by a number.
    fn scale(&mut self, factor: f64);

    /// The sum of the products of corresponding components.
    ///
    /// # Panics
    ///
    /// Panics if the two have different shapes.
    fn inner(&self, other: &Self) -> f64;
}

/// The panic where two values of an enum should be combined that are in different variants.
///
/// # Panics
///
/// Always.
#[cold]
#[track_caller]
pub fn different_variants(name: &str) -> ! {
    panic!("tangents of different variants of `{name}` don't add up")
}
