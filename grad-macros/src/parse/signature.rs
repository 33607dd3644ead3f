//! The parameters: how each is passed, what is known of its type, whether a derivative is taken for it.

use proc_macro2::{Ident, Span};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::{
    Attribute, FnArg, ItemFn, Pat, PatType, Receiver, ReceiverKind, ReturnType, Stmt, Type, parse_quote,
};

use super::{Home, Options, derived, types};
use crate::diag::{Errors, Message};
use crate::ir::{Ty, VarKind};

/// A parameter of an annotated function.
#[derive(Clone)]
pub struct Parameter {
    pub name: Ident,
    /// Whether it was declared `mut`.
    pub mutable: bool,
    pub written: Box<Type>,
    /// What is known of the type, behind the reference if there is one.
    pub ty: Ty,
    /// `Owned`, `Ref` or `RefMut`.
    pub passing: VarKind,
    /// Whether a derivative is taken with respect to it.
    pub active: bool,
}

/// Reads the parameters, removes the compiler's attributes from the function, and gives every parameter a plain
/// name: a pattern becomes a `let` at the start of the body.
pub fn parameters(
    function: &mut ItemFn,
    home: &Home,
    options: &Options,
    errors: &Errors,
) -> (Vec<Parameter>, Vec<Stmt>) {
    refuse_qualifiers(function, errors);
    let scalars = home.scalars(&function.sig.generics);
    let mut parameters = Vec::new();
    let mut constants = Vec::new();
    let mut unpacking = Vec::new();
    for (index, input) in function.sig.inputs.iter_mut().enumerate() {
        match input {
            FnArg::Receiver(receiver) => {
                constants.push(take_constant(&mut receiver.attrs));
                parameters.push(own(receiver, home, &scalars));
            }
            FnArg::Typed(input) => {
                constants.push(take_constant(&mut input.attrs));
                let (name, mutable) = plain_name(input, index, &mut unpacking);
                if matches!(&*input.ty, Type::ImplTrait(_)) && constants.last() == Some(&false) {
                    errors.report(input.ty.span(), &Message::impl_trait_parameter(&name));
                    *constants.last_mut().unwrap_or(&mut false) = true;
                }
                let written = home.seen_through(&input.ty);
                let ty = home.known(&written, &scalars);
                let passing = passing(&written);
                parameters.push(Parameter {
                    name,
                    mutable,
                    written: Box::new(written),
                    ty,
                    passing,
                    active: false,
                });
            }
        }
    }
    choose(&mut parameters, &constants, options, errors, function.sig.ident.span());
    derived::check(&parameters, home, &function.sig, errors);
    check_result(function, home, &parameters, options, errors);
    (parameters, unpacking)
}

/// Whether there is a result that can carry a derivative.
fn check_result(
    function: &ItemFn,
    home: &Home,
    parameters: &[Parameter],
    options: &Options,
    errors: &Errors,
) {
    let scalars = home.scalars(&function.sig.generics);
    let in_place =
        parameters.iter().any(|parameter| parameter.active && parameter.passing == VarKind::RefMut);
    let result = match &function.sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => Some(super::fallible::fallible(ty).map_or(&**ty, |(_, inner)| inner)),
    };
    match (result, options.aux) {
        (None, false) if in_place => {}
        (None, false) => errors.report(function.sig.ident.span(), &Message::no_result()),
        (Some(Type::Tuple(tuple)), true) if tuple.elems.len() > 1 => {
            check_constant(&home.resolved(&tuple.elems[0]), &scalars, errors);
        }
        (_, true) => errors.report(function.sig.ident.span(), &Message::aux_without_tuple()),
        (Some(ty), false) if !in_place => check_constant(&home.resolved(ty), &scalars, errors),
        (Some(_), false) => {}
    }
}

fn check_constant(ty: &Type, scalars: &[Ident], errors: &Errors) {
    let known = types::known(ty, scalars);
    if known.is_constant() && !matches!(&known, Ty::Tuple(parts) if parts.is_empty()) {
        errors.report(ty.span(), &Message::constant_result(ty.to_token_stream()));
    }
}

