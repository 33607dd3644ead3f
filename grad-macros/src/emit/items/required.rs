//! The items of a trait's required method: the pair and forward mode are required as well, the others follow from them.

use proc_macro2::TokenStream;
use quote::quote;

use super::face::Face;
use super::{gradient, jacobian, pair, rule, second, slots};
use crate::parse::Function;

/// The items of a method without a body.
pub fn required(function: &Function) -> TokenStream {
    let face = Face::new(function);
    let (result, half, seed, of) = (&face.result, pair::half(&face), face.seed(), face.link());
    let doc = format!("The value of {of} and the backward half of its derivative.");
    let mut items =
        vec![declaration(&face, "forward", &doc, &face.declared(false), &quote!((#result, #half)))];
    let doc = format!("The value of {of} and its derivative along the tangents.");
    items.push(declaration(&face, "jvp", &doc, &rule::tangents(&face).0, &quote!((#result, #seed))));
    if face.has_gradient() {
        items.push(gradient(&face, "grad", false));
        items.push(gradient(&face, "value_and_grad", true));
        items.push(rule::grad_into(&face));
    }
    items.extend(jacobian::jacobian(&face));
    items.push(slots::pull(&face, "__pull"));
    items.extend(slots::mask(&face));
    items.push(slots::push(&face));
    if function.options.second_order {
        items.extend(second::required(function, &face));
    }
    quote!(#(#items)*)
}

/// A function without a body.
pub fn declaration(
    face: &Face,
    name: &str,
    doc: &str,
    params: &[TokenStream],
    output: &TokenStream,
) -> TokenStream {
    let (generics, clause) = (face.declared_generics(), face.where_clause());
    let (name, prefix, output) = (face.item(name), face.prefix(), face.answers(output));
    quote! {
        #[doc = #doc]
        #prefix fn #name #generics (#(#params),*) -> #output #clause;
    }
}
