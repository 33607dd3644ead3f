//! What the type itself implements: `Differentiable`, `StepAlong` and `MaybeVariable`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Generics;

use super::bounds::Bounds;
use super::model::{Model, Variant};
use super::patterns::{Side, construct, with_fields, with_fields_of_both};
use crate::parse::hidden;

/// `Differentiable`: the tangent type, and its zero.
pub fn differentiable(model: &Model, bounds: &Bounds) -> TokenStream {
    let (path, tangent_type) = (bounds.path("Differentiable"), bounds.tangent_type());
    let tangent = &model.tangent;
    let body = with_fields(model, Side::Primal, (quote!(self), "a"), |variant| {
        construct(variant, &quote!(#tangent), |field| {
            let value = field.binding("a");
            quote_spanned!(field.span=> #path::zero_tangent(#value))
        })
    });
    implement(
        model,
        &bounds.primal_impl("Differentiable"),
        &path,
        &quote! {
            type Tangent = #tangent_type;

            #[inline]
            fn zero_tangent(&self) -> Self::Tangent { #body }
        },
    )
}

/// `StepAlong`, field by field.
pub fn step_along(model: &Model, bounds: &Bounds) -> TokenStream {
    if !bounds.can_step() {
        return TokenStream::new();
    }
    let path = bounds.path("StepAlong");
    let body = step_body(model, bounds, Side::Primal);
    implement(
        model,
        &bounds.primal_impl("StepAlong"),
        &path,
        &quote! {
            #[inline]
            fn step_along(&mut self, direction: &Self::Tangent, step: f64) { #body }
        },
    )
}

/// What tells that a method without a derivative is one of this type, and not of another one that it derefs to.
pub fn derived(model: &Model) -> TokenStream {
    if hidden::derefs(&model.name.to_string()) {
        return TokenStream::new();
    }
    let runtime = &model.runtime;
    implement(model, &model.generics, &quote!(#runtime::method::Derived), &TokenStream::new())
}

/// The steps of all fields, for the type or for its tangent.
pub fn step_body(model: &Model, bounds: &Bounds, side: Side) -> TokenStream {
    let path = bounds.path("StepAlong");
    let direction = Ident::new("direction", Span::call_site());
    let fields = |variant: &Variant| {
        let steps = variant.active().map(|field| {
            let (a, b) = (field.binding("a"), field.binding("b"));
            quote!(#path::step_along(#a, #b, step);)
        });
        quote!(#(#steps)*)
    };
    with_fields_of_both(model, side, &direction, fields, &mismatch(model, bounds))
}

/// What runs where two enums are in different variants.
pub fn mismatch(model: &Model, bounds: &Bounds) -> TokenStream {
    let path = bounds.path("different_variants");
    let name = model.name.to_string();
    quote!(#path(#name))
}

/// `MaybeVariable`: whether fields are variables.
pub fn maybe_variable(model: &Model, bounds: &Bounds) -> TokenStream {
    let path = bounds.path("MaybeVariable");
    let types: Vec<_> =
        model.active_fields().filter(|field| !bounds.is_recursive(field)).map(|field| &field.ty).collect();
    let some = !types.is_empty();
    implement(
        model,
        &bounds.primal_impl_if("MaybeVariable"),
        &path,
        &quote! {
            const PARTLY: bool = false #(|| <#types as #path>::PARTLY)*;
            const EXCLUSIVELY: bool = #some #(&& <#types as #path>::EXCLUSIVELY)*;
        },
    )
}

/// An impl of a trait for the type.
pub fn implement(model: &Model, generics: &Generics, path: &TokenStream, items: &TokenStream) -> TokenStream {
    let name = &model.name;
    let (parameters, _, clause) = generics.split_for_impl();
    let (_, arguments, _) = model.generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters #path for #name #arguments #clause { #items }
    }
}
