//! Where a function stands: in a module, or among the items of an `impl` or a `trait`.

use proc_macro2::Ident;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Generics, Path, Type, TypePath};

use super::{Helper, types};
use crate::ir::Ty;

/// What surrounds a function.
#[derive(Clone, Default)]
pub struct Home {
    pub kind: Kind,
    /// The generics of the `impl` or the `trait`, where they are seen.
    pub generics: Generics,
    /// What `Self` is, where that is seen.
    pub own: Option<Type>,
    /// The callees beside it that are lowered in place of their calls.
    pub helpers: Vec<Helper>,
}

/// What kind of place it is.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Kind {
    /// A module, or a function's body.
    #[default]
    Module,
    /// An `impl` or a `trait` of which only this method is seen.
    Alone,
    /// An `impl` of a type.
    Inherent,
    /// A `trait`.
    Trait,
    /// An `impl` of this trait.
    OfTrait(Box<Path>),
    /// An `impl` of this operator's trait: its derivative is an `impl` of the rule.
    Operator(Box<Operator>),
}

/// An operator's `impl`.
#[derive(Clone, PartialEq, Eq)]
pub struct Operator {
    /// The runtime's trait of its rule: `MulRule`.
    pub rule: Ident,
    /// The right operand, where there are two.
    pub right: Option<Type>,
    /// Whether it changes the left operand instead of giving a result.
    pub assigns: bool,
    /// The attributes that decide whether the `impl` exists.
    pub conditions: Vec<Attribute>,
}

impl Home {
    /// The type parameters that stand for a scalar, of the function and of what surrounds it.
    pub fn scalars(&self, generics: &Generics) -> Vec<Ident> {
        let mut scalars = types::scalar_parameters(generics);
        scalars.extend(types::scalar_parameters(&self.generics));
        scalars
    }

    /// What is known of a type that the user wrote, perhaps with `Self`.
    pub fn known(&self, ty: &Type, scalars: &[Ident]) -> Ty {
        types::known(&self.resolved(ty), scalars)
    }

    /// The type of a parameter: what is passed by reference as `Self` is taken for what it is.
    pub fn seen_through(&self, ty: &Type) -> Type {
        match &self.own {
            Some(Type::Reference(_)) => self.resolved(ty),
            _ => ty.clone(),
        }
    }

    /// A type in which `Self` is written out, if it can be.
    pub fn resolved(&self, ty: &Type) -> Type {
        let mut ty = ty.clone();
        if let Some(own) = &self.own {
            Resolve(own).visit_type_mut(&mut ty);
        }
        ty
    }
}

struct Resolve<'a>(&'a Type);

impl VisitMut for Resolve<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if matches!(ty, Type::Path(TypePath { qself: None, path, .. }) if path.is_ident("Self")) {
            *ty = self.0.clone();
        } else {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}
