//! Calling a function for its value and its gradients, with the function as a type.

/// Whether the gradients of [`execute_with_gradients`] are meant to be differentiated again.
///
/// Derivatives are written at compile time, so there is nothing to retain: gradients can be differentiated again wherever
/// the function has `#[differentiable(order = 2)]`. The values are the same in both cases.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// assert_eq!(RetainGrads::default(), RetainGrads(false));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RetainGrads(pub bool);

/// A function, as a type, that can be called with variables for its value, its gradients and its further outputs.
///
/// `#[differentiable]` writes this for the type that has the function's name. `Xs` is the function's only parameter, or the
/// tuple of its parameters.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no gradients for variables of the type `{Xs}`",
    label = "a differentiable function of these variables is needed here",
    note = "name a function that is marked `#[differentiable]`, as a type: `execute_with_gradients::<f, _>(…)`",
    note = "the variables are the function's only parameter, or the tuple of its parameters"
)]
pub trait ExecuteWithGradients<Xs> {
    /// What the function returns, or the first part of it where it has further outputs.
    type Value;
    /// The gradients, in the structure of the variables.
    type Gradients;
    /// The further outputs of a function marked `#[differentiable(aux)]`; nothing else has any.
    type Extra;

    /// Calls the function for all three.
    fn execute(xs: Xs) -> (Self::Value, Self::Gradients, Self::Extra);
}

/// Calls a function with variables: its value, the gradients in the structure of the variables, and its further outputs.
///
/// The function is named as a type. What `#[differentiable]` writes for it is, by hand:
///
/// ```
/// use grad_runtime::prelude::*;
///
/// fn energy(w: [f64; 2]) -> (f64, [f64; 2]) { (w[0] * w[0] + w[1], w.map(|x| 1.5 * x)) }
///
/// #[allow(non_camel_case_types)]
/// struct energy {} // with braces, so that the name of the function stays free
///
/// impl ExecuteWithGradients<[f64; 2]> for energy {
///     type Value = f64;
///     type Gradients = [f64; 2];
///     type Extra = [f64; 2];
///     fn execute(w: [f64; 2]) -> (f64, [f64; 2], [f64; 2]) {
///         let (value, extra) = energy(w);
///         (value, [2.0 * w[0], 1.0], extra)
///     }
/// }
///
/// let (value, gradients, extra) = execute_with_gradients::<energy, _>([3.0, 1.0], RetainGrads(false));
/// assert_eq!((value, gradients, extra), (10.0, [6.0, 1.0], [4.5, 1.5]));
/// ```
#[inline]
pub fn execute_with_gradients<F, Xs>(xs: Xs, _retain: RetainGrads) -> (F::Value, F::Gradients, F::Extra)
where
    F: ExecuteWithGradients<Xs>,
{
    F::execute(xs)
}
