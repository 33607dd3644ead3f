//! Of what type the functions and the structs of the sources expect what they are given. Where it isn't so, rustc says it: the
//! length of an array depends on it, and no derivative.

use std::path::Path;

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, Member, PathArguments, Type, TypePath};

use super::declared::{Field, Signature};
use super::scoped::Scoped;
use super::{aliases, each_ident};

/// By the name of a function and the number of its parameter, or by the name of a struct and of its field.
static TYPES: Scoped = Scoped::new();

/// What stands for the result among the parts of a function.
const RESULT: &str = "->";

/// What stands for the generic parameters among the parts of a struct.
const PARAMETERS: &str = "<>";

/// A function in the sources.
pub fn declare(file: &Path, signature: Signature) {
    TYPES.declare(file, key(&signature.name, RESULT), signature.result);
    for (number, ty) in signature.parameters.into_iter().enumerate() {
        TYPES.declare(file, key(&signature.name, &number.to_string()), ty);
    }
}

/// A field in the sources.
pub fn declare_field(file: &Path, field: &Field) {
    TYPES.declare(file, key(&field.owner, &field.name), field.ty.clone());
    TYPES.declare(file, key(&field.owner, PARAMETERS), field.parameters.join(" "));
}

fn key(owner: &str, part: &str) -> String {
    format!("{owner} {part}")
}

/// The type of a function's result, if all functions of the name agree.
pub fn result(function: &str) -> Option<Type> {
    expected(function, RESULT)
}

/// The type of a function's parameter (after `self`), or of a struct's field, if all of the name agree.
pub fn expected(owner: &str, part: &str) -> Option<Type> {
    let only = TYPES.meaning(&key(owner, part))?.replace(": :", "::");
    syn::parse_str(&only).ok().map(aliases::written_out)
}

/// The type of a field of a type that is written like this, if all structs of the name agree; it means the same where it's asked for.
pub fn field(of: &Type, member: &Member) -> Option<Type> {
    let Type::Path(TypePath { qself: None, path, .. }) = of else { return None };
    let last = path.segments.last()?;
    let owner = last.ident.to_string();
    let ty = expected(&owner, &member.to_token_stream().to_string())?.to_token_stream();
    let parameters = TYPES.meaning(&key(&owner, PARAMETERS))?;
    let names: Vec<&str> = parameters.split_whitespace().collect();
    // A constant has a name where the struct is.
    let mut foreign = false;
    each_ident(ty.clone(), &mut |ident| {
        foreign |= is_constant(ident) && !names.contains(&&*ident.to_string());
    });
    if foreign && !TYPES.is_here(&key(&owner, PARAMETERS)) {
        return None;
    }
    let arguments = arguments(&last.arguments);
    (names.len() == arguments.len()).then(|| syn::parse2(substituted(ty, &names, &arguments)).ok())?
}

fn is_constant(name: &Ident) -> bool {
    !name.to_string().contains(char::is_lowercase)
}

/// The generic arguments that aren't lifetimes.
fn arguments(written: &PathArguments) -> Vec<TokenStream> {
    let PathArguments::AngleBracketed(written) = written else { return Vec::new() };
    let is_lifetime = |argument: &GenericArgument| matches!(argument, GenericArgument::Lifetime(_));
    written.args.iter().filter(|argument| !is_lifetime(argument)).map(ToTokens::to_token_stream).collect()
}

/// A type with what is given in the place of parameters.
fn substituted(ty: TokenStream, names: &[&str], given: &[TokenStream]) -> TokenStream {
    let one = |token| match token {
        TokenTree::Ident(ident) => {
            let number = names.iter().position(|name| ident == name);
            number.map_or_else(|| ident.to_token_stream(), |number| given[number].clone())
        }
        TokenTree::Group(group) => {
            Group::new(group.delimiter(), substituted(group.stream(), names, given)).to_token_stream()
        }
        other => other.to_token_stream(),
    };
    ty.into_iter().map(one).collect()
}
