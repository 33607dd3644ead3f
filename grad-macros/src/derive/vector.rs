//! The tangent as a vector space: `Tangent`, and as its own tangent `Differentiable` and `StepAlong`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::bounds::Bounds;
use super::model::{Field, Model, Variant};
use super::patterns::{Side, construct, with_fields, with_fields_of_both};
use super::primal::{mismatch, step_body};
use super::tangent::implement;

/// A tangent is its own tangent.
pub fn differentiable(model: &Model, bounds: &Bounds) -> TokenStream {
    let path = bounds.path("Differentiable");
    let body = with_fields(model, Side::Tangent, (quote!(self), "a"), |variant| {
        construct(variant, &quote!(Self), |field| {
            let value = field.binding("a");
            quote!(#path::zero_tangent(#value))
        })
    });
    implement(
        bounds,
        &path,
        &quote! {
            type Tangent = Self;

            #[inline]
            fn zero_tangent(&self) -> Self { #body }
        },
    )
}

/// A step in the vector space: a scaled sum.
pub fn step_along(model: &Model, bounds: &Bounds) -> TokenStream {
    let body = step_body(model, bounds, Side::Tangent);
    implement(
        bounds,
        &bounds.path("StepAlong"),
        &quote! {
            #[inline]
            fn step_along(&mut self, direction: &Self, step: f64) { #body }
        },
    )
}

/// `Tangent`, field by field.
pub fn tangent(model: &Model, bounds: &Bounds) -> TokenStream {
    let path = bounds.path("Tangent");
    let set_zero = each(model, |a, _| quote!(#path::set_zero(#a);));
    let accumulate = pairs(model, bounds, |a, b| quote!(#path::accumulate(#a, #b);));
    let scale = each(model, |a, _| quote!(#path::scale(#a, factor);));
    let inner = inner(model, bounds, &path);
    implement(
        bounds,
        &path,
        &quote! {
            #[inline]
            fn set_zero(&mut self) { #set_zero }

            #[inline]
            fn accumulate(&mut self, other: &Self) { #accumulate }

            #[inline]
            fn scale(&mut self, factor: f64) { #scale }

            #[inline]
            fn inner(&self, other: &Self) -> f64 { #inner }
        },
    )
}

/// A statement for each field.
fn each(model: &Model, statement: impl Fn(&Ident, &Field) -> TokenStream) -> TokenStream {
    with_fields(model, Side::Tangent, (quote!(self), "a"), |variant| {
        variant.active().map(|field| statement(&field.binding("a"), field)).collect()
    })
}

/// A statement for each field of `self` and of `other`.
fn pairs(model: &Model, bounds: &Bounds, statement: impl Fn(&Ident, &Ident) -> TokenStream) -> TokenStream {
    let fields = |variant: &Variant| -> TokenStream {
        variant.active().map(|field| statement(&field.binding("a"), &field.binding("b"))).collect()
    };
    let other = Ident::new("other", Span::call_site());
    with_fields_of_both(model, Side::Tangent, &other, fields, &mismatch(model, bounds))
}

/// The sum of the inner products of the fields.
fn inner(model: &Model, bounds: &Bounds, path: &TokenStream) -> TokenStream {
    let sum = |variant: &Variant| {
        let products = variant.active().map(|field| {
            let (a, b) = (field.binding("a"), field.binding("b"));
            quote!(#path::inner(#a, #b))
        });
        let products: Vec<_> = products.collect();
        if products.is_empty() { quote!(0.0) } else { quote!(#(#products)+*) }
    };
    let other = Ident::new("other", Span::call_site());
    with_fields_of_both(model, Side::Tangent, &other, sum, &mismatch(model, bounds))
}
