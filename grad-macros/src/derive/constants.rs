//! The fields that never carry a derivative, by accessors: the tangent has no such fields, so that code on values of this type
//! has to know which they are, and asks rustc in this way.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::model::{Kind, Model};
use crate::parse::{fields, payloads};

/// `fn __constant_units(&self) -> &usize`, for each constant field of a struct.
pub fn accessors(model: &Model) -> TokenStream {
    let [variant] = &model.variants[..] else { return TokenStream::new() };
    if model.kind == Kind::Enum {
        return TokenStream::new();
    }
    let constants = variant.fields.iter().filter(|field| field.constant);
    let accessors: Vec<TokenStream> = constants
        .map(|field| {
            let (vis, ty, member) = (&field.visibility, &field.ty, &field.member);
            let (read, write) = (fields::accessor(member, false), fields::accessor(member, true));
            quote! {
                #[doc(hidden)]
                #[inline]
                #vis fn #read(&self) -> &#ty { &self.#member }
                #[doc(hidden)]
                #[inline]
                #vis fn #write(&mut self) -> &mut #ty { &mut self.#member }
            }
        })
        .collect();
    if accessors.is_empty() {
        return TokenStream::new();
    }
    let (name, (generics, arguments, clause)) = (&model.name, model.generics.split_for_impl());
    quote! {
        #[allow(dead_code, clippy::all, clippy::pedantic)]
        impl #generics #name #arguments #clause { #(#accessors)* }
    }
}

/// Tells the compiler of functions which fields there are.
pub fn register(model: &Model) {
    let owner = model.name.to_string();
    for variant in &model.variants {
        let named =
            variant.name.iter().flat_map(|name| variant.fields.iter().map(move |field| (name, field)));
        for (name, field) in named {
            payloads::register(&owner, &name.to_string(), &field.member, &field.ty);
        }
    }
    for field in model.variants.iter().flat_map(|variant| &variant.fields) {
        let known = if model.kind == Kind::Struct && field.constant {
            Some(field.ty.to_token_stream().to_string())
        } else {
            None
        };
        fields::register(&owner, &field.member, known);
    }
}
