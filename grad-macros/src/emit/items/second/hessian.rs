//! `hessian`: a product with each unit direction.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

use super::super::face::{Face, FaceParam};
use super::super::{item, types};
use crate::emit::op;
use crate::ir::{Ty, VarKind};

/// How a product is called.
type Product<'a> = &'a dyn Fn(Vec<TokenStream>) -> TokenStream;

/// For scalar parameters, and for one array, slice, vector or static vector; `None` for other shapes.
pub fn hessian(face: &Face, hvp: Product<'_>) -> Option<TokenStream> {
    let result = result(face)?;
    let body = match active(face)[..] {
        [one] if !one.known.is_float() => vector(face, one, hvp)?,
        ref scalars => table(face, scalars, hvp),
    };
    let doc = format!("The Hessian of {}.", face.link());
    let item = item(face, "hessian", &doc, &face.declared(false), &result, &body);
    let runtime = &face.runtime;
    let allocates =
        face.active().any(|param| types::allocates(&param.known) || shape(param) == Some(Shape::Dynamic));
    Some(if allocates { quote!(#runtime::with_alloc! { #item }) } else { item })
}

/// The type of the Hessian, where there is one.
pub fn result(face: &Face) -> Option<TokenStream> {
    let runtime = &face.runtime;
    // Every column is a call of its own.
    if !face.params.iter().all(is_repeatable) {
        return None;
    }
    let active = active(face);
    if let Some(first) = active.first().filter(|first| first.known.is_float()) {
        let (count, scalar) = (active.len(), &first.tangent);
        let same = active
            .iter()
            .all(|param| param.known.is_float() && param.tangent.to_string() == first.tangent.to_string());
        return same.then(|| quote!([[#scalar; #count]; #count]));
    }
    let [param] = active[..] else { return None };
    match (shape(param)?, types::strip(&param.ty)) {
        (Shape::Array, Type::Array(array)) => {
            let (element, len) = (&array.elem, &array.len);
            Some(quote!([[#element; #len]; #len]))
        }
        (Shape::Static, Type::Path(path)) => {
            let arguments: Vec<_> = arguments(path).collect();
            match arguments[..] {
                [scalar, len] => Some(quote!(#runtime::SMatrix<#scalar, #len, #len>)),
                [scalar] => {
                    let len = fixed(path)?;
                    Some(quote!(#runtime::SMatrix<#scalar, #len, #len>))
                }
                _ => None,
            }
        }
        (Shape::Slice, Type::Slice(slice)) => {
            let element = &slice.elem;
            Some(quote!(#runtime::DMatrix<#element>))
        }
        (Shape::Slice | Shape::Dynamic, Type::Path(path)) => {
            let element = arguments(path).next()?;
            Some(quote!(#runtime::DMatrix<#element>))
        }
        _ => None,
    }
}

fn active(face: &Face) -> Vec<&FaceParam> {
    face.active().collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Array,
    /// `&[T]`, `Vec<T>`
    Slice,
    /// `SVector<T, N>`, `Vector3<T>`
    Static,
    /// `DVector<T>`
    Dynamic,
}

fn shape(param: &FaceParam) -> Option<Shape> {
    match (&param.known, types::strip(&param.ty)) {
        (Ty::Array(element, _), _) if element.is_float() => Some(Shape::Array),
        (Ty::Slice(element) | Ty::Vec(element), _) if element.is_float() => Some(Shape::Slice),
        (Ty::Named(_) | Ty::Algebra(..), Type::Path(path)) => {
            match path.path.segments.last()?.ident.to_string().as_str() {
                "SVector" => Some(Shape::Static),
                "DVector" => Some(Shape::Dynamic),
                _ => fixed(path).map(|_| Shape::Static),
            }
        }
        _ => None,
    }
}

/// The length of `Vector3<T>`.
fn fixed(path: &syn::TypePath) -> Option<usize> {
    let name = path.path.segments.last()?.ident.to_string();
    let length: usize = name.strip_prefix("Vector")?.parse().ok()?;
    (1..=6).contains(&length).then_some(length)
}

fn arguments(path: &syn::TypePath) -> impl Iterator<Item = &GenericArgument> {
    let arguments = path.path.segments.last().and_then(|last| match &last.arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    });
    arguments.into_iter().flatten()
}

/// Whether the function can be called several times with what was passed once.
pub fn is_repeatable(param: &FaceParam) -> bool {
    param.passing == VarKind::Ref || is_copied(&param.known) || shape(param).is_some()
}

fn is_copied(known: &Ty) -> bool {
    match known {
        Ty::Float(_) | Ty::Int | Ty::Bool => true,
        Ty::Array(element, _) | Ty::Vec(element) => is_copied(element),
        Ty::Tuple(elements) => elements.iter().all(is_copied),
        _ => false,
    }
}

/// The arguments of one of several calls.
pub fn args(face: &Face) -> Vec<TokenStream> {
    let arg = |param: &FaceParam| {
        let name = &param.name;
        match (&param.known, param.passing) {
            (Ty::Float(_) | Ty::Int | Ty::Bool, _) | (_, VarKind::Ref) => quote!(#name),
            _ => quote!(::core::clone::Clone::clone(&#name)),
        }
    };
    face.params.iter().map(arg).collect()
}

/// Of scalar parameters: a row for each.
fn table(face: &Face, scalars: &[&FaceParam], hvp: Product<'_>) -> TokenStream {
    let row = |which: usize| {
        let units = scalars.iter().enumerate().map(|(index, param)| {
            let unit =
                if index == which { op::one(&param.known, &face.runtime) } else { zero(face, &param.known) };
            if param.passing == VarKind::Ref { quote!(&#unit) } else { unit }
        });
        let product = hvp(args(face).into_iter().chain(units).collect());
        quote!(#product.1)
    };
    let rows = (0..scalars.len()).map(row);
    let mut names = face.names();
    let entries: Vec<Ident> = scalars.iter().map(|_| names.fresh("h", Span::call_site())).collect();
    match scalars {
        [_] => quote!([[#(#rows),*]]),
        _ => {
            let rows = rows.map(|row| quote!({ let (#(#entries),*) = #row; [#(#entries),*] }));
            quote!([#(#rows),*])
        }
    }
}

fn zero(face: &Face, known: &Ty) -> TokenStream {
    op::zero(known, &face.runtime).unwrap_or_default()
}

/// Of one vector: a column for each component.
fn vector(face: &Face, param: &FaceParam, hvp: Product<'_>) -> Option<TokenStream> {
    let (runtime, name) = (&face.runtime, &param.name);
    let mut names = face.names();
    let [direction, column, matrix, along, still] =
        ["direction", "column", "hessian", "along", "zero"].map(|name| names.fresh(name, Span::call_site()));
    let lent = if param.passing == VarKind::Ref { quote!(&#direction) } else { quote!(#direction) };
    let call = hvp(args(face).into_iter().chain([lent]).collect());
    let product = |column: &Ident, direction_zero: &TokenStream, one: &TokenStream| {
        quote! {
            let mut #direction = #direction_zero;
            #direction[#column] = #one;
            #call.1
        }
    };
    Some(match (&param.known, shape(param)?) {
        (Ty::Array(element, len), _) => {
            let (zero, one) = (zero(face, element), op::one(element, runtime));
            let product = product(&column, &quote!([#zero; #len]), &one);
            quote!(::core::array::from_fn(|#column| { #product }))
        }
        (Ty::Slice(element) | Ty::Vec(element), _) => {
            let (zero, one) = (zero(face, element), op::one(element, runtime));
            let product = product(&column, &quote!(#runtime::vec![#zero; #name.len()]), &one);
            quote! {
                let mut #matrix = #runtime::DMatrix::from_element(#name.len(), #name.len(), #zero);
                for #column in 0..#name.len() {
                    let #along = { #product };
                    #matrix.column_mut(#column).copy_from_slice(&#along);
                }
                #matrix
            }
        }
        _ => {
            let zero_tangent = quote!(#runtime::zero_tangent(&#name));
            let product = product(&column, &zero_tangent, &quote!(#runtime::unit()));
            quote! {
                let #still = #zero_tangent;
                let mut #matrix = &#still * #still.transpose();
                for #column in 0..#still.len() {
                    let #along = { #product };
                    #matrix.set_column(#column, &#along);
                }
                #matrix
            }
        }
    })
}
