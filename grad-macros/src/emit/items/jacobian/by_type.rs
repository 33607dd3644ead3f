//! Where a type has only a name: the runtime knows which matrix belongs to which result and which parameter.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Type, WhereClause, parse_quote};

use super::Jacobian;
use crate::emit::items::face::{Face, FaceParam};
use crate::emit::items::{one_or_tuple, stubs, types};
use crate::emit::names::Names;
use crate::ir::{Ty, VarKind};

/// For results that may turn out to be a vector. If the type is another, whoever calls the item is told so.
pub fn jacobian(face: &Face) -> Option<TokenStream> {
    let may_be_vector = match &face.known {
        Ty::Array(element, _) | Ty::Vec(element) => element.is_float(),
        Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Constant | Ty::Option(_) | Ty::Tuple(_) | Ty::Slice(_) => {
            false
        }
        Ty::Unknown | Ty::Named(_) | Ty::Algebra(..) => {
            matches!(types::strip(&face.differentiated), Type::Path(_))
        }
    };
    if !may_be_vector || face.active().any(|param| param.passing == VarKind::RefMut) {
        return None;
    }
    let mut names = face.names();
    let params: Vec<Part<'_>> = face.active().map(|param| Part::new(param, &mut names)).collect();
    let matrices: Vec<TokenStream> = params.iter().map(|part| part.matrix(face)).collect();
    let clause = bounds(face, &params);
    let body = body(face, &params, &mut names);
    let allocates =
        types::allocates(&face.known) || params.iter().any(|part| types::allocates(&part.param.known));
    let matrices = one_or_tuple(&matrices);
    Some(super::items(face, &Jacobian { matrices, clause: Some(clause), body, mutable: false, allocates }))
}

/// A parameter, the cotangent of one row, and the rows.
struct Part<'a> {
    param: &'a FaceParam,
    cotangent: Ident,
    rows: Ident,
}

impl<'a> Part<'a> {
    fn new(param: &'a FaceParam, names: &mut Names) -> Self {
        let cotangent = names.fresh(&format!("{}_bar", param.name), Span::call_site());
        let rows = names.fresh(&format!("{}_rows", param.name), Span::call_site());
        Self { param, cotangent, rows }
    }

    /// `Rows<gradient, seed>`
    fn table(&self, face: &Face) -> TokenStream {
        let (runtime, gradient, seed) = (&face.runtime, &self.param.tangent, face.seed());
        quote!(#runtime::Rows<#gradient, #seed>)
    }

    fn matrix(&self, face: &Face) -> TokenStream {
        let (result, table) = (&face.differentiated, self.table(face));
        quote!(<#result as #table>::Matrix)
    }
}

/// A bound that doesn't hold is an error where it stands, unless it is about every lifetime: then it is one where it's used.
fn bounds(face: &Face, params: &[Part<'_>]) -> WhereClause {
    let mut clause = face.where_clause().cloned().unwrap_or_else(|| parse_quote!(where));
    let result = &face.differentiated;
    for part in params {
        let table = part.table(face);
        clause.predicates.push(parse_quote!(for<'any> #result: #table));
    }
    clause
}

fn body(face: &Face, params: &[Part<'_>], names: &mut Names) -> TokenStream {
    let runtime = &face.runtime;
    let mut fresh = |name: &str| names.fresh(name, Span::call_site());
    let (value, backward, row) = (fresh("value"), fresh("backward"), fresh("row"));
    let (result, seed) = (&face.differentiated, face.seed());
    let forward = face.call("forward", face.params.iter().map(|param| param.name.to_token_stream()));
    let differentiated = if face.has_further_outputs { quote!(#value.0) } else { quote!(#value) };
    let (cotangents, rows): (Vec<&Ident>, Vec<&Ident>) =
        params.iter().map(|part| (&part.cotangent, &part.rows)).unzip();
    let tables: Vec<TokenStream> = params.iter().map(|part| part.table(face)).collect();
    let zeros = params.iter().map(|part| stubs::zero(part.param, runtime));
    let borrowed = || params.iter().filter(|part| part.param.passing != VarKind::Owned);
    let buffers: Vec<&Ident> = borrowed().map(|part| &part.cotangent).collect();
    let returned: Vec<TokenStream> = params
        .iter()
        .filter(|part| part.param.passing == VarKind::Owned)
        .map(|part| {
            let cotangent = &part.cotangent;
            quote!(#cotangent)
        })
        .collect();
    let returned = one_or_tuple(&returned);
    let component = quote!(<#result as #runtime::Components<#seed>>);
    let matrices = one_or_tuple(&rows.iter().map(|rows| quote!(#rows)).collect::<Vec<_>>());
    let (question, success) = (face.question(), face.success(&quote!((#value, #matrices))));
    quote! {
        #(let mut #cotangents = #zeros;)*
        let (#value, #backward) = #forward #question;
        #(let mut #rows = <#result as #tables>::start(&#differentiated, &#cotangents);)*
        for #row in 0..#component::count(&#differentiated) {
            #(#runtime::Tangent::set_zero(&mut #buffers);)*
            let #returned = #backward(#component::seed(&#differentiated, #row), #(&mut #buffers),*);
            #(<#result as #tables>::put(&mut #rows, #row, &#cotangents);)*
        }
        #success
    }
}
