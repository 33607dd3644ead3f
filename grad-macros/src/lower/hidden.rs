//! Calls of methods that have no derivative, or whose derivative would be that of another method of the same name, are refused.

use syn::{Ident, Type};

use super::Lower;
use crate::diag::Message;
use crate::ir::{Arg, Callee, Ty};
use crate::parse::{constants, hidden};

impl Lower<'_> {
    /// Refuses a call that may mean another method than the one whose derivative would be found, or one without any.
    pub fn refuse_hidden(&self, callee: &Callee, args: &[Arg]) {
        let (method, owner) = match callee {
            Callee::Method(method, _) => (method, self.receiver(args.first())),
            Callee::Path(path) => {
                let mut segments = path.segments.iter().rev();
                let (Some(method), Some(owner)) = (segments.next(), segments.next()) else { return };
                let owner = self.owner(&owner.ident);
                if !owner.starts_with(char::is_uppercase) {
                    return;
                }
                (&method.ident, Some(owner))
            }
            Callee::OfTrait(_) | Callee::Qualified(_) | Callee::Operator(_) | Callee::Assignment(_) => return,
        };
        let is_generic = owner.as_ref().is_some_and(|owner| self.generic.iter().any(|name| name == owner));
        if is_generic || !self.is_some_varied(args) {
            return;
        }
        if let Some(found) = hidden::hidden(&method.to_string(), owner.as_deref()) {
            self.refuse(method.span(), &Message::hidden_method(method, found.owner, found.of));
        } else if let Some(owner) = owner.filter(|owner| hidden::is_plain(&method.to_string(), owner)) {
            self.refuse(method.span(), &Message::no_method_rule(method, owner));
        }
    }

    /// What a path names: `Trait::m`, if that is one in which `m` has derivatives, or a function.
    pub fn named(path: &syn::Path) -> Callee {
        let mut segments = path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let boxed = Box::new(path.clone());
        match (segments.next(), segments.next()) {
            (Some(method), Some(owner)) if hidden::is_of_trait(&owner, &method) => Callee::OfTrait(boxed),
            _ => Callee::Path(boxed),
        }
    }

    /// The type of a receiver, where that is a name.
    fn receiver(&self, receiver: Option<&Arg>) -> Option<String> {
        let ty = match receiver? {
            Arg::Value(v) => self.ty(*v),
            Arg::Ref { place, .. } => self.place_ty(place),
            Arg::Opaque(_) => return None,
        };
        match ty {
            Ty::Named(written) => constants::name_of(&self.home.resolved(&written)),
            _ => None,
        }
    }

    /// The type that is named in a path.
    fn owner(&self, name: &Ident) -> String {
        let own: Type = syn::parse_quote!(#name);
        constants::name_of(&self.home.resolved(&own)).unwrap_or_default()
    }

    fn is_some_varied(&self, args: &[Arg]) -> bool {
        args.iter().any(|arg| match arg {
            Arg::Value(v) => self.is_varied(*v),
            Arg::Ref { place, .. } => self.is_varied_place(place),
            Arg::Opaque(_) => false,
        })
    }
}
