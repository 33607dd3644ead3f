//! The types of gradients, cotangents and tangents, from the types as written.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, Type};

use crate::ir::Ty;

/// The tangent type of a type, where references are seen through.
pub fn tangent(ty: &Type, known: &Ty, runtime: &TokenStream) -> TokenStream {
    match (strip(ty), known) {
        (ty, Ty::Float(_)) if !is_variable(ty) => ty.to_token_stream(),
        (Type::Array(array), Ty::Array(element, _)) => {
            let (element, len) = (tangent(&array.elem, element, runtime), &array.len);
            quote!([#element; #len])
        }
        (Type::Slice(slice), Ty::Slice(element)) => {
            let element = tangent(&slice.elem, element, runtime);
            quote!(#runtime::Vec<#element>)
        }
        (Type::Path(path), Ty::Vec(element)) => match vec_element(path) {
            Some(written) => {
                let element = tangent(written, element, runtime);
                quote!(#runtime::Vec<#element>)
            }
            None => projected(ty, runtime),
        },
        (Type::Tuple(tuple), Ty::Tuple(elements)) => {
            let elements = tuple.elems.iter().zip(elements).map(|(ty, known)| tangent(ty, known, runtime));
            quote!((#(#elements,)*))
        }
        (ty, _) => projected(ty, runtime),
    }
}

/// The type of the cotangents and tangents of a result: what is made of integers and booleans alone has none.
pub fn of_result(ty: &Type, known: &Ty, runtime: &TokenStream) -> TokenStream {
    match (strip(ty), known) {
        (Type::Tuple(tuple), Ty::Tuple(elements)) => {
            let elements = tuple.elems.iter().zip(elements).map(|(ty, known)| {
                if known.is_discrete() { quote!(()) } else { of_result(ty, known, runtime) }
            });
            quote!((#(#elements,)*))
        }
        (ty, known) => tangent(ty, known, runtime),
    }
}

/// What a buffer for the tangent is behind its `&mut`: a slice for slices and `Vec`s.
pub fn buffer(ty: &Type, known: &Ty, runtime: &TokenStream) -> TokenStream {
    match (strip(ty), known) {
        (Type::Slice(slice), Ty::Slice(element)) => {
            let element = tangent(&slice.elem, element, runtime);
            quote!([#element])
        }
        (Type::Path(path), Ty::Vec(element)) => match vec_element(path) {
            Some(written) => {
                let element = tangent(written, element, runtime);
                quote!([#element])
            }
            None => projected(ty, runtime),
        },
        _ => tangent(ty, known, runtime),
    }
}

/// Whether tangents of the type need an allocator: they hold a `Vec`.
pub fn allocates(known: &Ty) -> bool {
    match known {
        Ty::Slice(_) | Ty::Vec(_) => true,
        Ty::Array(element, _) => allocates(element),
        Ty::Tuple(elements) => elements.iter().any(allocates),
        Ty::Float(_)
        | Ty::Int
        | Ty::Bool
        | Ty::Constant
        | Ty::Option(_)
        | Ty::Unknown
        | Ty::Named(_)
        | Ty::Algebra(..) => false,
    }
}

fn projected(ty: &Type, runtime: &TokenStream) -> TokenStream {
    let ty = strip(ty);
    quote!(<#ty as #runtime::Differentiable>::Tangent)
}

/// The type behind references and parentheses.
pub fn strip(ty: &Type) -> &Type {
    match ty {
        Type::Reference(inner) => strip(&inner.elem),
        Type::Paren(inner) => strip(&inner.elem),
        Type::Group(inner) => strip(&inner.elem),
        other => other,
    }
}

/// `Variable<f64>` is known as a float, but isn't written as one.
fn is_variable(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Variable"))
}

fn vec_element(path: &syn::TypePath) -> Option<&Type> {
    let last = path.path.segments.last()?;
    if last.ident != "Vec" {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}
