//! `#[derive(Differentiable)]`: reads a type, writes its tangent type and the traits of both.
//!
//! [`parse`] makes a [`model::Model`] of the type, a struct being an enum of one variant to it; every other file emits one part.

mod bounds;
mod leaves;
mod messages;
mod model;
mod parse;
mod patterns;
mod primal;
mod tangent;
mod vector;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use bounds::Bounds;

/// What `#[derive(Differentiable)]` adds beside the type, or the errors that say why it can't.
pub fn expand(input: &DeriveInput) -> TokenStream {
    let model = match parse::model(input) {
        Ok(model) => model,
        Err(errors) => return errors.into_compile_error(),
    };
    let bounds = Bounds::new(&model);
    [
        tangent::definition(&model, &bounds),
        tangent::clone(&model, &bounds),
        tangent::debug(&model, &bounds),
        tangent::partial_eq(&model, &bounds),
        primal::differentiable(&model, &bounds),
        primal::step_along(&model, &bounds),
        primal::maybe_variable(&model, &bounds),
        vector::differentiable(&model, &bounds),
        vector::step_along(&model, &bounds),
        vector::tangent(&model, &bounds),
        leaves::both(&model, &bounds),
    ]
    .into_iter()
    .collect()
}
