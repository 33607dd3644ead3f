//! Tangents of a function's type parameters in the function that runs its pullback.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::face::Face;
use crate::ir::{Ty, VarKind};

/// The tangents of types that are parameters of the function. What they are tells nobody whose they are, so a pullback's function has
/// them for parameters instead.
#[derive(Default)]
pub struct Open(Vec<(TokenStream, Ident, bool)>);

impl Open {
    /// Those of a function.
    pub fn of(face: &Face) -> Self {
        let mut types: Vec<(TokenStream, bool)> =
            face.returns().then(|| (face.seed(), true)).into_iter().collect();
        types.extend(face.active().map(|param| match (param.passing, &param.known) {
            (VarKind::Owned, _) => (param.tangent.clone(), true),
            (_, known) => (param.buffer.clone(), !matches!(known, Ty::Slice(_) | Ty::Vec(_))),
        }));
        let (projected, plain): (Vec<_>, Vec<_>) =
            types.into_iter().partition(|(ty, _)| is_projected(ty, face));
        let told = |name: &Ident| plain.iter().any(|(ty, _)| mentions(ty, name));
        let untold: Vec<&Ident> =
            face.generics.type_params().map(|param| &param.ident).filter(|name| !told(name)).collect();
        let mut open: Vec<(TokenStream, Ident, bool)> = Vec::new();
        for (ty, sized) in projected.iter().filter(|(ty, _)| untold.iter().any(|name| mentions(ty, name))) {
            if open.iter().all(|(known, ..)| words(known) != words(ty)) {
                let name = format_ident!("__Tangent{}", open.len(), span = Span::call_site());
                open.push((ty.clone(), name, *sized));
            }
        }
        // The tangent of a tangent has the latter's name in it.
        open.sort_by_key(|(ty, ..)| std::cmp::Reverse(words(ty).len()));
        Self(open)
    }

    /// Whether the pullback tells all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tokens with these types under their names.
    pub fn written(&self, tokens: TokenStream) -> TokenStream {
        self.0.iter().fold(tokens, |tokens, (ty, name, _)| renamed(tokens, &words(ty), name))
    }

    /// The parameters of the function of the pullback, with the bounds of its slots.
    pub fn generics(&self, face: &Face, bounds: &TokenStream) -> (TokenStream, TokenStream) {
        if self.0.is_empty() {
            let clause = face.where_clause();
            return (face.generics_with(std::slice::from_ref(bounds)), quote!(#clause));
        }
        let names = self.0.iter().map(|(_, name, sized)| {
            let unsized_too = (!sized).then(|| quote!(: ?Sized));
            quote!(#name #unsized_too)
        });
        let mut written: Vec<TokenStream> = face.returns().then(|| face.seed()).into_iter().collect();
        written.extend(face.active().map(|param| match param.passing {
            VarKind::Owned => param.tangent.clone(),
            _ => param.buffer.clone(),
        }));
        let written = self.written(quote!(#(#written)*));
        let (params, clause) = face.parameters_of(&written);
        (quote!(<#(#params,)* #(#names,)* #bounds>), clause)
    }
}

/// The tokens as text, one by one.
fn words(tokens: &TokenStream) -> Vec<String> {
    tokens.clone().into_iter().map(|token| token.to_string()).collect()
}

/// The tokens with a name wherever they say the same as `words`.
fn renamed(tokens: TokenStream, words: &[String], name: &Ident) -> TokenStream {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut out = TokenStream::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let ahead = tokens.get(at..at + words.len());
        if ahead.is_some_and(|ahead| ahead.iter().zip(words).all(|(token, word)| token.to_string() == *word))
        {
            out.extend(quote!(#name));
            at += words.len();
            continue;
        }
        out.extend([match token {
            TokenTree::Group(group) => {
                Group::new(group.delimiter(), renamed(group.stream(), words, name)).into()
            }
            token => token.clone(),
        }]);
        at += 1;
    }
    out
}

/// Whether a type is written as that of a tangent, and mentions a parameter of the function.
fn is_projected(ty: &TokenStream, face: &Face) -> bool {
    let text = ty.to_string();
    text.contains("Differentiable") && face.generics.type_params().any(|param| mentions(ty, &param.ident))
}

fn mentions(tokens: &TokenStream, name: &Ident) -> bool {
    let mut found = false;
    crate::parse::each_ident(tokens.clone(), &mut |ident| found |= *ident == *name);
    found
}
