//! Derivatives that are called in differentiable functions: `f::grad` and `f::value_and_grad` as functions with a derivative of their own.
//!
//! The cotangent of a gradient is a direction, and what comes back is the product of the Hessian with it. Parameters that the
//! gradient isn't taken for have a share in it as well.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::{ReturnType, Type, parse_quote};

use super::super::face::{Face, FaceParam};
use super::super::{Reverse, grad_into, one_or_tuple, pair, slots, types};
use super::{Buffered, call, directions, hessian, hvp, shape};
use crate::ir::VarKind;
use crate::parse::Function;
use crate::transform::forward::Tangent;

/// What the transforms made of the gradient as a function.
pub struct Nested<'a> {
    /// The function with all parameters active that may be active outside of the gradient.
    pub wide: &'a Function,
    /// The cotangents of all parameters for a cotangent of the gradient; the same with one for the value.
    pub of_gradient: Reverse<'a>,
    pub of_both: Reverse<'a>,
    /// The gradient and its derivative along directions of all parameters.
    pub tangent: Reverse<'a>,
    /// The cotangents of parameters and directions for those of the value and the derivative along the directions.
    pub of_jvp: Reverse<'a>,
    /// The value and the derivative along directions, along further ones, where there is such a thing.
    pub tangent_of_jvp: Option<&'a Tangent>,
}

/// One of the two.
struct Which {
    item: &'static str,
    with_value: bool,
    sweep: &'static str,
    forward: &'static str,
    pull: &'static str,
    push: &'static str,
    jvp: &'static str,
}

const GRADIENT: Which = Which {
    item: "grad",
    with_value: false,
    sweep: "__grad_sweep",
    forward: "__grad_forward",
    pull: "__grad_pull",
    push: "__grad_push",
    jvp: "__grad_jvp",
};

const BOTH: Which = Which {
    item: "value_and_grad",
    with_value: true,
    sweep: "__value_and_grad_sweep",
    forward: "__value_and_grad_forward",
    pull: "__value_and_grad_pull",
    push: "__value_and_grad_push",
    jvp: "__value_and_grad_jvp",
};

