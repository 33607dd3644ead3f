//! The tangent type: its definition, and the standard traits that it has.
//!
//! `Clone`, `Debug` and `PartialEq` aren't derived, because a derive would require them of the type parameters, of which
//! the fields hold the tangents alone.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{Generics, WherePredicate};

use super::bounds::Bounds;
use super::model::{Field, Kind, Model, Style, Variant};
use super::patterns::{Side, construct, with_fields, with_fields_of_both};

/// The struct or the enum itself.
pub fn definition(model: &Model, bounds: &Bounds) -> TokenStream {
    let (visibility, name, primal) = (&model.visibility, &model.tangent, &model.name);
    let generics = bounds.definition();
    let (parameters, clause) = (&generics.params, &generics.where_clause);
    let parameters = (!parameters.is_empty()).then(|| quote!(<#parameters>));
    let doc = format!("The tangent of [`{primal}`]: what its derivatives are made of.");
    let head = quote!(#[doc = #doc] #visibility);
    if model.kind == Kind::Enum {
        let variants = model.variants.iter().map(|variant| enum_variant(variant, bounds, primal));
        return quote!(#head enum #name #parameters #clause { #(#variants),* });
    }
    let structs = model.variants.iter().map(|only| {
        let body = fields(only, bounds, true);
        match only.style {
            Style::Named => quote!(#head struct #name #parameters #clause #body),
            Style::Tuple | Style::Unit => quote!(#head struct #name #parameters #body #clause;),
        }
    });
    structs.collect()
}

fn enum_variant(variant: &Variant, bounds: &Bounds, primal: &Ident) -> TokenStream {
    let name = &variant.name;
    let doc = format!("The tangent of this variant of [`{primal}`].");
    let body = fields(variant, bounds, false);
    quote!(#[doc = #doc] #name #body)
}

/// The fields in their braces or parentheses. A constant field of a tuple leaves `()`, so that the others keep their numbers.
fn fields(variant: &Variant, bounds: &Bounds, with_visibility: bool) -> TokenStream {
    let visibility = |field: &Field| with_visibility.then(|| field.visibility.clone());
    match variant.style {
        Style::Unit => TokenStream::new(),
        Style::Named => {
            let fields = variant.active().map(|field| {
                let (visibility, member, ty) =
                    (visibility(field), &field.member, bounds.tangent_of(&field.ty));
                let doc = format!("The derivative with respect to `{}`.", field.key());
                quote!(#[doc = #doc] #visibility #member: #ty)
            });
            quote!({ #(#fields),* })
        }
        Style::Tuple => {
            let fields = variant.fields.iter().map(|field| {
                let visibility = visibility(field);
                let ty = if field.constant { quote!(()) } else { bounds.tangent_of(&field.ty) };
                let doc = tuple_field_doc(field);
                quote!(#[doc = #doc] #visibility #ty)
            });
            quote!((#(#fields),*))
        }
    }
}

fn tuple_field_doc(field: &Field) -> String {
    if field.constant {
        format!("In the place of field {}, which is constant.", field.key())
    } else {
        format!("The derivative with respect to field {}.", field.key())
    }
}

/// `Clone`, field by field.
pub fn clone(model: &Model, bounds: &Bounds) -> TokenStream {
    let core = bounds.path("core");
    let body = with_fields(model, Side::Tangent, (quote!(self), "a"), |variant| {
        construct(variant, &quote!(Self), |field| {
            let value = field.binding("a");
            quote!(#core::clone::Clone::clone(#value))
        })
    });
    implement(
        bounds,
        &quote!(#core::clone::Clone),
        &quote! {
            fn clone(&self) -> Self { #body }
        },
    )
}

/// `Copy`, where the tangents of all fields have it: a value that is copied in the user's code has a tangent that is
/// copied along with it.
pub fn copy(model: &Model, bounds: &Bounds) -> TokenStream {
    if model.active_fields().any(|field| bounds.is_recursive(field)) {
        return TokenStream::new();
    }
    let core = bounds.path("core");
    let path = quote!(#core::marker::Copy);
    let conditions =
        model.active_fields().map(|field| bounds.if_it_holds(&bounds.tangent_of(&field.ty), &path));
    implement_if(bounds, conditions.collect(), &path, &TokenStream::new())
}

/// `Debug`, as a derive would write it.
pub fn debug(model: &Model, bounds: &Bounds) -> TokenStream {
    let core = bounds.path("core");
    let tangent = &model.tangent;
    let body = with_fields(model, Side::Tangent, (quote!(self), "a"), |variant| {
        let name = variant.name.as_ref().unwrap_or(tangent).to_string();
        debug_fields(variant, &name)
    });
    implement(
        bounds,
        &quote!(#core::fmt::Debug),
        &quote! {
            fn fmt(&self, formatter: &mut #core::fmt::Formatter<'_>) -> #core::fmt::Result { #body }
        },
    )
}

fn debug_fields(variant: &Variant, name: &str) -> TokenStream {
    match variant.style {
        Style::Unit => quote!(formatter.write_str(#name)),
        Style::Named => {
            let fields = variant.active().map(|field| {
                let (key, value) = (field.key(), field.binding("a"));
                quote!(.field(#key, #value))
            });
            quote!(formatter.debug_struct(#name)#(#fields)*.finish())
        }
        Style::Tuple => {
            let fields = variant.fields.iter().map(|field| {
                let value = field.binding("a");
                if field.constant { quote!(.field(&())) } else { quote!(.field(#value)) }
            });
            quote!(formatter.debug_tuple(#name)#(#fields)*.finish())
        }
    }
}

/// `PartialEq`, field by field.
pub fn partial_eq(model: &Model, bounds: &Bounds) -> TokenStream {
    let core = bounds.path("core");
    let other = Ident::new("other", Span::call_site());
    let body = with_fields_of_both(model, Side::Tangent, &other, equal_fields, &quote!(false));
    implement(
        bounds,
        &quote!(#core::cmp::PartialEq),
        &quote! {
            fn eq(&self, other: &Self) -> bool { #body }
        },
    )
}

fn equal_fields(variant: &Variant) -> TokenStream {
    let mut fields = variant.active().map(|field| {
        let (a, b) = (field.binding("a"), field.binding("b"));
        quote!(*#a == *#b)
    });
    let first = fields.next().unwrap_or(quote!(true));
    quote!(#first #(&& #fields)*)
}

/// An impl of a trait for the tangent.
pub fn implement(bounds: &Bounds, path: &TokenStream, items: &TokenStream) -> TokenStream {
    implement_if(bounds, Vec::new(), path, items)
}

/// An impl of a trait for the tangent, under conditions.
pub fn implement_if(
    bounds: &Bounds,
    conditions: Vec<WherePredicate>,
    path: &TokenStream,
    items: &TokenStream,
) -> TokenStream {
    let (generics, tangent) = bounds.tangent_impl(conditions);
    implement_for(&generics, &tangent, path, items)
}

/// An impl of a trait for the tangent, with these generics.
pub fn implement_for(
    generics: &Generics,
    tangent: &TokenStream,
    path: &TokenStream,
    items: &TokenStream,
) -> TokenStream {
    let (parameters, _, clause) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #parameters #path for #tangent #clause { #items }
    }
}
