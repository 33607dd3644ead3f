//! Names for the lifetimes that a signature leaves out, so that `use<..>` can say which of them a pair keeps.

use std::collections::HashSet;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{Generics, Lifetime, ParenthesizedGenericArguments, Type, TypeParam, TypeReference, parse_quote};

/// Names what is anonymous in parameter types: lifetimes and `impl Trait`.
pub struct Naming {
    taken: HashSet<String>,
    /// The new lifetimes.
    pub lifetimes: Vec<Lifetime>,
    /// The new type parameters.
    pub types: Vec<TypeParam>,
    /// The lifetimes behind `&mut`: the pair doesn't keep them.
    pub exclusive: Vec<Lifetime>,
    /// The one lifetime of all that is passed by `&`: a pair keeps all of it, and so does a caller's.
    shared: Option<Lifetime>,
}

impl Naming {
    /// Beside the names that the function's generics, and those around it, have.
    pub fn new<'a>(generics: impl IntoIterator<Item = &'a Generics>) -> Self {
        let params = generics.into_iter().flat_map(|generics| &generics.params);
        let taken = params.map(|param| match param {
            syn::GenericParam::Lifetime(param) => param.lifetime.ident.to_string(),
            syn::GenericParam::Type(param) => param.ident.to_string(),
            syn::GenericParam::Const(param) => param.ident.to_string(),
        });
        Self {
            taken: taken.collect(),
            lifetimes: Vec::new(),
            types: Vec::new(),
            exclusive: Vec::new(),
            shared: None,
        }
    }

    /// The type of a parameter with everything named.
    pub fn named(&mut self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        if let Type::Reference(reference) = &mut ty
            && reference.mutability.is_none()
            && is_anonymous(reference)
        {
            let shared = self.shared.take().unwrap_or_else(|| self.fresh());
            reference.lifetime = Some(shared.clone());
            self.shared = Some(shared);
        }
        self.visit_type_mut(&mut ty);
        ty
    }

    fn fresh(&mut self) -> Lifetime {
        let letter = |number: usize| {
            char::from_u32('a' as u32 + u32::try_from(number % 26).unwrap_or(0)).unwrap_or('a')
        };
        let mut number = self.lifetimes.len();
        let name = loop {
            let round = number / 26;
            let name =
                if round == 0 { letter(number).to_string() } else { format!("{}{round}", letter(number)) };
            if self.taken.insert(name.clone()) {
                break name;
            }
            number += 1;
        };
        let lifetime = Lifetime::new(&format!("'{name}"), Span::call_site());
        self.lifetimes.push(lifetime.clone());
        lifetime
    }

    fn fresh_type(&mut self) -> Ident {
        let mut number = self.types.len();
        loop {
            let name = format_ident!("__Argument{number}");
            if self.taken.insert(name.to_string()) {
                return name;
            }
            number += 1;
        }
    }
}

/// The tokens of a signature without these lifetimes, which were anonymous: `&'a T` is `&T` again.
pub fn anonymous(tokens: TokenStream, lifetimes: &[Lifetime]) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut borrows = false;
    while let Some(token) = tokens.next() {
        let named = matches!(&token, TokenTree::Punct(quote) if quote.as_char() == '\'')
            && matches!(tokens.peek(), Some(TokenTree::Ident(name)) if lifetimes.iter().any(|known| known.ident == *name));
        if named {
            tokens.next();
            out.extend((!borrows).then(|| quote!('_)));
            continue;
        }
        borrows = matches!(&token, TokenTree::Punct(and) if and.as_char() == '&');
        out.extend([match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), anonymous(group.stream(), lifetimes));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        }]);
    }
    out
}

fn is_anonymous(reference: &TypeReference) -> bool {
    reference.lifetime.as_ref().is_none_or(|lifetime| lifetime.ident == "_")
}

impl VisitMut for Naming {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::ImplTrait(anonymous) = ty {
            let name = self.fresh_type();
            let bounds = &anonymous.bounds;
            self.types.push(parse_quote!(#name: #bounds));
            *ty = parse_quote!(#name);
            return;
        }
        if !matches!(ty, Type::FnPtr(_)) {
            visit_mut::visit_type_mut(self, ty);
        }
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        // A lifetime that the user gave to several parameters would have the pair keep the one behind `&mut` as well.
        let is_static = reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static");
        let exclusive = reference.mutability.is_some() && !is_static;
        if is_anonymous(reference) || exclusive {
            reference.lifetime = Some(self.fresh());
        }
        if exclusive {
            self.exclusive.extend(reference.lifetime.clone());
        }
        self.visit_type_mut(&mut reference.elem);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.fresh();
        }
    }

    /// What stands in `Fn(..)` has lifetimes of its own.
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
}
