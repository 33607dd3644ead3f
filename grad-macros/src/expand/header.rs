//! The header of an `impl`: its lifetimes get names, so that a pair can say which of them it keeps.

use std::collections::HashSet;

use proc_macro2::Span;
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericParam, ItemImpl, Lifetime, LifetimeParam, ParenthesizedGenericArguments, TypeReference};

/// Names the lifetimes that the header leaves out.
pub fn name_lifetimes(block: &mut ItemImpl) {
    let mut taken = HashSet::new();
    crate::parse::each_ident(block.to_token_stream(), &mut |ident| {
        taken.insert(ident.to_string());
    });
    let mut anonymous = Anonymous { taken, found: Vec::new() };
    if let Some((path, _)) = &mut block.trait_ {
        anonymous.visit_path_mut(path);
    }
    anonymous.visit_type_mut(&mut block.self_ty);
    let named =
        anonymous.found.into_iter().map(|lifetime| GenericParam::Lifetime(LifetimeParam::new(lifetime)));
    let written = std::mem::take(&mut block.generics.params);
    block.generics.params = named.chain(written).collect();
}

struct Anonymous {
    taken: HashSet<String>,
    found: Vec<Lifetime>,
}

impl Anonymous {
    fn fresh(&mut self) -> Lifetime {
        let names = (0..).map(|number| format!("view{number}"));
        let name = names.into_iter().find(|name| self.taken.insert(name.clone())).unwrap_or_default();
        let lifetime = Lifetime::new(&format!("'{name}"), Span::call_site());
        self.found.push(lifetime.clone());
        lifetime
    }
}

impl VisitMut for Anonymous {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = self.fresh();
        }
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        if reference.lifetime.is_none() {
            reference.lifetime = Some(self.fresh());
        }
        visit_mut::visit_type_reference_mut(self, reference);
    }

    /// What stands in `Fn(..)` has lifetimes of its own.
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}
}
