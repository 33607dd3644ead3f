//! Second derivatives: `hvp` and `hessian`.

mod call;
mod directions;
mod hessian;
mod nested;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

pub use directions::directions;
pub use nested::Nested;

use super::face::{Face, FaceParam};
use super::{Reverse, grad_into, item, one_or_tuple, stubs, types};
use crate::parse::Function;

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
        items.push(call::sweep(face, &along, both, "__second_sweep"));
        items.push(call::second(face));
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
    items.extend(hessian::hessian(face));
    items
}

/// The stubs of the same.
pub fn nothing(function: &Function, face: &Face) -> Vec<TokenStream> {
    let along = directions::along(function, function, true);
    let shape = shape(face);
    let pair = quote!((#shape, #shape));
    let nothing = quote!(::core::unreachable!());
    let mut items = vec![item(face, "hvp", "", &along.declared(false), &pair, &nothing)];
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
    let into = along.sibling(which.into);
    let whole = |names: &[Ident]| one_or_tuple(&names.iter().map(|name| quote!(#name)).collect::<Vec<_>>());
    let (gradient, product) = (whole(&gradients), whole(&products));
    let call = quote!(#into(#(#args,)* #(&mut #products,)* #(&mut #gradients),*));
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
