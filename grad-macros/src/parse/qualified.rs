//! Paths that start with a type in angle brackets.

use syn::{ExprPath, PathArguments, Type, TypePath};

/// Writes `<f64>::sqrt` as `f64::sqrt`, which is the same; `<T as Trait>::f` and types that aren't paths stay as they are.
pub fn flatten(expr: &mut ExprPath) {
    let Some(qself) = expr.qself.take_if(|qself| qself.as_token.is_none()) else { return };
    let Some(mut path) = path_of(&qself.ty).cloned() else {
        expr.qself = Some(qself);
        return;
    };
    if let Some(PathArguments::AngleBracketed(arguments)) =
        path.segments.last_mut().map(|last| &mut last.arguments)
    {
        arguments.colon2_token.get_or_insert_default();
    }
    path.segments.extend(std::mem::take(&mut expr.path.segments));
    expr.path = path;
}

/// The path that a type is.
fn path_of(ty: &Type) -> Option<&syn::Path> {
    match ty {
        Type::Path(TypePath { qself: None, path, .. }) => Some(path),
        Type::Paren(inner) => path_of(&inner.elem),
        Type::Group(inner) => path_of(&inner.elem),
        _ => None,
    }
}
