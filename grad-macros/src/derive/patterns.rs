//! Patterns and constructors of a struct or of the variants of an enum, so that no emitter needs to know which it is.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::model::{Field, Kind, Model, Style, Variant};

/// Which of the two types a pattern is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Primal,
    Tangent,
}

/// `body` with the active fields of `value` bound as `{prefix}_{field}`.
pub fn with_fields(
    model: &Model,
    side: Side,
    (value, prefix): (TokenStream, &str),
    body: impl Fn(&Variant) -> TokenStream,
) -> TokenStream {
    let arms = model.variants.iter().map(|variant| {
        let pattern = pattern(variant, &quote!(Self), side, prefix);
        (pattern, body(variant))
    });
    select(model, &value, arms.collect(), None)
}

/// `body` with the active fields of `self` bound as `a_{field}`, those of a tangent `b` as `b_{field}`.
///
/// Two different variants of an enum have nothing in common: then `otherwise` runs.
pub fn with_fields_of_both(
    model: &Model,
    side: Side,
    b: &Ident,
    body: impl Fn(&Variant) -> TokenStream,
    otherwise: &TokenStream,
) -> TokenStream {
    let tangent = &model.tangent;
    let arms = model.variants.iter().map(|variant| {
        let first = pattern(variant, &quote!(Self), side, "a");
        let second = pattern(variant, &quote!(#tangent), Side::Tangent, "b");
        (quote!((#first, #second)), body(variant))
    });
    select(model, &quote!((self, #b)), arms.collect(), Some(otherwise))
}

/// A value of a variant of `ty`, each active field by `value`.
pub fn construct(variant: &Variant, ty: &TokenStream, value: impl Fn(&Field) -> TokenStream) -> TokenStream {
    let path = variant_path(variant, ty);
    match variant.style {
        Style::Unit => path,
        Style::Named => {
            let fields = variant.active().map(|field| {
                let (member, value) = (&field.member, value(field));
                quote!(#member: #value)
            });
            quote!(#path { #(#fields),* })
        }
        Style::Tuple => {
            let fields =
                variant.fields.iter().map(|field| if field.constant { quote!(()) } else { value(field) });
            quote!(#path(#(#fields),*))
        }
    }
}

/// A `let` for a struct, a `match` for an enum.
fn select(
    model: &Model,
    value: &TokenStream,
    arms: Vec<(TokenStream, TokenStream)>,
    otherwise: Option<&TokenStream>,
) -> TokenStream {
    if model.kind == Kind::Enum && arms.is_empty() {
        return quote!(match *self {});
    }
    let wildcard = otherwise.filter(|_| arms.len() > 1).map(|otherwise| quote!(_ => #otherwise));
    let (patterns, bodies): (Vec<_>, Vec<_>) = arms.into_iter().unzip();
    match model.kind {
        Kind::Struct => quote!(#(let #patterns = #value; #bodies)*),
        Kind::Enum => quote!(match #value { #(#patterns => { #bodies })* #wildcard }),
    }
}

/// The pattern that binds the active fields of a variant.
fn pattern(variant: &Variant, ty: &TokenStream, side: Side, prefix: &str) -> TokenStream {
    let path = variant_path(variant, ty);
    if variant.style == Style::Unit {
        return path;
    }
    let bindings = variant.active().map(|field| {
        let (member, binding) = (&field.member, field.binding(prefix));
        quote!(#member: #binding)
    });
    let rest = has_more(variant, side).then(|| quote!(..));
    quote!(#path { #(#bindings,)* #rest })
}

/// Whether a variant has fields that aren't active: the constant ones, of which a tangent keeps the places in a tuple.
fn has_more(variant: &Variant, side: Side) -> bool {
    let constants = variant.fields.iter().any(|field| field.constant);
    constants && (matches!(side, Side::Primal) || variant.style == Style::Tuple)
}

fn variant_path(variant: &Variant, ty: &TokenStream) -> TokenStream {
    match &variant.name {
        Some(name) => quote!(#ty::#name),
        None => ty.clone(),
    }
}
