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
#[proc_macro_attribute]
pub fn differentiable(attribute: TokenStream, item: TokenStream) -> TokenStream {
    guard::expand(expand::differentiable, attribute.into(), item.into()).into()
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
/// * `#[differentiable(crate = path)]` on the type changes where the runtime is found, for crates that re-export it.
#[proc_macro_derive(Differentiable, attributes(constant, differentiable))]
pub fn derive_differentiable(item: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(item as syn::DeriveInput);
    derive::expand(&input).into()
}