fn refuse_qualifiers(function: &ItemFn, errors: &Errors) {
    let signature = &function.sig;
    if let Some(token) = &signature.asyncness {
        errors.report(token.span(), &Message::async_function());
    }
    if let Some(token) = &signature.variadic {
        errors.report(token.span(), &Message::variadic_function());
    }
    if signature.to_token_stream().into_iter().any(|token| token.to_string() == "unsafe") {
        errors.report(signature.fn_token.span, &Message::unsafe_function());
    }
}

/// Takes `#[constant]` from attributes; whether it was there.
pub fn take_constant(attributes: &mut Vec<Attribute>) -> bool {
    let before = attributes.len();
    attributes.retain(|attribute| !attribute.path().is_ident("constant"));
    attributes.len() < before
}

/// `self` is a parameter like others.
fn own(receiver: &Receiver, home: &Home, scalars: &[Ident]) -> Parameter {
    let written: Type = match &receiver.kind {
        ReceiverKind::Reference(and, lifetime, mutability) => parse_quote!(#and #lifetime #mutability Self),
        ReceiverKind::Typed(_, ty) => (**ty).clone(),
        _ => home.seen_through(&parse_quote!(Self)),
    };
    Parameter {
        name: Ident::new("self", receiver.self_token.span),
        mutable: receiver.mutability.is_some(),
        ty: home.known(&written, scalars),
        passing: passing(&written),
        written: Box::new(written),
        active: false,
    }
}

/// The name of a parameter; one with a pattern gets a name, and a `let` that takes it apart.
fn plain_name(input: &PatType, index: usize, unpacking: &mut Vec<Stmt>) -> (Ident, bool) {
    if let Pat::Ident(pat) = &*input.pat
        && pat.subpat.is_none()
        && pat.by_ref.is_none()
    {
        return (pat.ident.clone(), pat.mutability.is_some());
    }
    let name = format_ident!("argument_{index}", span = input.pat.span());
    let pat = &input.pat;
    if !matches!(**pat, Pat::Wild(_)) {
        unpacking.push(parse_quote!(let #pat = #name;));
    }
    (name, false)
}

fn passing(ty: &Type) -> VarKind {
    match ty {
        Type::Reference(reference) if reference.mutability.is_some() => VarKind::RefMut,
        Type::Reference(_) => VarKind::Ref,
        Type::Paren(inner) => passing(&inner.elem),
        Type::Group(inner) => passing(&inner.elem),
        _ => VarKind::Owned,
    }
}

/// Decides which parameters are active.
fn choose(parameters: &mut [Parameter], constants: &[bool], options: &Options, errors: &Errors, span: Span) {
    let variables_only = parameters.iter().any(|parameter| types::is_variable(&parameter.written));
    for (parameter, &constant) in parameters.iter_mut().zip(constants) {
        let named = options.wrt.as_ref().is_none_or(|names| names.contains(&parameter.name));
        let chosen = options.wrt.is_some() || !variables_only || types::is_variable(&parameter.written);
        parameter.active = named && chosen && !constant && !parameter.ty.is_constant();
        if constant && options.wrt.is_some() && named {
            errors.report(parameter.name.span(), &Message::constant_in_wrt(&parameter.name));
        }
    }
    check_wrt(parameters, options, errors);
    if errors.is_empty() && !parameters.iter().any(|parameter| parameter.active) {
        errors.report(span, &Message::nothing_to_differentiate());
    }
}

fn check_wrt(parameters: &[Parameter], options: &Options, errors: &Errors) {
    let names = options.wrt.as_deref().unwrap_or_default();
    for (index, name) in names.iter().enumerate() {
        match parameters.iter().find(|parameter| parameter.name == *name) {
            None => errors.report(name.span(), &Message::unknown_parameter(name)),
            Some(_) if names[..index].contains(name) => {
                errors.report(name.span(), &Message::repeated_parameter(name));
            }
            Some(parameter) if parameter.ty.is_constant() => {
                let ty = parameter.written.to_token_stream();
                errors.report(name.span(), &Message::integer_in_wrt(name, ty));
            }
            Some(_) => {}
        }
    }
}
