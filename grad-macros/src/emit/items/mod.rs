//! The items of a function: a type of the same name, with the derivatives as its associated functions.

mod execute;
mod face;
mod generics;
mod jacobian;
mod lifetimes;
mod open;
mod operator;
mod pair;
mod required;
mod rule;
mod second;
mod slots;
mod stubs;
mod style;
mod types;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::WhereClause;

pub use super::call::is_derivative;
use super::emitter::Emitter;
use crate::ir::{Block, Body, VarKind};
use crate::parse::{Function, Kind};
use crate::transform::forward::Tangent;
use crate::transform::jacobian::Jacobian;
use crate::transform::reverse::{Backward, Cotangent};
use face::Face;
use required::declaration;
pub use required::required;
pub use rule::rule;
pub use second::{Nested, Second, directions};
pub use stubs::stubs;

/// Reverse mode: the primal sweep is the body's block.
pub struct Reverse<'a> {
    pub body: &'a Body,
    pub backward: &'a Backward,
}

/// What the transforms made of a function; `None` where the function has no such item.
#[derive(Default)]
pub struct Derivatives<'a> {
    /// With the seed one, for `grad_into`.
    pub joint: Option<Reverse<'a>>,
    /// With the seed given, for `forward`.
    pub pair: Option<Reverse<'a>>,
    /// With the seed given and both sweeps in one, where that is better than the pair.
    pub both: Option<Reverse<'a>>,
    pub tangent: Option<&'a Tangent>,
    /// Where the rows of the Jacobian are few.
    pub jacobian: Option<&'a Jacobian>,
    /// With `order = 2`.
    pub second: Option<Second<'a>>,
    /// Whether the backward half is boxed, as the function calls itself.
    pub boxed: bool,
}

/// The type beside the function, with its items.
pub fn items(function: &Function, derivatives: &Derivatives<'_>) -> TokenStream {
    let face = Face::new(function);
    if let (Kind::Operator(operator), Some(pair), Some(tangent)) =
        (&function.home.kind, &derivatives.pair, &derivatives.tangent)
    {
        let rule = operator::rule(&function.home, operator, &face, pair, tangent);
        let second = derivatives.second.as_ref();
        let second = second.and_then(|second| second::of_operator(function, operator, &face, second));
        return quote!(#rule #second);
    }
    let mut items = Vec::new();
    if let Some(joint) = &derivatives.joint {
        let doc = format!("The value of {}; its gradient is added into the buffers.", face.link());
        let into = grad_into(&face, joint, "grad_into", &doc);
        items.extend([gradient(&face, "grad", false), gradient(&face, "value_and_grad", true), into]);
    }
    if let Some(pair) = &derivatives.pair {
        items.push(pair::forward(&face, pair, derivatives.boxed));
        items.push(slots::pull(&face, "__pull"));
        items.extend(slots::joint(&face, derivatives.both.as_ref()));
        items.extend(slots::mask(&face));
        match derivatives.jacobian {
            Some(sweeps) => items.push(jacobian::in_one_sweep(&face, sweeps)),
            None => items.extend(jacobian::jacobian(&face)),
        }
    }
    if let Some(tangent) = &derivatives.tangent {
        items.push(jvp(&face, tangent, "jvp"));
        items.push(slots::push(&face));
    }
    if let Some(second) = &derivatives.second {
        items.extend(second::items(function, &face, second));
    }
    let gathered = gathered(&face, &items);
    let execute = derivatives.joint.as_ref().and_then(|_| execute::execute(&face));
    quote!(#gathered #execute)
}

/// The items in their place: beside a method as they are, beside a function in a type of its name.
fn gathered(face: &Face, items: &[TokenStream]) -> TokenStream {
    if face.style.suffix { quote!(#(#items)*) } else { namespace(face, items) }
}

/// What generated code may do: user code may have warnings switched off inside the function, and the names of its variables, with
/// `_bar`, are ours to answer for; an item that isn't used is no mistake.
fn allowed() -> TokenStream {
    quote! {
        #[allow(
            dead_code,
            non_snake_case,
            unused_variables,
            unused_mut,
            unused_assignments,
            unused_parens,
            unreachable_code,
            clippy::all,
            clippy::pedantic
        )]
    }
}

/// A type of the function's name: types and functions have names of different kinds, so they stand side by side.
fn namespace(face: &Face, items: &[TokenStream]) -> TokenStream {
    let Face { name, vis, conditions, .. } = face;
    let doc = format!("The derivatives of [`{name}`](fn@{name}).");
    let allowed = allowed();
    // The type is never made.
    quote! {
        #(#conditions)*
        #[doc = #doc]
        #[allow(non_camel_case_types, dead_code, missing_debug_implementations, missing_copy_implementations)]
        #vis struct #name {}

        #(#conditions)*
        #allowed
        impl #name {
            #(#items)*
        }
    }
}

/// One associated function.
fn item(
    face: &Face,
    name: &str,
    doc: &str,
    params: &[TokenStream],
    output: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    item_where(face, name, doc, params, output, face.where_clause(), body)
}

/// One associated function with bounds of its own.
fn item_where(
    face: &Face,
    name: &str,
    doc: &str,
    params: &[TokenStream],
    output: &TokenStream,
    clause: Option<&WhereClause>,
    body: &TokenStream,
) -> TokenStream {
    face.keep(name, params, body);
    let lends = name == "forward";
    let (generics, params) =
        if lends { (face.declared_generics(), params.to_vec()) } else { face.detached(params) };
    let (name, prefix) = (face.item(name), face.prefix());
    let output = face.answers(output);
    quote! {
        #[doc = #doc]
        #[inline]
        #prefix fn #name #generics (#(#params),*) -> #output #clause {
            #body
        }
    }
}

