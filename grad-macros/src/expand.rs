//! The driver: the table of contents of the compiler.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ItemFn;

use crate::diag::{Errors, Message};
use crate::emit::items::{self as emit, Derivatives};
use crate::parse::{self, Function};
use crate::transform::assemble;
use crate::{analysis, lower};

/// `#[differentiable(attribute)] item`: the item as it was, and beside it its derivatives.
pub fn differentiable(attribute: TokenStream, item: &TokenStream) -> TokenStream {
    let errors = Errors::default();
    match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => free_function(attribute, function, errors),
        Err(error) => {
            let block = syn::parse2::<syn::ItemImpl>(item.clone()).is_ok()
                || syn::parse2::<syn::ItemTrait>(item.clone()).is_ok();
            let message = if block { Message::method() } else { Message::not_a_function() };
            errors.report(if block { Span::call_site() } else { error.span() }, &message);
            let errors = errors.finish();
            quote!(#item #errors)
        }
    }
}

fn free_function(attribute: TokenStream, function: ItemFn, errors: Errors) -> TokenStream {
    let is_method = function.sig.receiver().is_some();
    let function = parse::item(attribute, function, &errors);
    if is_method {
        // There is no place for a type here.
        let (original, errors) = (function.original, errors.finish());
        return quote!(#original #errors);
    }
    let items = match &function.options {
        _ if !errors.is_empty() => None,
        options if options.forward.is_some() || options.jvp.is_some() => Some(emit::rule(&function)),
        _ => derivatives(&function, &errors),
    };
    let items = items.unwrap_or_else(|| emit::stubs(&function));
    // A function of which the derivatives alone are called is in use.
    let original = function.original.to_token_stream();
    let original = quote!(#[allow(dead_code)] #original);
    let errors = errors.finish();
    quote!(#original #items #errors)
}

/// The derivatives; `None` where there was something to report.
fn derivatives(function: &Function, errors: &Errors) -> Option<TokenStream> {
    let options = &function.options;
    let body = lower::function(function, errors)?;
    if !errors.is_empty() {
        return None;
    }
    let activity = analysis::activity(&body);
    analysis::check(&body, &activity, errors);
    if !errors.is_empty() {
        return None;
    }
    let joint = assemble::has_gradient(&body, options).then(|| assemble::joint(&body, &activity, options));
    let pair = assemble::pair(&body, &activity, options);
    let tangent = assemble::tangent(&body, &activity, options);
    Some(emit::items(
        function,
        &Derivatives {
            joint: joint
                .as_ref()
                .map(|sweeps| emit::Reverse { body: &sweeps.body, backward: &sweeps.backward }),
            pair: Some(emit::Reverse { body: &pair.body, backward: &pair.backward }),
            tangent: Some(&tangent),
            boxed: options.recursive || parse::is_recursive(function),
        },
    ))
}
