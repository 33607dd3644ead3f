//! The generics of the items: what was anonymous has a name, what the pair keeps is said.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, Lifetime, Type};

use super::lifetimes::Naming;
use crate::ir::Ty;
use crate::parse::{Home, Kind};

/// The generics with what was anonymous: lifetimes come first.
pub fn extended(generics: &Generics, naming: &Naming) -> Generics {
    let mut generics = generics.clone();
    let lifetimes = naming
        .lifetimes
        .iter()
        .map(|lifetime| GenericParam::Lifetime(syn::LifetimeParam::new(lifetime.clone())));
    let types = naming.types.iter().cloned().map(GenericParam::Type);
    let written = std::mem::take(&mut generics.params).into_iter().map(without_default);
    let (mut params, others): (Vec<_>, Vec<_>) =
        written.partition(|param| matches!(param, GenericParam::Lifetime(_)));
    params.extend(lifetimes);
    params.extend(others);
    params.extend(types);
    generics.params = params.into_iter().collect();
    generics
}

fn without_default(mut param: GenericParam) -> GenericParam {
    match &mut param {
        GenericParam::Type(param) => {
            param.default = None;
        }
        GenericParam::Const(param) => {
            param.default = None;
        }
        GenericParam::Lifetime(_) => {}
    }
    param
}

pub fn type_or_const(param: &GenericParam) -> Option<&Ident> {
    match param {
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
        GenericParam::Lifetime(_) => None,
    }
}

/// A lifetime that all others outlive which a boxed pair keeps; `None` where there is one at most.
pub fn kept(home: &Home, generics: &mut Generics, naming: &Naming) -> Option<Lifetime> {
    let all = home.generics.lifetimes().chain(generics.lifetimes()).map(|param| param.lifetime.clone());
    let all: Vec<Lifetime> = all.filter(|lifetime| !naming.exclusive.contains(lifetime)).collect();
    let (_, [_, ..]) = all.split_first()? else { return None };
    let kept = Lifetime::new("'kept", proc_macro2::Span::call_site());
    let clause = generics.make_where_clause();
    clause
        .predicates
        .extend(all.iter().map(|lifetime| -> syn::WherePredicate { syn::parse_quote!(#lifetime: #kept) }));
    generics.params.insert(0, GenericParam::Lifetime(syn::LifetimeParam::new(kept.clone())));
    Some(kept)
}

/// The pair keeps what is borrowed by `&`, and nothing that is borrowed by `&mut`. Of a method that is seen alone the generics
/// around it aren't known; without `use<..>` the pair keeps all there is, which is right where nothing is borrowed by `&mut`.
pub fn captures(home: &Home, generics: &Generics, naming: &Naming) -> TokenStream {
    if home.kind == Kind::Alone && naming.exclusive.is_empty() {
        return TokenStream::new();
    }
    let all = || home.generics.params.iter().chain(&generics.params);
    let lifetimes = all().filter_map(|param| match param {
        GenericParam::Lifetime(param) if naming.exclusive.contains(&param.lifetime) => None,
        GenericParam::Lifetime(param) => Some(&param.lifetime),
        GenericParam::Type(_) | GenericParam::Const(_) => None,
    });
    let lifetimes = lifetimes.map(|lifetime| quote!(#lifetime));
    let own = (home.kind == Kind::Trait).then(|| quote!(Self));
    let others = all().filter_map(type_or_const).map(|ident| quote!(#ident));
    let kept = lifetimes.chain(own).chain(others);
    quote!(+ use<#(#kept),*>)
}

/// Whether a type of the user's may be in another one.
fn holds_named(known: &Ty) -> bool {
    match known {
        Ty::Named(_) => true,
        Ty::Array(element, _) | Ty::Slice(element) | Ty::Vec(element) | Ty::Option(element) => {
            holds_named(element)
        }
        Ty::Tuple(elements) => elements.iter().any(holds_named),
        _ => false,
    }
}

/// The generic numbers bound by nalgebra's `RealField` that are in a type of the user's own: what its derive asks of them
/// `RealField` doesn't say.
pub fn container_numbers<'t>(
    generics: &Generics,
    written: impl Iterator<Item = (&'t Type, &'t Ty)>,
) -> Vec<Ident> {
    let own: TokenStream =
        written.filter(|(_, known)| holds_named(known)).map(|(ty, _)| ty.to_token_stream()).collect();
    let is_field = |ident: &Ident| {
        let bound =
            |bounds: &TokenStream| bounds.to_string().split_whitespace().any(|word| word == "RealField");
        let inline = generics
            .type_params()
            .any(|param| param.ident == *ident && bound(&param.bounds.to_token_stream()));
        let clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        inline
            || clause.into_iter().any(|predicate| match predicate {
                syn::WherePredicate::Type(predicate) => {
                    *ident == predicate.bounded_ty.to_token_stream().to_string()
                        && bound(&predicate.bounds.to_token_stream())
                }
                _ => false,
            })
    };
    let mut numbers: Vec<Ident> = Vec::new();
    let mut stack: Vec<proc_macro2::TokenTree> = own.into_iter().collect();
    while let Some(token) = stack.pop() {
        match token {
            proc_macro2::TokenTree::Ident(ident) if is_field(&ident) && !numbers.contains(&ident) => {
                numbers.push(ident);
            }
            proc_macro2::TokenTree::Group(group) => stack.extend(group.stream()),
            _ => {}
        }
    }
    numbers
}
