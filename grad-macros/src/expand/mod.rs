//! The driver: the table of contents of the compiler.

mod block;
mod header;
mod operator;
mod second;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Item, ItemFn, TraitItemFn};

use crate::diag::{Errors, Message};
use crate::emit::items::{self as emit, Derivatives};
use crate::parse::{self, Function, Home, Kind, Outline};
use crate::transform::assemble::{self, Sweeps};
use crate::transform::jacobian::jacobian;
use crate::transform::scalars::scalars;
use crate::{analysis, lower};

/// `#[differentiable(attribute)] item`: the item as it was, and beside it its derivatives. The outline is that of the file in
/// which the item stands, if there is one.
pub fn differentiable(attribute: TokenStream, item: &TokenStream, outline: Option<&Outline>) -> TokenStream {
    let errors = Errors::default();
    let options = parse::options(attribute, &errors);
    let tokens = match syn::parse2::<Item>(item.clone()).map(parse::conditional::versions) {
        Ok(Ok(versions)) => {
            let versions = versions.into_iter().map(|item| version(&options, item, outline, &errors));
            versions.collect()
        }
        Ok(Err(further)) => {
            errors.report(further, &Message::too_many_conditions());
            item.clone()
        }
        Err(_) => no_item(options, item, &errors),
    };
    let errors = errors.finish();
    quote!(#tokens #errors)
}

/// What is neither a function nor a block: a required method of a trait is no item by itself.
fn no_item(options: parse::Options, item: &TokenStream, errors: &Errors) -> TokenStream {
    if let Ok(method) = syn::parse2::<TraitItemFn>(item.clone()) {
        let home = Home { kind: Kind::Trait, ..Home::default() };
        return block::required(options, method, home, errors);
    }
    let expected = syn::parse2::<ItemFn>(item.clone()).err();
    let span = expected.map_or_else(Span::call_site, |error| error.span());
    errors.report(span, &Message::not_a_function());
    item.clone()
}

/// An item with its derivatives, in one configuration.
fn version(options: &parse::Options, item: Item, outline: Option<&Outline>, errors: &Errors) -> TokenStream {
    match item {
        Item::Fn(function) if is_lowered_in_place(&function, options) => {
            let stamp = parse::elsewhere::stamp(&function);
            let primal = parse::primal_alone(function);
            quote!(#primal #stamp)
        }
        Item::Fn(function) => {
            let helpers = outline.map(|outline| parse::helpers(&function, outline)).unwrap_or_default();
            let home = Home { kind: kind_of(&function, errors), helpers, ..Home::default() };
            one(parse::item(options.clone(), function, home, errors), errors)
        }
        Item::Impl(block) => block::of_impl(options, block, errors),
        Item::Trait(block) => block::of_trait(options, block, errors),
        item => no_item(options.clone(), &item.into_token_stream(), errors),
    }
}

/// Whether a function has no derivatives of its own: those of the functions that it takes are known to its callers alone.
fn is_lowered_in_place(function: &ItemFn, options: &parse::Options) -> bool {
    options.forward.is_none() && options.jvp.is_none() && parse::higher::takes_functions(&function.sig)
}

/// Where a function stands that is annotated itself.
fn kind_of(function: &ItemFn, errors: &Errors) -> Kind {
    if function.sig.receiver().is_some() {
        return Kind::Alone;
    }
    let mut own = None;
    parse::each_ident(function.sig.to_token_stream(), &mut |ident| {
        own = own.or_else(|| (ident == "Self").then(|| ident.span()));
    });
    if let Some(own) = own {
        errors.report(own, &Message::associated_function());
        return Kind::Alone;
    }
    Kind::Module
}

/// A function with its derivatives.
fn one(function: Function, errors: &Errors) -> TokenStream {
    let items = items(&function, errors);
    // A function of which the derivatives alone are called is in use.
    let primal = function.primal;
    quote!(#[allow(dead_code)] #primal #items)
}

/// The derivatives of a function, or what stands in for them.
fn items(function: &Function, errors: &Errors) -> TokenStream {
    let items = match &function.options {
        _ if !errors.is_empty() => None,
        options if options.forward.is_some() || options.jvp.is_some() => Some(emit::rule(function)),
        _ => with_callees(function).or_else(|| derivatives(&function.without_helpers(), errors)),
    };
    items.unwrap_or_else(|| emit::stubs(function))
}

/// The derivatives, with callees lowered in place of their calls. Where that meets anything to report, it isn't the caller's
/// affair: the callee's own expansion reports it.
fn with_callees(function: &Function) -> Option<TokenStream> {
    let trial = Errors::default();
    let items = if function.home.helpers.is_empty() { None } else { derivatives(function, &trial) };
    items.filter(|_| trial.is_empty())
}

/// The derivatives; `None` where there was something to report.
fn derivatives(function: &Function, errors: &Errors) -> Option<TokenStream> {
    let options = &function.options;
    let mut body = lower::function(function, errors)?;
    if !errors.is_empty() {
        return None;
    }
    scalars(&mut body);
    let activity = analysis::activity(&body);
    analysis::check(&body, &activity, parse::plain::is, errors);
    if !errors.is_empty() {
        return None;
    }
    second::check(function, &body, &activity, errors);
    if !errors.is_empty() {
        return None;
    }
    let joint = assemble::has_gradient(&body, options).then(|| assemble::joint(&body, &activity, options));
    let pair = assemble::pair(&body, &activity, options);
    let boxed = options.recursive || parse::is_recursive(function);
    let both = assemble::both(&body, &activity, options, &pair, boxed);
    let tangent = assemble::tangent(&body, &activity, options);
    let jacobian = jacobian(&body, &activity, options);
    let second = options.second_order.then(|| second::second(function, &body, &tangent));
    let mut function = function.clone();
    function.options.recursive = boxed;
    Some(emit::items(
        &function,
        &Derivatives {
            joint: joint.as_ref().map(reverse),
            pair: Some(reverse(&pair)),
            both: both.as_ref().map(reverse),
            tangent: Some(&tangent),
            jacobian: jacobian.as_ref(),
            second: second.as_ref().map(second::Second::parts),
            boxed,
        },
    ))
}

fn reverse(sweeps: &Sweeps) -> emit::Reverse<'_> {
    emit::Reverse { body: &sweeps.body, backward: &sweeps.backward }
}