/// The shape of a gradient: nothing, one cotangent, or a tuple.
pub fn one_or_tuple(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [one] => one.clone(),
        _ => quote!((#(#parts),*)),
    }
}

/// `grad` and `value_and_grad`: zeros, and `grad_into`.
fn gradient(face: &Face, name: &str, with_value: bool) -> TokenStream {
    let runtime = &face.runtime;
    let mut names = face.names();
    let mut buffers = Vec::new();
    let mut zeros = Vec::new();
    for param in face.active() {
        let buffer = names.fresh(&format!("d_{}", param.name), Span::call_site());
        let zero = stubs::zero(param, runtime);
        zeros.push(quote!(let mut #buffer = #zero;));
        buffers.push(buffer);
    }
    let gradients = one_or_tuple(&face.active().map(|param| param.tangent.clone()).collect::<Vec<_>>());
    let answer = one_or_tuple(&buffers.iter().map(|buffer| quote!(#buffer)).collect::<Vec<_>>());
    let args = face.params.iter().map(|param| param.name.to_token_stream());
    let call = face.call("grad_into", args.chain(buffers.iter().map(|buffer| quote!(&mut #buffer))));
    let question = face.question();
    let call = quote!(#call #question);
    let result = &face.result;
    let of = face.link();
    let item = if with_value {
        let value = names.fresh("value", Span::call_site());
        let doc = format!("The value of {of} and its gradient.");
        let success = face.success(&quote!((#value, #answer)));
        let body = quote!(#(#zeros)* let #value = #call; #success);
        item(face, name, &doc, &face.declared(false), &quote!((#result, #gradients)), &body)
    } else {
        let doc = format!("The gradient of {of}.");
        let success = face.success(&answer);
        let body = quote!(#(#zeros)* #call; #success);
        item(face, name, &doc, &face.declared(false), &gradients, &body)
    };
    if face.active().any(|param| types::allocates(&param.known)) {
        // Without an allocator there is nothing to return a slice's gradient in.
        return quote!(#runtime::with_alloc! { #item });
    }
    item
}

/// `grad_into`, or an item like it: both sweeps in one function.
fn grad_into(face: &Face, joint: &Reverse<'_>, name: &str, doc: &str) -> TokenStream {
    let Reverse { body, backward } = joint;
    // One block, so that what is computed in the primal sweep for the adjoint's sake alone can stand where it's used.
    let mut block = Block { mirrors: None, ..body.block.clone() };
    block.stmts.extend(backward.block.stmts.iter().cloned());
    block.results.extend(&backward.block.results);
    let mut emitter = Emitter::new(body, &[&block], face.runtime.clone());
    let mut declared = face.declared(true);
    let mut buffers = Vec::new();
    for (param, cotangent) in face.active().zip(&backward.cotangents) {
        let name = emitter.names.fresh(&format!("d_{}", param.name), Span::call_site());
        let ty = &param.buffer;
        declared.push(quote!(#name: &mut #ty));
        if let Cotangent::Buffer(m) = cotangent {
            emitter.places.insert(*m, name.clone());
        }
        buffers.push(name);
    }
    let code = emitter.scoped(|emitter| {
        emitter.imports();
        for direction in face.params.iter().filter(|param| param.like != param.name) {
            emitter.push(direction.as_long(&direction.name, false));
        }
        for (param, buffer) in face.active().zip(&buffers) {
            emitter.push(param.as_long(buffer, true));
        }
        emitter.stmts(&block);
        for ((param, cotangent), buffer) in face.active().zip(&backward.cotangents).zip(&buffers) {
            let add = emitter.add_into(buffer, *cotangent, param.known.is_float());
            emitter.push(add);
        }
        let value = emitter.output(&body.result, &block.results);
        emitter.push(if face.failing.is_some() { face.success(&value) } else { value });
    });
    let result = &face.result;
    item(face, name, doc, &declared, &quote!(#result), &code)
}

/// `jvp`, or an item like it: the value and its tangent.
fn jvp(face: &Face, tangent: &Tangent, name: &str) -> TokenStream {
    let body = &tangent.body;
    let mut emitter = Emitter::new(body, &[&body.block], face.runtime.clone());
    let mut declared = face.declared(true);
    let mut lengths = Vec::new();
    for (param, binding) in face.active().zip(&tangent.dots) {
        let name = emitter.names.fresh(&format!("{}_dot", param.name), Span::call_site());
        let (ty, buffer) = (&param.tangent, &param.buffer);
        declared.push(match param.passing {
            VarKind::Ref => quote!(#name: &#buffer),
            VarKind::RefMut => quote!(#name: &mut #buffer),
            _ if param.mutable => quote!(mut #name: #ty),
            _ => quote!(#name: #ty),
        });
        lengths.push(param.as_long(&name, param.passing == VarKind::RefMut));
        emitter.bind_parameter(*binding, name, param.passing);
    }
    let code = emitter.scoped(|emitter| {
        emitter.imports();
        for length in lengths {
            emitter.push(length);
        }
        emitter.stmts(&body.block);
        let value = emitter.output(&body.result, &body.block.results);
        let derivative = emitter.output(&tangent.result, &body.block.results);
        let (value, derivative) = (or_unit(value), or_unit(derivative));
        emitter.push(face.success(&quote!((#value, #derivative))));
    });
    let of = face.link();
    let doc = format!("The value of {of} and its derivative along the tangents.");
    let (result, seed) = (&face.result, face.seed());
    item(face, name, &doc, &declared, &quote!((#result, #seed)), &code)
}

/// Nothing, as an expression.
fn or_unit(tokens: TokenStream) -> TokenStream {
    if tokens.is_empty() { quote!(()) } else { tokens }
}
