//! Where the result is written as an array of floats, and each parameter as a float or floats in a row.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

use super::Jacobian;
use crate::emit::items::face::{Face, FaceParam};
use crate::emit::items::{one_or_tuple, stubs, types};
use crate::emit::op;
use crate::ir::{Ty, VarKind};

/// `None` where a type isn't written like that.
pub fn jacobian(face: &Face) -> Option<TokenStream> {
    let (Ty::Array(element, _), Type::Array(written)) = (&face.known, types::strip(&face.differentiated))
    else {
        return None;
    };
    let differentiable =
        face.active().all(|param| param.passing != VarKind::RefMut && shape(param).is_some());
    if !element.is_float() || !differentiable {
        return None;
    }
    let (runtime, rows) = (&face.runtime, &written.len);
    let mut names = face.names();
    let backward = names.fresh("backward", Span::call_site());
    let (seed, row, table) = (
        names.fresh("seed", Span::call_site()),
        names.fresh("row", Span::call_site()),
        names.fresh("rows", Span::call_site()),
    );
    let (mut buffers, mut inputs, mut returned, mut parts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for param in face.active() {
        let bar = names.fresh(&format!("{}_bar", param.name), Span::call_site());
        if param.passing == VarKind::Owned {
            returned.push(quote!(#bar));
        } else {
            let zero = stubs::zero(param, runtime);
            buffers.push(quote!(let mut #bar = #zero;));
            inputs.push(quote!(&mut #bar));
        }
        parts.push(bar);
    }
    let forward = face.call("forward", face.params.iter().map(|param| param.name.to_token_stream()));
    let zero = op::zero(element, runtime)?;
    let one = op::one(element, runtime);
    let answer = one_or_tuple(&returned);
    let whole = one_or_tuple(&parts.iter().map(|bar| quote!(#bar)).collect::<Vec<_>>());
    let columns: Vec<TokenStream> = face
        .active()
        .enumerate()
        .map(|(index, param)| {
            let index = syn::Index::from(index);
            let one = parts.len() == 1;
            let part = if one { quote!(#row) } else { quote!(#row.#index) };
            if types::allocates(&param.known) {
                quote!(#runtime::matrix(#table.each_ref().map(|#row| &#part[..])))
            } else {
                quote!(#table.each_ref().map(|#row| #part.clone()))
            }
        })
        .collect();
    let columns = one_or_tuple(&columns);
    let results: Vec<TokenStream> = face.active().filter_map(|param| full(param, rows, runtime)).collect();
    let results = one_or_tuple(&results);
    let value = names.fresh("value", Span::call_site());
    let (question, success) = (face.question(), face.success(&quote!((#value, #columns))));
    let body = quote! {
        let (#value, #backward) = #forward #question;
        let #table: [_; #rows] = ::core::array::from_fn(|#row| {
            let mut #seed = [#zero; #rows];
            #seed[#row] = #one;
            #(#buffers)*
            let #answer = #backward(#seed, #(#inputs),*);
            #whole
        });
        #success
    };
    let allocates = face.active().any(|param| types::allocates(&param.known));
    Some(super::items(face, &Jacobian { matrices: results, clause: None, body, mutable: false, allocates }))
}

/// What a row of a parameter's Jacobian is made of.
fn shape(param: &FaceParam) -> Option<()> {
    match &param.known {
        Ty::Float(_) => Some(()),
        _ if is_own(param) => Some(()),
        Ty::Array(element, _) | Ty::Slice(element) | Ty::Vec(element) => element.is_float().then_some(()),
        _ => None,
    }
}

/// A type of the user's own: a row is a tangent.
fn is_own(param: &FaceParam) -> bool {
    matches!(types::strip(&param.ty), Type::Path(path) if path.path.is_ident("Self"))
        && matches!(param.known, Ty::Named(_))
}

fn full(param: &FaceParam, rows: &syn::Expr, runtime: &TokenStream) -> Option<TokenStream> {
    let tangent = &param.tangent;
    match &param.known {
        Ty::Float(_) | Ty::Array(..) => Some(quote!([#tangent; #rows])),
        _ if is_own(param) => Some(quote!([#tangent; #rows])),
        Ty::Slice(element) | Ty::Vec(element) => {
            let element = match &**element {
                Ty::Float(crate::ir::Float::F32) => quote!(f32),
                Ty::Float(crate::ir::Float::F64) => quote!(f64),
                Ty::Float(crate::ir::Float::Generic(name)) => quote!(#name),
                _ => return None,
            };
            Some(quote!(#runtime::DMatrix<#element>))
        }
        _ => None,
    }
}
