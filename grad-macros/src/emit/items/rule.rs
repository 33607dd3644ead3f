//! The items of a function whose derivative the user wrote: `#[differentiable(forward = .., jvp = ..)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::face::Face;
use super::{gathered, gradient, item, one_or_tuple, pair, slots};
use crate::ir::VarKind;
use crate::parse::Function;

/// The items that follow from the user's pair and forward mode; a mode that isn't given has none.
pub fn rule(function: &Function) -> TokenStream {
    let face = Face::new(function);
    let mut items = Vec::new();
    if let Some(path) = &function.options.forward {
        items.push(forward(&face, path));
        items.push(slots::pull(&face, "__pull"));
        items.extend(slots::joint(&face, None));
        items.extend(slots::mask(&face));
        if face.has_gradient() {
            let into = grad_into(&face);
            items.extend([gradient(&face, "grad", false), gradient(&face, "value_and_grad", true), into]);
        }
    }
    if let Some(path) = &function.options.jvp {
        items.push(jvp(&face, path));
        items.push(slots::push(&face));
    }
    gathered(&face, &items)
}

fn forward(face: &Face, path: &syn::Path) -> TokenStream {
    let args = face.params.iter().map(|param| &param.name);
    let (result, half, of) = (&face.result, pair::half(face), face.link());
    let doc = format!("The value of {of} and the backward half of its derivative.");
    item(face, "forward", &doc, &face.declared(false), &quote!((#result, #half)), &quote!(#path(#(#args),*)))
}

fn jvp(face: &Face, path: &syn::Path) -> TokenStream {
    let (declared, args) = tangents(face);
    let primals = face.params.iter().map(|param| &param.name);
    let (result, seed, of) = (&face.result, face.seed(), face.link());
    let doc = format!("The value of {of} and its derivative along the tangents.");
    item(face, "jvp", &doc, &declared, &quote!((#result, #seed)), &quote!(#path(#(#primals,)* #(#args),*)))
}

/// The parameters of `jvp`, and the names of the tangents among them.
pub fn tangents(face: &Face) -> (Vec<TokenStream>, Vec<Ident>) {
    let mut names = face.names();
    let (mut declared, mut args) = (face.declared(false), Vec::new());
    for param in face.active() {
        let name = names.fresh(&format!("{}_dot", param.name), Span::call_site());
        let (tangent, buffer) = (&param.tangent, &param.buffer);
        declared.push(match param.passing {
            VarKind::Ref => quote!(#name: &#buffer),
            VarKind::RefMut => quote!(#name: &mut #buffer),
            _ => quote!(#name: #tangent),
        });
        args.push(name);
    }
    (declared, args)
}

/// Both halves of the user's pair, with the seed one.
pub fn grad_into(face: &Face) -> TokenStream {
    let runtime = &face.runtime;
    let mut names = face.names();
    let mut declared = face.declared(false);
    let (mut inputs, mut returned, mut adds) = (Vec::new(), Vec::new(), Vec::new());
    for param in face.active() {
        let buffer = names.fresh(&format!("d_{}", param.name), Span::call_site());
        let ty = &param.buffer;
        declared.push(quote!(#buffer: &mut #ty));
        if param.passing == VarKind::Owned {
            let bar = names.fresh(&format!("{}_bar", param.name), Span::call_site());
            adds.push(quote!(#runtime::accumulate(#buffer, &#bar);));
            returned.push(quote!(#bar));
        } else {
            inputs.push(quote!(#buffer));
        }
    }
    let value = names.fresh("value", Span::call_site());
    let backward = names.fresh("backward", Span::call_site());
    let forward = face.call("forward", face.params.iter().map(|param| param.name.to_token_stream()));
    let (one, answer) = (super::super::op::one(&face.known, runtime), one_or_tuple(&returned));
    let of = face.link();
    let doc = format!("The value of {of}; its gradient is added into the buffers.");
    let (question, success) = (face.question(), face.success(&quote!(#value)));
    let body = quote! {
        let (#value, #backward) = #forward #question;
        let #answer = #backward(#one, #(#inputs),*);
        #(#adds)*
        #success
    };
    let result = &face.result;
    item(face, "grad_into", &doc, &declared, &quote!(#result), &body)
}
