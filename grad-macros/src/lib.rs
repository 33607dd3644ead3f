//! The compiler behind `grad-runtime`.

mod analysis;
mod derive;
mod diag;
mod emit;
mod expand;
mod guard;
mod ir;
mod lower;
mod parse;
mod rules;
mod simplify;
#[cfg(test)]
mod tests;
mod transform;

use proc_macro::TokenStream;

/// Writes the derivative of a function at compile time.
///
/// A function `f` stays as it is and gets a type of the same name, with the derivatives as associated functions. For
/// `fn f(x: f64, w: &[f64], n: usize) -> f64` they are:
///
/// | item | signature |
/// | --- | --- |
/// | `f::grad` | `(x, w, n) -> (f64, Vec<f64>)`: one gradient per differentiable parameter, not a tuple where there is one |
/// | `f::value_and_grad` | `(x, w, n) -> (f64, (f64, Vec<f64>))` |
/// | `f::grad_into` | `(x, w, n, d_x: &mut f64, d_w: &mut [f64]) -> f64`: adds the gradient into the buffers, returns the value |
/// | `f::forward` | `(x, w, n) -> (f64, impl Fn(f64, &mut [f64]) -> f64)`: the value and the backward half of the pair |
/// | `f::jvp` | `(x, w, n, x_dot: f64, w_dot: &[f64]) -> (f64, f64)`: the value and its derivative along the tangents |
/// | `f::jacobian`, `f::value_and_jacobian` | for results that are arrays or vectors: a row per component |
/// | `f::hvp` | with `order = 2`: `(x, w, n, x_dot, w_dot) -> (gradient, H·direction)`, each as `grad` gives it |
/// | `f::hvp_into` | the same into buffers: `(x, w, n, x_dot, w_dot, h_x, h_w, d_x, d_w)`; returns the derivative along the direction |
/// | `f::hessian` | with `order = 2`: of scalars and of one array `[[f64; N]; N]`, of one `SVector` an `SMatrix`, of a slice, `Vec` or `DVector` a `DMatrix` |
///
/// The backward half takes the cotangent of the result and a buffer for each parameter that is borrowed: what was passed by
/// value has its cotangent returned, what was borrowed by `&` has it added into a `&mut` buffer, and for `&mut` the buffer goes
/// in with the cotangent of the final value and comes out with that of the initial one. It can be run any number of times.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// #[differentiable]
/// fn rosenbrock(x: f64, y: f64) -> f64 {
///     (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
/// }
///
/// let (value, (dx, dy)) = rosenbrock::value_and_grad(1.0, 2.0);
/// assert_eq!((value, dx, dy), (100.0, -400.0, 200.0));
/// ```
///
/// # Second derivatives
///
/// With `order = 2` a function has `hvp` and `hessian`, and its gradient may be taken in the body of another differentiable
/// function: `f::grad` and `f::value_and_grad` there are functions with a derivative, also by parameters that the gradient isn't
/// taken for. What a function with `order = 2` calls with active arguments has to have `order = 2` as well.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// #[differentiable(order = 2)]
/// fn energy(x: f64, k: f64) -> f64 {
///     0.5 * k * x * x
/// }
///
/// #[differentiable(wrt(k))]
/// fn squared_force(x: f64, k: f64) -> f64 {
///     let (force, _) = energy::grad(x, k);
///     force * force
/// }
///
/// assert_eq!(energy::hessian(3.0, 2.0), [[2.0, 3.0], [3.0, 0.0]]);
/// assert_eq!(energy::hvp(3.0, 2.0, 1.0, 0.0), ((6.0, 4.5), (2.0, 3.0)));
/// assert_eq!(squared_force::grad(3.0, 2.0), 36.0);
/// ```
///
/// # Methods
///
/// On an `impl` or a `trait` every method gets its items as siblings with a suffix: `energy_grad`, `energy_value_and_grad`,
/// `energy_grad_into`, `energy_forward`, `energy_jvp`, `energy_jacobian` and `energy_value_and_jacobian`. `self` is a parameter like others; `#[constant] &self`
/// excludes it. A method in the block may have options of its own, `#[constant]` on it leaves it out; methods whose result can't carry
/// a derivative, or is a reference, are left out by themselves. The attribute also goes on a single method that takes `self`; an associated
/// function, and a method with a `&mut` parameter in a generic `impl`, need it on the block.
///
/// Required methods of a trait get required items, with `where Self: Sized`, so that the trait stays usable as `dyn`; where `self` is
/// differentiated the trait says `trait Law: Differentiable`. The attribute is needed on the trait and on its `impl`s, with the same
/// parameters constant.
///
/// ```
/// use grad_runtime::prelude::*;
///
/// #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
/// struct Spring {
///     k: f64,
///     rest: f64,
/// }
///
/// #[differentiable]
/// impl Spring {
///     fn energy(&self, x: f64) -> f64 {
///         0.5 * self.k * (x - self.rest).powi(2)
///     }
/// }
///
/// let (spring, x) = Spring { k: 2.0, rest: 1.0 }.energy_grad(4.0);
/// assert_eq!((spring, x), (SpringTangent { k: 4.5, rest: -6.0 }, 6.0));
/// ```
///
/// A call `a.m(b)` uses `a.m_forward(b)` and `a.m_jvp(..)`, `Type::m(b)` uses `Type::m_forward(b)`; whoever writes them by hand has written
/// a rule, in the form of the generated ones.
///
/// # Operators
///
/// On the `impl` of an operator (`Add`, `Sub`, `Mul`, `Div`, `Rem`, `Neg`, and `AddAssign` with the others that assign) the attribute
/// makes `a * b` differentiable, between owned and borrowed operands as the `impl` says. An operator without it is refused.
///
/// ```
/// use core::ops::Mul;
/// use grad_runtime::prelude::*;
///
/// #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
/// struct Complex {
///     re: f64,
///     im: f64,
/// }
///
/// #[differentiable]
/// impl Mul for Complex {
///     type Output = Self;
///     fn mul(self, rhs: Self) -> Self {
///         Self { re: self.re * rhs.re - self.im * rhs.im, im: self.re * rhs.im + self.im * rhs.re }
///     }
/// }
///
/// #[differentiable]
/// fn square(re: f64, im: f64) -> Complex {
///     let z = Complex { re, im };
///     z * z
/// }
///
/// let (z, along) = square::jvp(3.0, 2.0, 1.0, 0.0);
/// assert_eq!((z, along), (Complex { re: 5.0, im: 12.0 }, ComplexTangent { re: 6.0, im: 4.0 }));
/// ```
///
/// # Options
///
/// `order = 2` adds second derivatives. `wrt(a, b)` names the parameters to differentiate; `#[constant]` before a parameter excludes it; integers, `bool`, `char` and
/// `&str` never carry a derivative. `aux`: of a result `(y, aux..)` only `y` is differentiated. `forward = path, jvp = path`: the
/// user's own pair and forward mode in the place of the compiler's. `recursive`: the pair is boxed (found out by itself where a
/// function calls itself). `crate = path`: where the runtime is. In the body, `stop_gradient(e)` is `e` as a constant, and
/// `#[checkpoint]` or `#[checkpoint(every = k)]` before a `for` loop, `#[checkpoint(every = k)]` before any loop, keeps only every k-th state and
/// recomputes the others.
///
/// # At the kinks
///
/// | point | derivative |
/// | --- | --- |
/// | `abs` at 0; `signum`, `floor`, `ceil`, `round`, `trunc` everywhere (so `fract` has 1) | 0 |
/// | `a.max(b)`, `a.min(b)` at a tie | all to the argument `b`: `x.max(0.0)` at 0 has derivative 0 |
/// | `clamp(lo, hi)` | 1 on the closed interval, 0 outside |
/// | `sqrt`, `cbrt` at 0 | infinite, as IEEE says |
/// | `hypot(0, 0)` | 0 |
/// | `powf(p)`: by x with p = 0; by p at x = 0, p > 0 | 0; 0. By p at x < 0 it is NaN, and isn't computed where p is constant |
/// | `powi(0)` | 0 everywhere |
/// | `x % y` | 1 and `-trunc(x / y)` |
/// | a branch | the derivative of the side that runs |
/// | an active float `as` anything but `f32` or `f64` | an error: say `stop_gradient(x) as i32` on purpose |
///
/// A derivative that is zero by structure is strong: no code is written for it, so it can't turn into NaN.
///
/// # Errors
///
/// What can't be differentiated is refused at the smallest span, with the reason and a way out; all errors of a stage come
/// together, and the function itself and stubs of its items stay, so that the rest of the crate compiles.
#[proc_macro_attribute]
pub fn differentiable(attribute: TokenStream, item: TokenStream) -> TokenStream {
    let file = proc_macro::Span::call_site().local_file();
    let expansion = |attribute, item: &proc_macro2::TokenStream| {
        file.as_deref().into_iter().for_each(parse::learn_from);
        let outline = file.as_deref().and_then(parse::Outline::of_file);
        expand::differentiable(attribute, item, outline.as_deref())
    };
    guard::expand(expansion, attribute.into(), &item.into()).into()
}

