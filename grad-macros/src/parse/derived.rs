//! Types of the crate's own without `#[derive(Differentiable)]`, found in its sources: one error says what rustc would say at every
//! place where a derivative names the type.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{GenericArgument, Ident, Path, PathArguments, Signature, Type};

use super::declared;
use super::{Function, Home, Kind, Parameter, hidden};
use crate::diag::{Errors, Message};

static SEEN: Mutex<Seen> = Mutex::new(Seen::new());

/// The types that have a stub in the place of the derive.
static STUBS: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// The names of types with a derivative, and those of types without. A name may be that of several types.
struct Seen {
    with: BTreeSet<String>,
    without: BTreeSet<String>,
}

impl Seen {
    const fn new() -> Self {
        Self { with: BTreeSet::new(), without: BTreeSet::new() }
    }

    fn declare(&mut self, types: &[(String, bool)], implementations: &[declared::Home]) {
        let by_hand = implementations.iter().filter(|home| home.of.as_deref() == Some("Differentiable"));
        self.with.extend(by_hand.filter_map(|home| home.owner.clone()));
        for (name, differentiable) in types {
            let names = if *differentiable { &mut self.with } else { &mut self.without };
            names.insert(name.clone());
        }
    }

    fn is_underived(&self, name: &str) -> bool {
        self.without.contains(name) && !self.with.contains(name)
    }
}

/// What the sources declare.
pub fn declare(types: &[(String, bool)], implementations: &[declared::Home]) {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).declare(types, implementations);
}

/// Reports parameters of such types that a derivative is taken for.
pub fn check(parameters: &[Parameter], home: &Home, signature: &Signature, errors: &Errors) {
    let mut reported = BTreeSet::new();
    for parameter in parameters.iter().filter(|parameter| parameter.active) {
        let Some(path) = of_parameter(parameter, home, &signature.ident) else { continue };
        let is_generic = signature.generics.type_params().any(|own| path.is_ident(&own.ident));
        if !is_generic && reported.insert(path.to_token_stream().to_string()) {
            let own = parameter.name == "self";
            let span = if own { parameter.name.span() } else { parameter.written.span() };
            errors.report(span, &Message::underived(path.to_token_stream()));
        }
    }
}

/// The types of the parameters that need a stub in the place of the derive: each is given once.
pub fn without_stub(function: &Function) -> Vec<Path> {
    let active = function.parameters.iter().filter(|parameter| parameter.active);
    let name = &function.original.sig.ident;
    let types = active.filter_map(|parameter| of_parameter(parameter, &function.home, name));
    let mut stubs = STUBS.lock().unwrap_or_else(PoisonError::into_inner);
    types.filter(|path| path.get_ident().is_some_and(|name| stubs.insert(name.to_string()))).collect()
}

/// The type of a parameter that has no derivative. Where the block around a method isn't seen, it's the one that the sources show.
fn of_parameter(parameter: &Parameter, home: &Home, method: &Ident) -> Option<Path> {
    if parameter.name != "self" || home.kind != Kind::Alone {
        return underived(&home.resolved(&parameter.written));
    }
    let owners = hidden::owners(&method.to_string());
    let owner = owners.iter().next().filter(|_| owners.len() == 1)?.as_deref()?;
    is_underived(owner).then(|| Ident::new(owner, method.span()).into())
}

/// A type in this one that has no derivative.
fn underived(ty: &Type) -> Option<Path> {
    match ty {
        Type::Reference(inner) => underived(&inner.elem),
        Type::Paren(inner) => underived(&inner.elem),
        Type::Group(inner) => underived(&inner.elem),
        Type::Slice(inner) => underived(&inner.elem),
        Type::Array(inner) => underived(&inner.elem),
        Type::Tuple(inner) => inner.elems.iter().find_map(underived),
        Type::Path(path) if path.qself.is_none() && path.path.segments.len() == 1 => {
            let last = path.path.segments.last()?;
            let name = last.ident.to_string();
            match &last.arguments {
                PathArguments::AngleBracketed(arguments) if matches!(&*name, "Vec" | "Option" | "Box") => {
                    arguments.args.iter().find_map(|argument| match argument {
                        GenericArgument::Type(ty) => underived(ty),
                        _ => None,
                    })
                }
                _ => is_underived(&name).then(|| path.path.clone()),
            }
        }
        _ => None,
    }
}

fn is_underived(name: &str) -> bool {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    if !seen.is_underived(name) {
        return false;
    }
    *seen = Seen::new();
    for (_, now) in declared::again() {
        seen.declare(&now.types, &now.implementations);
    }
    seen.is_underived(name)
}