/// The items by which `f::grad` and `f::value_and_grad` are differentiated; none where the arguments can't be kept.
pub fn items(function: &Function, face: &Face, nested: &Nested<'_>) -> Vec<TokenStream> {
    if !face.params.iter().all(hessian::is_repeatable) {
        return Vec::new();
    }
    let along = directions::along(nested.wide, function, false);
    let everywhere = directions::along(nested.wide, nested.wide, true);
    let mut into = directions::along(nested.wide, nested.wide, true);
    restrict(&mut into, face);
    let mut items = vec![grad_into(&into, &nested.tangent, "__grad_jvp_into", "")];
    for (which, sweep) in [(&GRADIENT, &nested.of_gradient), (&BOTH, &nested.of_both)] {
        let wide = with_result(nested.wide, face, which);
        items.push(call::sweep(face, &along, sweep, which.sweep));
        items.push(forward(face, &wide, &along, which));
        items.push(slots::pull(&wide, which.pull));
        items.push(hvp(
            face,
            &everywhere,
            &Buffered { name: which.jvp, into: "__grad_jvp_into", with_value: which.with_value },
        ));
        items.push(slots::push_derivative(&wide, which.push, which.jvp));
    }
    items.extend(jvp(function, face, nested));
    let allocates = face.active().any(|param| types::allocates(&param.known));
    let runtime = &face.runtime;
    let hidden = items.into_iter().map(|item| quote!(#[doc(hidden)] #item));
    let hidden = quote!(#(#hidden)*);
    vec![if allocates { quote!(#runtime::with_alloc! { #hidden }) } else { hidden }]
}

/// Cotangents of the parameters that the gradient is taken for, and of their directions alone.
fn restrict(into: &mut Face, face: &Face) {
    let active: Vec<Ident> = face.active().map(|param| param.name.clone()).collect();
    for param in &mut into.params {
        param.active = active.contains(&param.like);
    }
}

/// The derivative as a function.
fn with_result(wide: &Function, face: &Face, which: &Which) -> Face {
    let (shape, value) = (shape(face), &face.result);
    let result: Type = if which.with_value { parse_quote!((#value, #shape)) } else { parse_quote!(#shape) };
    let mut function = wide.clone();
    function.original.sig.output = ReturnType::Type(parse_quote!(->), Box::new(result));
    Face::new(&function)
}

/// `__grad_forward((args…)) -> (gradient, backward half)`
fn forward(face: &Face, wide: &Face, along: &Face, which: &Which) -> TokenStream {
    let mut names = along.names();
    let [seed, value, backward] =
        ["seed", "value", "backward"].map(|name| names.fresh(name, Span::call_site()));
    let dots: Vec<&FaceParam> = along.params.iter().filter(|param| param.like != param.name).collect();
    let dot_names: Vec<TokenStream> = dots.iter().map(|param| named(param)).collect();
    let pattern = one_or_tuple(&dot_names);
    let pattern = if which.with_value { quote!((#seed, #pattern)) } else { pattern };
    let lent = dots.iter().map(|param| {
        let name = &param.name;
        if param.passing == VarKind::Ref { quote!(&#name) } else { quote!(#name) }
    });
    let lent: Vec<TokenStream> = lent.collect();
    let one = crate::emit::op::one(&face.known, &face.runtime);
    let seeds = which.with_value.then(|| quote!((#seed, #one),));
    let buffers: Vec<Ident> = wide
        .active()
        .filter(|param| param.passing != VarKind::Owned)
        .map(|param| names.fresh(&format!("{}_bar", param.name), Span::call_site()))
        .collect();
    let (args, again) = (hessian::args(face), hessian::args(face));
    let (item, sweep) = (face.sibling(which.item), along.sibling(which.sweep));
    let (inputs, half) = (pair::inputs(wide), pair::half(wide));
    let patterns = std::iter::once(pattern).chain(buffers.iter().map(|name| quote!(#name)));
    let (prefix, name) = (face.prefix(), face.item(which.forward));
    let (names, tys) = slots::names_and_types(wide);
    let (generics, clause, result) = (wide.declared_generics(), wide.where_clause(), &wide.result);
    quote! {
        #[inline]
        #prefix fn #name #generics ((#(#names,)*): (#(#tys,)*)) -> (#result, #half) #clause {
            let #value = #item(#(#args),*);
            let #backward = move |#(#patterns: #inputs),*| #sweep(#(#again,)* #(#lent,)* #seeds #(#buffers),*);
            (#value, #backward)
        }
    }
}

/// `__jvp_forward`, `__jvp_pull` and `__jvp_push`.
fn jvp(function: &Function, face: &Face, nested: &Nested<'_>) -> Vec<TokenStream> {
    let jvp = directions::jvp(nested.wide, function);
    let mut names = jvp.names();
    let [seed, value, backward] =
        ["seed", "value", "backward"].map(|name| names.fresh(name, Span::call_site()));
    let buffers: Vec<Ident> = jvp
        .active()
        .filter(|param| param.passing != VarKind::Owned)
        .map(|param| names.fresh(&format!("{}_bar", param.name), Span::call_site()))
        .collect();
    let (args, again) = (hessian::args(&jvp), hessian::args(&jvp));
    let (item, sweep) = (face.sibling("jvp"), jvp.sibling("__jvp_sweep"));
    let (inputs, half) = (pair::inputs(&jvp), pair::half(&jvp));
    let (prefix, name) = (face.prefix(), face.item("__jvp_forward"));
    let (names, tys) = slots::names_and_types(&jvp);
    let (generics, clause, result) = (jvp.declared_generics(), jvp.where_clause(), &jvp.result);
    let patterns = std::iter::once(&seed).chain(&buffers);
    let forward = quote! {
        #[inline]
        #prefix fn #name #generics ((#(#names,)*): (#(#tys,)*)) -> (#result, #half) #clause {
            let #value = #item(#(#args),*);
            let #backward = move |#(#patterns: #inputs),*| #sweep(#(#again,)* #seed, #(#buffers),*);
            (#value, #backward)
        }
    };
    let mut items = vec![
        call::sweep(face, &jvp, &nested.of_jvp, "__jvp_sweep"),
        forward,
        slots::pull(&jvp, "__jvp_pull"),
    ];
    if let Some(tangent) = nested.tangent_of_jvp {
        items.push(super::super::jvp(&jvp, tangent, "__jvp_jvp"));
        items.push(slots::push_derivative(&jvp, "__jvp_push", "__jvp_jvp"));
    }
    items
}

fn named(param: &FaceParam) -> TokenStream {
    let name = &param.name;
    quote!(#name)
}