/// Writes the tangent type of a struct or enum, and makes the type `Differentiable`.
///
/// For a type `Layer` this is `LayerTangent`, with the visibility of `Layer`. It mirrors the fields that carry a derivative
/// under the same names, each with the tangent of the field's type, and implements `Clone`, `Debug` and `PartialEq`, and
/// `Copy` where its fields do.
/// `Layer` gets `Differentiable` and `StepAlong`, `LayerTangent` is a vector space (`Tangent`), and both are containers of
/// parameters (`Leaves`, with key chains such as `encoder/w`) where all fields are.
///
/// * Fields of integer types, `bool`, `char` and `&str` never carry a derivative, nor do those marked `#[constant]`: the
///   tangent doesn't have them. In a tuple struct `()` keeps their places, so that `grads.2` belongs to `layer.2`.
/// * An enum's tangent has the same variants, also those without fields: `ShapeTangent::Circle { radius }`. Tangents of
///   different variants don't add up; to try it is a panic.
/// * A borrowed field has the tangent of what it points to, so the tangent has no lifetimes. A type with a field behind
///   `&` can't be moved along a direction.
/// * Generic parameters stay where an active field needs them; the types of generic fields have to be `Differentiable`.
/// * A type may hold itself, as in `Box<Expr>`. Of types that hold each other, one needs `#[differentiable(recursive)]`; it
///   is differentiable, but no container.
/// * Constant fields of a struct are read and written in differentiable functions of the same crate as one expects: as bounds,
///   indices, conditions, factors.
/// * `#[differentiable(crate = path)]` on the type changes where the runtime is found, for crates that re-export it.
#[proc_macro_derive(Differentiable, attributes(constant, differentiable))]
pub fn derive_differentiable(item: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(item as syn::DeriveInput);
    derive::expand(&input).into()
}
