//! What stands in for the items of a function that has an error, so that the rest of the crate type-checks.

use proc_macro2::TokenStream;
use quote::quote;

use super::face::{Face, FaceParam};
use super::{gathered, item, one_or_tuple, pair};
use crate::ir::{Ty, VarKind};
use crate::parse::{Function, Kind, derived};

/// The items with the right signatures and no bodies.
pub fn stubs(function: &Function) -> TokenStream {
    let mut face = Face::new(function);
    // They do nothing, so it doesn't matter whose they are.
    face.style.nameless = false;
    if let Kind::Operator(operator) = &function.home.kind {
        return super::operator::stub(&function.home, operator, &face);
    }
    let nothing = quote!(::core::unreachable!());
    let declared = face.declared(false);
    let result = &face.result;
    let gradients = one_or_tuple(&face.active().map(|param| param.tangent.clone()).collect::<Vec<_>>());
    let mut items = Vec::new();
    let mut stub = |name: &str, params: &[TokenStream], output: &TokenStream, body: &TokenStream| {
        items.push(item(&face, name, "", params, output, body));
    };
    if face.has_gradient() {
        stub("grad", &declared, &gradients, &nothing);
        stub("value_and_grad", &declared, &quote!((#result, #gradients)), &nothing);
        stub("grad_into", &with(&declared, &face, buffer), &quote!(#result), &nothing);
    }
    let inputs = pair::inputs(&face);
    let outputs = pair::returned(&face);
    let answer = if outputs.is_empty() { quote!(()) } else { one_or_tuple(&outputs) };
    let half = pair::half(&face);
    let closure = quote!(|#(_: #inputs),*| -> #answer { #nothing });
    let (pair, missing) = (face.success(&quote!((#nothing, #closure))), missing(function, &face.runtime));
    stub("forward", &declared, &quote!((#result, #half)), &quote!(#missing #pair));
    let seed = face.seed();
    stub("jvp", &with(&declared, &face, tangent), &quote!((#result, #seed)), &nothing);
    items.extend(super::jacobian::jacobian(&face));
    if function.options.second_order && face.has_gradient() {
        items.extend(super::second::nothing(function, &face));
    }
    items.push(super::slots::pull(&face, "__pull"));
    items.extend(super::slots::mask(&face));
    items.push(super::slots::push(&face));
    gathered(&face, &items)
}

/// What stands in for a derive that is missing, so that nothing but that is said.
fn missing(function: &Function, runtime: &TokenStream) -> TokenStream {
    let types = derived::without_stub(function);
    quote! {
        #(
            #[allow(non_local_definitions)]
            impl #runtime::Differentiable for #types {
                type Tangent = ();
                fn zero_tangent(&self) {}
            }
        )*
    }
}

fn with(declared: &[TokenStream], face: &Face, more: impl Fn(&FaceParam) -> TokenStream) -> Vec<TokenStream> {
    declared.iter().cloned().chain(face.active().map(more)).collect()
}

fn buffer(param: &FaceParam) -> TokenStream {
    let ty = &param.buffer;
    quote!(_: &mut #ty)
}

fn tangent(param: &FaceParam) -> TokenStream {
    let (tangent, buffer) = (&param.tangent, &param.buffer);
    match param.passing {
        VarKind::Ref => quote!(_: &#buffer),
        VarKind::RefMut => quote!(_: &mut #buffer),
        _ => quote!(_: #tangent),
    }
}

/// The zero of a parameter's tangent space.
pub fn zero(param: &FaceParam, runtime: &TokenStream) -> TokenStream {
    let name = &param.name;
    if let Some(zero) = super::super::op::zero(&param.known, runtime) {
        return zero;
    }
    if let Ty::Vec(element) | Ty::Slice(element) = &param.known
        && let Some(zero) = super::super::op::zero(element, runtime)
    {
        return quote!(#runtime::vec![#zero; #name.len()]);
    }
    if matches!(param.passing, VarKind::Owned) {
        quote!(#runtime::zero_tangent(&#name))
    } else {
        quote!(#runtime::zero_tangent(#name))
    }
}
