//! Aliases of numbers that the sources declare, `type Real = f64;`: a function's types are written out before anything else, in the
//! function itself as well, so that rustc holds them to what they are.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, Generics, ItemFn, PathArguments, Type};

use super::scoped::Scoped;

static DECLARED: Scoped = Scoped::new();

/// An alias in the sources; of the name of a struct or an enum, itself.
pub fn declare(file: &Path, name: String, ty: String) {
    DECLARED.declare(file, name, ty);
}

/// What an alias means, if it's made of numbers alone.
fn meaning(name: &str) -> Option<Type> {
    syn::parse_str(&DECLARED.meaning(name)?).ok().filter(is_of_numbers)
}

/// Whether a type is made of numbers, and means the same everywhere.
fn is_of_numbers(ty: &Type) -> bool {
    match ty {
        Type::Array(array) => is_of_numbers(&array.elem) && matches!(array.len, syn::Expr::Lit(_)),
        Type::Tuple(tuple) => !tuple.elems.is_empty() && tuple.elems.iter().all(is_of_numbers),
        Type::Path(path) if path.path.get_ident().is_some_and(is_number) => true,
        Type::Path(path) => match path.path.segments.last().map(|last| (&last.ident, &last.arguments)) {
            Some((name, PathArguments::AngleBracketed(arguments)))
                if name == "Vec" && path.path.segments.len() == 1 =>
            {
                arguments
                    .args
                    .iter()
                    .all(|argument| matches!(argument, GenericArgument::Type(ty) if is_of_numbers(ty)))
            }
            _ => false,
        },
        _ => false,
    }
}

fn is_number(name: &syn::Ident) -> bool {
    let name = name.to_string();
    matches!(name.as_str(), "f64" | "f32" | "bool") || super::types::is_integer(&name)
}

/// Writes out the aliases in a function. A type parameter may have the name of one.
pub fn write_out(function: &mut ItemFn, around: &Generics) {
    let parameters = function.sig.generics.type_params().chain(around.type_params());
    let mut aliases = Aliases { taken: parameters.map(|parameter| parameter.ident.to_string()).collect() };
    aliases.visit_signature_mut(&mut function.sig);
    aliases.visit_block_mut(&mut function.block);
}

/// A type with its aliases written out.
pub fn written_out(mut ty: Type) -> Type {
    Aliases { taken: BTreeSet::new() }.visit_type_mut(&mut ty);
    ty
}

struct Aliases {
    taken: BTreeSet<String>,
}

impl VisitMut for Aliases {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        let Type::Path(path) = &*ty else { return };
        let Some(name) = path.path.get_ident().map(ToString::to_string).filter(|_| path.qself.is_none())
        else {
            return;
        };
        if !self.taken.contains(&name)
            && let Some(meaning) = meaning(&name)
            && let Ok(meaning) = syn::parse2(at(ty.span(), meaning.to_token_stream()))
        {
            *ty = meaning;
        }
    }

    // Items in the body see names of their own.
    fn visit_item_mut(&mut self, _: &mut syn::Item) {}
}

/// The same tokens, where the alias stands.
fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let each = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = TokenTree::Group(Group::new(group.delimiter(), at(span, group.stream())));
        }
        token.set_span(span);
        token
    });
    each.collect()
}
