//! Steps along a given direction, and gradient descent.

use core::borrow::Borrow;

use super::kernels::descend;
use super::rule::{UpdateRule, update_rule};
use super::sweep::sweep;
use crate::leaves::{self, Leaves, LeavesMut, StructureError};

/// The options of [`optimizer_update`] and [`gradient_descent_update`]; as a rule, gradient descent.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct UpdateOptions {
    /// Whether the result is a constant where the update itself is differentiated. With `false`, derivatives flow through
    /// it to the weights, the gradients and the learning rate. The values are the same.
    pub stop_gradients: bool,
}

impl Default for UpdateOptions {
    fn default() -> Self {
        Self { stop_gradients: true }
    }
}

update_rule!(UpdateOptions<0>, []; |_, operands, states, _, _| {
    sweep(operands, states, [], |leaf| leaf.each(|w, g, lr, []| (descend(w, g, lr), [])))
});

/// The weights after a step against effective gradients: `w - lr · e`, leaf by leaf.
///
/// `lr` is a number or a container of layer-wise rates, see [`UpdateRule`].
///
/// # Errors
/// Where a leaf of `w` has no gradient or no rate, or one of another shape.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// assert_eq!(optimizer_update([1.0, 2.0], &[1.0, 4.0], 0.5, UpdateOptions::default())?, [0.5, 0.0]);
/// // A rate for each layer of a tuple, and in the second layer for each element.
/// let rates = (0.5, [0.0, 0.25]);
/// let updated = optimizer_update((1.0, [1.0, 2.0]), &(1.0, [1.0, 4.0]), rates, UpdateOptions::default())?;
/// assert_eq!(updated, (0.5, [1.0, 1.0]));
/// # Ok::<(), StructureError>(())
/// ```
pub fn optimizer_update<W, E, R>(
    mut w: W,
    effective_gradients: &E,
    lr: R,
    options: impl Borrow<UpdateOptions>,
) -> Result<W, StructureError>
where
    W: LeavesMut,
    E: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves,
{
    optimizer_update_inplace(&mut w, effective_gradients, lr, options)?;
    Ok(w)
}

/// [`optimizer_update`], in place.
///
/// # Errors
/// Where a leaf of `w` has no gradient or no rate, or one of another shape; nothing has been written then.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut w = variable([1.0, 2.0]);
/// optimizer_update_inplace(&mut w, &[1.0, 4.0], 0.5, UpdateOptions::default())?;
/// assert_eq!(*w, [0.5, 0.0]);
/// # Ok::<(), StructureError>(())
/// ```
pub fn optimizer_update_inplace<W, E, R>(
    w: &mut W,
    effective_gradients: &E,
    lr: R,
    options: impl Borrow<UpdateOptions>,
) -> Result<(), StructureError>
where
    W: LeavesMut + ?Sized,
    E: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves,
{
    options.borrow().update_inplace(w, effective_gradients, &lr, [] as [&mut W; 0], 0)
}

/// The weights after a step of gradient descent: `w - lr · g`, leaf by leaf.
///
/// `lr` is a number or a container of layer-wise rates, see [`UpdateRule`].
///
/// # Errors
/// Where a leaf of `w` has no gradient or no rate, or one of another shape.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// assert_eq!(gradient_descent_update(3.0, &6.0, 0.5, UpdateOptions::default())?, 0.0);
/// # Ok::<(), StructureError>(())
/// ```
pub fn gradient_descent_update<W, G, R>(
    w: W,
    gradients: &G,
    lr: R,
    options: impl Borrow<UpdateOptions>,
) -> Result<W, StructureError>
where
    W: LeavesMut,
    G: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves,
{
    optimizer_update(w, gradients, lr, options)
}

/// [`gradient_descent_update`], in place.
///
/// # Errors
/// Where a leaf of `w` has no gradient or no rate, or one of another shape; nothing has been written then.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut w = vec![1.0, 2.0];
/// gradient_descent_update_inplace(&mut w, &[1.0, 4.0], 0.5, UpdateOptions::default())?;
/// assert_eq!(w, [0.5, 0.0]);
/// # Ok::<(), StructureError>(())
/// ```
pub fn gradient_descent_update_inplace<W, G, R>(
    w: &mut W,
    gradients: &G,
    lr: R,
    options: impl Borrow<UpdateOptions>,
) -> Result<(), StructureError>
where
    W: LeavesMut + ?Sized,
    G: Leaves<Scalar = W::Scalar> + ?Sized,
    R: Leaves,
{
    optimizer_update_inplace(w, gradients, lr, options)
}

/// Overwrites the elements of a variable, and returns it.
///
/// # Errors
/// Where a leaf of the variable is missing in `value` or has another shape there; nothing has been written then.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut x = variable([1.0, 2.0]);
/// assert_eq!(**inplace_update(&mut x, &[-1.0, 9.0])?, [-1.0, 9.0]);
/// # Ok::<(), StructureError>(())
/// ```
pub fn inplace_update<'x, X, V>(x: &'x mut X, value: &V) -> Result<&'x mut X, StructureError>
where
    X: LeavesMut + ?Sized,
    V: Leaves<Scalar = X::Scalar> + ?Sized,
{
    leaves::zip_inplace(x, value, |_, value| value)?;
    Ok(x)
}

/// Subtracts from the elements of a variable, and returns it.
///
/// # Errors
/// Where a leaf of the variable is missing in `value` or has another shape there; nothing has been written then.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut x = variable([1.0, 2.0]);
/// assert_eq!(**inplace_decrement(&mut x, &[0.5, 0.5])?, [0.5, 1.5]);
/// # Ok::<(), StructureError>(())
/// ```
pub fn inplace_decrement<'x, X, V>(x: &'x mut X, value: &V) -> Result<&'x mut X, StructureError>
where
    X: LeavesMut + ?Sized,
    V: Leaves<Scalar = X::Scalar> + ?Sized,
{
    leaves::zip_inplace(x, value, |x, value| x - value)?;
    Ok(x)
}

/// Adds to the elements of a variable, and returns it.
///
/// # Errors
/// Where a leaf of the variable is missing in `value` or has another shape there; nothing has been written then.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// let mut x = variable([1.0, 2.0]);
/// assert_eq!(**inplace_increment(&mut x, &[0.5, 0.5])?, [1.5, 2.5]);
/// # Ok::<(), StructureError>(())
/// ```
pub fn inplace_increment<'x, X, V>(x: &'x mut X, value: &V) -> Result<&'x mut X, StructureError>
where
    X: LeavesMut + ?Sized,
    V: Leaves<Scalar = X::Scalar> + ?Sized,
{
    leaves::zip_inplace(x, value, |x, value| x + value)?;
    Ok(x)
}
