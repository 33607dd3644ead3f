//! The function as a type that `execute_with_gradients` can call.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{GenericParam, Type};

use super::face::Face;
use super::{one_or_tuple, types};

/// For functions without type parameters, as what those stand for can't be read off the variables; a method has no type, and what fails has neither
/// value nor gradients.
pub fn execute(face: &Face) -> Option<TokenStream> {
    if face.style.suffix || face.failing.is_some() {
        return None;
    }
    if face.generics.params.iter().any(|param| !matches!(param, GenericParam::Lifetime(_))) {
        return None;
    }
    let (runtime, name, conditions) = (&face.runtime, &face.name, &face.conditions);
    let (generics, clause) = (face.declared_generics(), face.where_clause());
    let names: Vec<TokenStream> = face
        .params
        .iter()
        .map(|param| {
            let name = &param.name;
            quote!(#name)
        })
        .collect();
    let inputs = one_or_tuple(
        &face
            .params
            .iter()
            .map(|param| {
                let ty = &param.ty;
                quote!(#ty)
            })
            .collect::<Vec<_>>(),
    );
    let pattern = one_or_tuple(&names);
    let gradients = one_or_tuple(&face.active().map(|param| param.tangent.clone()).collect::<Vec<_>>());
    let value = &face.differentiated;
    let (result, extra, further) = outputs(face);
    let item = quote! {
        #(#conditions)*
        #[allow(clippy::all, clippy::pedantic)]
        impl #generics #runtime::ExecuteWithGradients<#inputs> for #name #clause {
            type Value = #value;
            type Gradients = #gradients;
            type Extra = #extra;

            #[inline]
            fn execute(#pattern: #inputs) -> (#value, #gradients, #extra) {
                let (#result, gradients) = #name::value_and_grad(#(#names),*);
                (value, gradients, #further)
            }
        }
    };
    let allocates = face.active().any(|param| types::allocates(&param.known));
    Some(if allocates { quote!(#runtime::with_alloc! { #item }) } else { item })
}

/// The pattern of the result, the type of the further outputs, and the further outputs.
fn outputs(face: &Face) -> (TokenStream, TokenStream, TokenStream) {
    let parts: Vec<&Type> = match types::strip(&face.result) {
        Type::Tuple(tuple) if face.has_further_outputs => tuple.elems.iter().skip(1).collect(),
        _ => Vec::new(),
    };
    if parts.is_empty() {
        return (quote!(value), quote!(()), quote!(()));
    }
    let names: Vec<TokenStream> = (1..=parts.len())
        .map(|number| {
            let name = quote::format_ident!("output_{number}");
            quote!(#name)
        })
        .collect();
    let types: Vec<TokenStream> = parts.into_iter().map(|part| quote!(#part)).collect();
    (quote!((value, #(#names),*)), one_or_tuple(&types), one_or_tuple(&names))
}
