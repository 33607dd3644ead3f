//! `#[derive(Differentiable)]`: reads a type, writes its tangent type and the traits of both.
//!
//! [`parse`] makes a [`model::Model`] of the type, a struct being an enum of one variant to it; every other file emits one part.

mod bounds;
mod constants;
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
use model::Model;

/// What `#[derive(Differentiable)]` adds beside the type, and the errors that say why it can't.
pub fn expand(input: &DeriveInput) -> TokenStream {
    let (model, errors) = parse::model(input);
    let items = model.map(|model| {
        constants::register(&model);
        items(&model)
    });
    let errors = errors.map(syn::Error::into_compile_error);
    errors.into_iter().chain(items).collect()
}

/// The tangent type, and the impls for both types.
fn items(model: &Model) -> TokenStream {
    let bounds = Bounds::new(model);
    let mut items: TokenStream = [
        constants::accessors(model),
        tangent::definition(model, &bounds),
        tangent::clone(model, &bounds),
        tangent::debug(model, &bounds),
        tangent::partial_eq(model, &bounds),
        primal::differentiable(model, &bounds),
        primal::step_along(model, &bounds),
        primal::derived(model),
        vector::differentiable(model, &bounds),
        vector::step_along(model, &bounds),
        vector::tangent(model, &bounds),
    ]
    .into_iter()
    .collect();
    // What depends on whether the fields' types have a trait would depend on itself.
    if !model.recursive {
        items.extend([
            tangent::copy(model, &bounds),
            primal::maybe_variable(model, &bounds),
            leaves::both(model, &bounds),
        ]);
    }
    items
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    /// A message that nobody has seen is a message that nobody has checked.
    #[test]
    fn every_message_has_a_test_that_shows_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui/derive");
        for name in super::messages::NAMES {
            for extension in ["rs", "stderr"] {
                let file = folder.join(name).with_extension(extension);
                assert!(file.exists(), "{} is missing", file.display());
            }
        }
    }
}
