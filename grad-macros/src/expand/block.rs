//! `#[differentiable]` on an `impl` or a `trait`: each method in it gets its derivatives as siblings.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, ImplItem, ImplItemFn, ItemFn, ItemImpl, ItemTrait, Meta, ReturnType, TraitItem, TraitItemFn,
    Type,
};

use super::{header, operator};
use crate::diag::{Errors, Message};
use crate::emit::items as emit;
use crate::parse::{self, Function, Home, Kind, Options};

/// The block with the derivatives of its methods.
pub fn of_impl(options: &Options, mut block: ItemImpl, errors: &Errors) -> TokenStream {
    refuse_options_of_methods(options, errors);
    if let Some(tokens) = operator::with_rule(options, &block, errors) {
        return tokens;
    }
    header::name_lifetimes(&mut block);
    let kind = match &block.trait_ {
        Some((path, _)) => Kind::OfTrait(Box::new(path.clone())),
        None => Kind::Inherent,
    };
    // What an inherent method is called, no other one is.
    let helpers = if kind == Kind::Inherent { parse::methods_of(&block) } else { Vec::new() };
    let home = Home { kind, generics: block.generics.clone(), own: Some((*block.self_ty).clone()), helpers };
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item {
            let tokens = in_block(options, function_of(method.clone()), &home);
            *item = ImplItem::Verbatim(tokens);
        }
    }
    block.into_token_stream()
}

/// The block with the derivatives of its methods, required and provided.
pub fn of_trait(options: &Options, mut block: ItemTrait, errors: &Errors) -> TokenStream {
    refuse_options_of_methods(options, errors);
    let home = Home { kind: Kind::Trait, generics: block.generics.clone(), ..Home::default() };
    for item in &mut block.items {
        if let TraitItem::Fn(method) = item {
            let mut method = method.clone();
            let tokens = match method.default.take() {
                Some(body) => in_block(options, provided(method, body), &home),
                None => required_in_block(options, method, &home),
            };
            *item = TraitItem::Verbatim(tokens);
        }
    }
    block.into_token_stream()
}

/// A required method of a trait: its items are required as well, but those that follow from others.
pub fn required(options: Options, method: TraitItemFn, home: Home, errors: &Errors) -> TokenStream {
    let body = syn::parse_quote!({});
    let function = parse::item(options, provided(method, body), home, errors);
    let items = emit::required(&function);
    let ItemFn { attrs, sig, .. } = function.primal;
    quote!(#(#attrs)* #sig; #items)
}

/// What is said of one method.
pub enum Said {
    /// Nothing.
    Nothing,
    /// That it has no derivative.
    Constant,
    /// Options of its own.
    Options(Options),
}

fn in_block(shared: &Options, mut function: ItemFn, home: &Home) -> TokenStream {
    let errors = Errors::default();
    let (options, asked) = match said(&mut function.attrs, &errors) {
        Said::Constant => return function.into_token_stream(),
        Said::Nothing => (shared.clone(), false),
        Said::Options(options) => (options.within(shared), true),
    };
    if super::is_lowered_in_place(&function, &options) {
        return parse::primal_alone(function);
    }
    let untouched = function.clone();
    let function = parse::item(options, function, home.clone(), &errors);
    if !asked && is_constant(&function) {
        // The errors, if any, say that there is nothing to differentiate.
        drop(errors.finish());
        return untouched.into_token_stream();
    }
    let tokens = super::one(function, &errors);
    let errors = errors.finish();
    quote!(#tokens #errors)
}

fn required_in_block(shared: &Options, mut method: TraitItemFn, home: &Home) -> TokenStream {
    let errors = Errors::default();
    let (options, asked) = match said(&mut method.attrs, &errors) {
        Said::Constant => return method.into_token_stream(),
        Said::Nothing => (shared.clone(), false),
        Said::Options(options) => (options.within(shared), true),
    };
    let scratch = Errors::default();
    let body = syn::parse_quote!({});
    let function = parse::item(options.clone(), provided(method.clone(), body), home.clone(), &scratch);
    drop(scratch.finish());
    if !asked && is_constant(&function) {
        return method.into_token_stream();
    }
    let tokens = required(options, method, home.clone(), &errors);
    let errors = errors.finish();
    quote!(#tokens #errors)
}

/// Reads and removes the attributes that are ours.
pub fn said(attributes: &mut Vec<Attribute>, errors: &Errors) -> Said {
    if parse::take_constant(attributes) {
        return Said::Constant;
    }
    let is_ours = |attribute: &Attribute| {
        attribute.path().segments.last().is_some_and(|last| last.ident == "differentiable")
    };
    let Some(index) = attributes.iter().position(is_ours) else { return Said::Nothing };
    let tokens = match attributes.remove(index).meta {
        Meta::List(list) => list.tokens,
        Meta::Path(_) | Meta::NameValue(_) => TokenStream::new(),
    };
    Said::Options(parse::options(tokens, errors))
}

/// Whether a method of the block has nothing that could be differentiated, so that it isn't meant. What returns a reference
/// gives a place, not a value.
fn is_constant(function: &Function) -> bool {
    let active = || function.parameters.iter().filter(|parameter| parameter.active);
    let in_place = active().any(|parameter| parameter.passing == crate::ir::VarKind::RefMut);
    let result = match &function.original.sig.output {
        ReturnType::Default => !in_place,
        ReturnType::Type(_, ty) if matches!(**ty, Type::Reference(_)) => true,
        ReturnType::Type(_, ty) => {
            let scalars = function.home.scalars(&function.original.sig.generics);
            function.home.known(ty, &scalars).is_constant() && !in_place
        }
    };
    result || active().next().is_none()
}

/// What says something of one function has no meaning for several.
fn refuse_options_of_methods(options: &Options, errors: &Errors) {
    for (name, span) in options.of_one_function() {
        errors.report(span, &Message::option_on_block(name));
    }
}

pub fn function_of(method: ImplItemFn) -> ItemFn {
    let ImplItemFn { attrs, vis, modifiers, sig, block } = method;
    ItemFn { attrs, vis, modifiers, sig, block: Box::new(block) }
}

fn provided(method: TraitItemFn, body: syn::Block) -> ItemFn {
    let TraitItemFn { attrs, modifiers, sig, .. } = method;
    ItemFn { attrs, vis: syn::Visibility::Inherited, modifiers, sig, block: Box::new(body) }
}
