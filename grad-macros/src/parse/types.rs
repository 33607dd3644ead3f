//! From types as written to types as known.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{
    GenericArgument, GenericParam, Generics, PathArguments, Type, TypeParamBound, TypePath, WherePredicate,
};

use crate::ir::{Algebra, Float, Ty};

/// The types whose values never carry a derivative; `&str` is another.
pub const NEVER_DIFFERENTIABLE: [&str; 14] =
    ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool", "char"];

/// The type parameters that stand for a scalar: bound by `Real` or `RealField`.
pub fn scalar_parameters(generics: &Generics) -> Vec<Ident> {
    let mut scalars = Vec::new();
    for parameter in &generics.params {
        if let GenericParam::Type(parameter) = parameter
            && parameter.bounds.iter().any(is_scalar_bound)
        {
            scalars.push(parameter.ident.clone());
        }
    }
    for predicate in generics.where_clause.iter().flat_map(|clause| &clause.predicates) {
        if let WherePredicate::Type(predicate) = predicate
            && predicate.bounds.iter().any(is_scalar_bound)
            && let Type::Path(path) = &predicate.bounded_ty
            && let Some(ident) = path.path.get_ident()
        {
            scalars.push(ident.clone());
        }
    }
    scalars
}

fn is_scalar_bound(bound: &TypeParamBound) -> bool {
    match bound {
        TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "Real" || segment.ident == "RealField"),
        _ => false,
    }
}

/// What is known of a type that the user wrote. References are seen through.
pub fn known(ty: &Type, scalars: &[Ident]) -> Ty {
    match ty {
        Type::Paren(inner) => known(&inner.elem, scalars),
        Type::Group(inner) => known(&inner.elem, scalars),
        Type::Reference(inner) => known(&inner.elem, scalars),
        Type::Array(array) => Ty::Array(Box::new(known(&array.elem, scalars)), array.len.to_token_stream()),
        Type::Slice(slice) => Ty::Slice(Box::new(known(&slice.elem, scalars))),
        Type::Tuple(tuple) => Ty::Tuple(tuple.elems.iter().map(|element| known(element, scalars)).collect()),
        Type::Path(path) => known_path(ty, path, scalars),
        Type::FnPtr(_) | Type::TraitObject(_) | Type::ImplTrait(_) => Ty::Named(Box::new(ty.clone())),
        _ => Ty::Unknown,
    }
}

fn known_path(ty: &Type, path: &TypePath, scalars: &[Ident]) -> Ty {
    let named = || Ty::Named(Box::new(ty.clone()));
    let Some(last) = path.path.segments.last() else { return named() };
    let alone = path.qself.is_none() && path.path.segments.len() == 1;
    let argument = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.iter().find_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
        }
        _ => None,
    };
    match (last.ident.to_string().as_str(), argument) {
        ("f32", None) if alone => Ty::Float(Float::F32),
        ("f64", None) if alone => Ty::Float(Float::F64),
        ("bool", None) if alone => Ty::Bool,
        ("char" | "str" | "Infallible", None) if alone => Ty::Constant,
        (name, None) if alone && is_integer(name) => Ty::Int,
        ("Vec", Some(element)) => Ty::Vec(Box::new(known(element, scalars))),
        ("Variable", Some(inner)) => known(inner, scalars),
        (name, Some(number)) => match (Algebra::named(name), known(number, scalars)) {
            (Some(algebra), number @ Ty::Float(_)) => {
                Ty::Algebra(algebra, Box::new(number), elements(name, &last.arguments))
            }
            _ => named(),
        },
        (_, None) if alone && scalars.contains(&last.ident) => Ty::Float(Float::Generic(last.ident.clone())),
        _ => named(),
    }
}

/// How many numbers a vector, point or matrix of this name has: 6 of a `Matrix2x3<_>`, `N` of an `SVector<_, N>`.
pub fn elements(name: &str, arguments: &PathArguments) -> Option<TokenStream> {
    if let ("SVector" | "RowSVector" | "Point", PathArguments::AngleBracketed(arguments)) = (name, arguments)
    {
        return arguments.args.iter().nth(1).map(ToTokens::to_token_stream);
    }
    let digits = name.trim_start_matches(|one: char| !one.is_ascii_digit());
    let sides: Vec<usize> = digits.split('x').map(str::parse).collect::<Result<_, _>>().ok()?;
    let count = match sides[..] {
        [rows, columns] => rows * columns,
        [side] if name.starts_with("Matrix") => side * side,
        [side] => side,
        _ => return None,
    };
    Some(proc_macro2::Literal::usize_unsuffixed(count).to_token_stream())
}

/// Whether a name is that of a primitive integer type.
pub fn is_integer(name: &str) -> bool {
    matches!(
        name,
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize"
    )
}

/// Whether the type is written `Variable<T>` or `&Variable<T>`.
pub fn is_variable(ty: &Type) -> bool {
    match ty {
        Type::Reference(inner) => is_variable(&inner.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == "Variable"),
        _ => false,
    }
}
