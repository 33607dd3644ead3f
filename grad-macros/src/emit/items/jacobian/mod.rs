//! `jacobian`: one run of the backward half per component of the result.

mod by_type;
mod in_one_sweep;
mod written;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::WhereClause;

use super::face::Face;
use super::item_where;
pub use in_one_sweep::in_one_sweep;

/// For functions whose result is an array or a vector; `None` for others.
pub fn jacobian(face: &Face) -> Option<TokenStream> {
    written::jacobian(face).or_else(|| by_type::jacobian(face))
}

/// How a Jacobian is found together with the value.
struct Jacobian {
    /// The type of it: a matrix per parameter.
    matrices: TokenStream,
    /// Bounds of its own, if it has any.
    clause: Option<WhereClause>,
    /// From the parameters to `(value, matrices)`.
    body: TokenStream,
    /// Whether the body changes parameters that the function may change.
    mutable: bool,
    /// Whether it takes an allocator.
    allocates: bool,
}

/// `value_and_jacobian`, and `jacobian` alone.
fn items(face: &Face, jacobian: &Jacobian) -> TokenStream {
    let (of, runtime, result, matrices) = (face.link(), &face.runtime, &face.result, &jacobian.matrices);
    let clause = jacobian.clause.as_ref().or_else(|| face.where_clause());
    let declared = face.declared(jacobian.mutable);
    let doc = format!("The value of {of} and its Jacobian: a row per component of the result.");
    let both = quote!((#result, #matrices));
    let both = item_where(face, "value_and_jacobian", &doc, &declared, &both, clause, &jacobian.body);
    let args = face.params.iter().map(|param| param.name.to_token_stream());
    let (both_call, question) = (face.call("value_and_jacobian", args), face.question());
    let body = face.success(&quote!(#both_call #question .1));
    let doc = format!("The Jacobian of {of}: a row per component of the result.");
    let alone = item_where(face, "jacobian", &doc, &face.declared(false), matrices, clause, &body);
    if jacobian.allocates {
        quote!(#runtime::with_alloc! { #both } #runtime::with_alloc! { #alone })
    } else {
        quote!(#both #alone)
    }
}
