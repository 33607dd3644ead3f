//! The type as the emitters see it: a struct is an enum of one variant.

use proc_macro2::{Ident, Span, TokenStream};
use quote::format_ident;
use syn::{Generics, Member, Type, Visibility};

/// A type that derives `Differentiable`.
pub struct Model {
    pub visibility: Visibility,
    pub name: Ident,
    /// The name of the tangent type.
    pub tangent: Ident,
    pub generics: Generics,
    pub kind: Kind,
    /// The only one of a struct, all of an enum.
    pub variants: Vec<Variant>,
    /// Where the runtime is found: `::grad_runtime::__private`.
    pub runtime: TokenStream,
    /// Whether the type holds itself through other types, as `#[differentiable(recursive)]` says.
    pub recursive: bool,
}

/// Whether the type is a struct or an enum.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Struct,
    Enum,
}

/// A struct's fields, or those of a variant of an enum.
pub struct Variant {
    /// `None` for a struct.
    pub name: Option<Ident>,
    pub style: Style,
    pub fields: Vec<Field>,
}

/// How fields are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Named,
    Tuple,
    Unit,
}

/// A field, constant or not.
pub struct Field {
    pub member: Member,
    pub visibility: Visibility,
    pub ty: Type,
    /// Whether it never carries a derivative.
    pub constant: bool,
    pub span: Span,
}

impl Model {
    /// The fields that carry a derivative, of all variants.
    pub fn active_fields(&self) -> impl Iterator<Item = &Field> {
        self.variants.iter().flat_map(Variant::active)
    }
}

impl Variant {
    /// The fields that carry a derivative.
    pub fn active(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| !field.constant)
    }
}

impl Field {
    /// A name for the field of one of several values: `a_radius`, `b_0`.
    pub fn binding(&self, prefix: &str) -> Ident {
        match &self.member {
            Member::Named(name) => format_ident!("{}_{}", prefix, name),
            Member::Unnamed(index) => format_ident!("{}_{}", prefix, index.index),
        }
    }

    /// The key of the field in a key chain.
    pub fn key(&self) -> String {
        match &self.member {
            Member::Named(name) => name.to_string().trim_start_matches("r#").to_owned(),
            Member::Unnamed(index) => index.index.to_string(),
        }
    }
}
