//! How the items of a function are named: functions of a type with the function's name, or siblings with a suffix.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::parse::{Home, Kind};

/// How the items are named, and where they stand.
pub struct Style {
    /// Siblings: `energy_grad` beside `energy`.
    pub suffix: bool,
    /// Items of a trait's definition, or perhaps so.
    pub in_trait: bool,
    /// What the items belong to.
    pub owner: TokenStream,
    /// Whether the items can't name each other: if `Self` has a method of the same name from elsewhere, with derivatives of its own,
    /// `Self::energy_jvp` is that one's.
    pub nameless: bool,
}

impl Style {
    /// Of a function in this place.
    pub fn of(home: &Home) -> Self {
        let owner = match &home.kind {
            Kind::OfTrait(path) => quote!(<Self as #path>),
            Kind::Module | Kind::Alone | Kind::Inherent | Kind::Trait | Kind::Operator(_) => quote!(Self),
        };
        // A method that is seen alone may be a trait's, and the trait has to stay usable as `dyn`; elsewhere it's true anyway.
        let in_trait = match home.kind {
            Kind::Alone | Kind::Trait | Kind::OfTrait(_) => true,
            Kind::Module | Kind::Inherent | Kind::Operator(_) => false,
        };
        Self { suffix: home.kind != Kind::Module, in_trait, owner, nameless: home.kind == Kind::Alone }
    }

    /// The name of an item of the function `of`: the hidden ones are `__pull` or `energy_pull`.
    pub fn item(&self, of: &Ident, item: &str) -> Ident {
        if self.suffix {
            format_ident!("{}_{}", of, item.trim_start_matches('_'))
        } else {
            Ident::new(item, proc_macro2::Span::call_site())
        }
    }
}
