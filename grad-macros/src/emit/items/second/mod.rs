//! Second derivatives: `hvp` and `hessian`.

mod call;
mod directions;
mod hessian;
mod nested;
mod operator;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

pub use directions::directions;
pub use nested::Nested;

use super::face::{Face, FaceParam};
use super::{Reverse, declaration, grad_into, item, one_or_tuple, stubs, types};
use crate::parse::{Function, Operator};

/// What the transforms made of the function with its directions.
pub struct Second<'a> {
    /// Both sweeps of the derivative along the directions, with the seed one; none where there is no gradient.
    pub product: Option<Reverse<'a>>,
    /// Both sweeps of the value and the derivative, with seeds for both; none for functions with further outputs.
    pub both: Option<Reverse<'a>>,
    /// What a caller needs that takes the derivative of a derivative.
    pub nested: Option<Nested<'a>>,
}

/// What `order = 2` adds.
pub fn items(function: &Function, face: &Face, second: &Second<'_>) -> Vec<TokenStream> {
    let along = directions::along(function, function, true);
    let mut items = Vec::new();
    if let Some(both) = &second.both {
        if face.style.suffix {
            items.push(call::second_of_method(face, &along, both));
        } else {
            items.push(call::sweep(face, &along, both, "__second_sweep"));
            items.push(call::second(face));
        }
    }
    if let Some(product) = &second.product {
        items.extend(products(face, &along, product));
    }
    if let Some(nested) = &second.nested {
        items.extend(nested::items(function, face, nested));
    }
    items
}

/// `hvp_into`, `hvp` and `hessian`.
fn products(face: &Face, along: &Face, joint: &Reverse<'_>) -> Vec<TokenStream> {
    let doc = format!(
        "The derivative of {} along the directions; the product of its Hessian with them is added into the buffers of the \
         parameters, its gradient into those of the directions.",
        face.link()
    );
    let into = grad_into(along, joint, "hvp_into", &doc);
    let mut items = vec![into, hvp(face, along, &PRODUCT)];
    items.extend(hessian::hessian(face, &along_call(along)));
    items
}

/// How the items call `hvp`.
fn along_call(along: &Face) -> impl Fn(Vec<TokenStream>) -> TokenStream {
    |args| along.call("hvp", args)
}

/// What a trait's required method has: its second derivatives are required as well.
pub fn required(function: &Function, face: &Face) -> Vec<TokenStream> {
    let mut items = vec![call::required(face)];
    if !face.has_gradient() {
        return items;
    }
    let along = directions::along(function, function, true);
    let result = &along.result;
    items.push(declaration(&along, "hvp_into", "", &into_buffers(&along), &quote!(#result)));
    items.push(hvp(face, &along, &PRODUCT));
    items.extend(hessian::hessian(face, &along_call(&along)));
    items
}

/// The parameters of `hvp_into`.
fn into_buffers(along: &Face) -> Vec<TokenStream> {
    let mut names = along.names();
    let buffers = along.active().map(|param| {
        let (name, ty) = (names.fresh(&format!("d_{}", param.name), Span::call_site()), &param.buffer);
        quote!(#name: &mut #ty)
    });
    along.declared(false).into_iter().chain(buffers).collect()
}

/// What `order = 2` adds to an operator's `impl`.
pub fn of_operator(
    function: &Function,
    operator: &Operator,
    face: &Face,
    second: &Second<'_>,
) -> Option<TokenStream> {
    let along = directions::along(function, function, true);
    second.both.as_ref().map(|both| operator::rule(&function.home, operator, face, &along, both))
}

/// The stubs of the same.
pub fn nothing(function: &Function, face: &Face) -> Vec<TokenStream> {
    let along = directions::along(function, function, true);
    let shape = shape(face);
    let pair = quote!((#shape, #shape));
    let nothing = quote!(::core::unreachable!());
    let mut items = vec![item(face, "hvp", "", &along.declared(false), &pair, &nothing)];
    if face.style.suffix {
        let result = &along.result;
        items.push(item(face, "hvp_into", "", &into_buffers(&along), &quote!(#result), &nothing));
        items.push(call::stub(face));
    }
    if let Some(hessian) = hessian::result(face) {
        items.push(item(face, "hessian", "", &face.declared(false), &hessian, &nothing));
    }
    items
}

/// The shape of a gradient.
fn shape(face: &Face) -> TokenStream {
    one_or_tuple(&face.active().map(|param| param.tangent.clone()).collect::<Vec<_>>())
}

/// An item that makes the buffers for another one.
struct Buffered {
    name: &'static str,
    into: &'static str,
    /// Whether the value and the derivative along the directions are returned as well.
    with_value: bool,
}

const PRODUCT: Buffered = Buffered { name: "hvp", into: "hvp_into", with_value: false };

/// `hvp`: zeros, and `hvp_into`.
fn hvp(face: &Face, along: &Face, which: &Buffered) -> TokenStream {
    let runtime = &face.runtime;
    let mut names = along.names();
    let mut zeros = Vec::new();
    let mut buffer = |param: &FaceParam, prefix: &str| -> Ident {
        let name = names.fresh(&format!("{prefix}_{}", param.name), Span::call_site());
        let zero = stubs::zero(param, runtime);
        zeros.push(quote!(let mut #name = #zero;));
        name
    };
    let products: Vec<Ident> = face.active().map(|param| buffer(param, "h")).collect();
    let gradients: Vec<Ident> = face.active().map(|param| buffer(param, "d")).collect();
    let args = along.params.iter().map(|param| &param.name);
    let whole = |names: &[Ident]| one_or_tuple(&names.iter().map(|name| quote!(#name)).collect::<Vec<_>>());
    let (gradient, product) = (whole(&gradients), whole(&products));
    let buffers = products.iter().chain(&gradients).map(|buffer| quote!(&mut #buffer));
    let call = along.call(which.into, args.map(|arg| quote!(#arg)).chain(buffers));
    let (shape, of) = (shape(face), &face.name);
    let (body, output) = if which.with_value {
        let (value, derivative) =
            (names.fresh("value", Span::call_site()), names.fresh("derivative", Span::call_site()));
        let again = hessian::args(face);
        let body = quote! {
            #(#zeros)*
            let #value = #of(#(#again),*);
            let #derivative = #call;
            ((#value, #gradient), (#derivative, #product))
        };
        let (result, seed) = (&face.result, face.seed());
        (body, quote!(((#result, #shape), (#seed, #shape))))
    } else {
        (quote!(#(#zeros)* #call; (#gradient, #product)), quote!((#shape, #shape)))
    };
    let doc = format!("The gradient of {}, and the product of its Hessian with the directions.", face.link());
    let item = item(along, which.name, &doc, &along.declared(false), &output, &body);
    if face.active().any(|param| types::allocates(&param.known)) {
        return quote!(#runtime::with_alloc! { #item });
    }
    item
}
