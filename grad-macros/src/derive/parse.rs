//! From the tokens of a type to its [`Model`], with every error of the type reported at once.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Meta, Path, Type};

use super::messages;
use super::model::{Field, Kind, Model, Style, Variant};
use crate::parse::types::NEVER_DIFFERENTIABLE;

/// Errors found so far; the first one takes in those that follow.
#[derive(Default)]
struct Errors(Option<syn::Error>);

impl Errors {
    fn report(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }
}

/// Reads a type. After an error the fields that it's about count as constant, so that the tangent type is still written
/// and its absence doesn't cause more errors; of a union nothing can be written.
pub fn model(input: &DeriveInput) -> (Option<Model>, Option<syn::Error>) {
    let mut errors = Errors::default();
    let options = Options::read(&input.attrs, &mut errors);
    if let Some(attribute) = constants(&input.attrs).next() {
        errors.report(messages::constant_on_type(attribute, &input.ident));
    }
    let model = variants(input, &mut errors).map(|(kind, variants)| Model {
        visibility: input.vis.clone(),
        name: input.ident.clone(),
        tangent: format_ident!("{}Tangent", input.ident),
        generics: input.generics.clone(),
        kind,
        variants,
        runtime: options.runtime(),
        recursive: options.recursive,
    });
    (model, errors.0)
}

fn variants(input: &DeriveInput, errors: &mut Errors) -> Option<(Kind, Vec<Variant>)> {
    match &input.data {
        Data::Struct(data) => {
            let (style, fields) = fields(&data.fields, errors);
            Some((Kind::Struct, vec![Variant { name: None, style, fields }]))
        }
        Data::Enum(data) => {
            let variants = data.variants.iter().map(|each| variant(each, errors)).collect();
            Some((Kind::Enum, variants))
        }
        Data::Union(data) => {
            errors.report(messages::union_type(&data.union_token, &input.ident));
            None
        }
    }
}

fn variant(variant: &syn::Variant, errors: &mut Errors) -> Variant {
    if let Some(attribute) = constants(&variant.attrs).next() {
        errors.report(messages::constant_on_variant(attribute, &variant.ident));
    }
    let (style, fields) = fields(&variant.fields, errors);
    Variant { name: Some(variant.ident.clone()), style, fields }
}

fn fields(fields: &Fields, errors: &mut Errors) -> (Style, Vec<Field>) {
    let style = match fields {
        Fields::Named(_) => Style::Named,
        Fields::Unnamed(_) => Style::Tuple,
        Fields::Unit => Style::Unit,
    };
    let members = fields.members();
    let fields = fields.iter().zip(members).map(|(each, member)| field(each, member, errors)).collect();
    (style, fields)
}

fn field(field: &syn::Field, member: syn::Member, errors: &mut Errors) -> Field {
    let name = match &member {
        syn::Member::Named(name) => format!("the field `{name}`"),
        syn::Member::Unnamed(index) => format!("field {}", index.index),
    };
    let constant = marked_constant(&field.attrs, &name, errors)
        || never_differentiable(&field.ty)
        || refused(&field.ty, &name, errors);
    Field { member, visibility: field.vis.clone(), ty: field.ty.clone(), constant, span: field.ty.span() }
}

/// Whether the field has the attribute `#[constant]`, written as it should be.
fn marked_constant(attributes: &[Attribute], name: &str, errors: &mut Errors) -> bool {
    let mut marked = false;
    for attribute in constants(attributes) {
        if !matches!(attribute.meta, Meta::Path(_)) {
            errors.report(messages::constant_with_arguments(attribute));
        } else if marked {
            errors.report(messages::repeated_constant(attribute, name));
        }
        marked = true;
    }
    marked
}

fn constants(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("constant"))
}

/// The types whose values never carry a derivative: integers, `bool`, `char` and `&str`.
fn never_differentiable(ty: &Type) -> bool {
    match bare(ty) {
        Type::Path(ty) => {
            ty.qself.is_none() && NEVER_DIFFERENTIABLE.iter().any(|name| ty.path.is_ident(name))
        }
        Type::Reference(reference) => is_path(&reference.elem, "str"),
        _ => false,
    }
}

/// Reports a field whose type plainly has no derivative, and whether it did; rustc finds the rest.
fn refused(ty: &Type, name: &str, errors: &mut Errors) -> bool {
    if holds(ty, &|part| matches!(part, Type::TraitObject(_))) {
        errors.report(messages::trait_object(ty, name));
        true
    } else if holds(ty, &|part| never_differentiable(part) || is_plainly_constant(part)) {
        let text = ty.to_token_stream().to_string().replace(" < ", "<").replace(" >", ">").replace(" ;", ";");
        errors.report(messages::no_derivative(ty, name, text));
        true
    } else {
        false
    }
}

/// Whether a type or one of its parts has a property; parts are those of arrays, tuples and references, and of the
/// standard types that hold values of others.
fn holds(ty: &Type, property: &impl Fn(&Type) -> bool) -> bool {
    let ty = bare(ty);
    property(ty)
        || match ty {
            Type::Array(array) => holds(&array.elem, property),
            Type::Slice(slice) => holds(&slice.elem, property),
            Type::Reference(reference) => holds(&reference.elem, property),
            Type::Tuple(tuple) => tuple.elems.iter().any(|part| holds(part, property)),
            Type::Path(path) => standard_part(path).is_some_and(|part| holds(part, property)),
            _ => false,
        }
}

/// What a `Vec`, an `Option` or a `Box` holds.
fn standard_part(ty: &syn::TypePath) -> Option<&Type> {
    let only = ty.path.segments.first().filter(|_| ty.path.segments.len() == 1)?;
    let syn::PathArguments::AngleBracketed(arguments) = &only.arguments else { return None };
    let is_standard = ["Vec", "Option", "Box"].iter().any(|name| only.ident == name);
    match arguments.args.first() {
        Some(syn::GenericArgument::Type(part)) if is_standard => Some(part),
        _ => None,
    }
}

/// Texts, pointers and functions have no derivative whatever they stand in.
fn is_plainly_constant(ty: &Type) -> bool {
    matches!(ty, Type::FnPtr(_) | Type::Ptr(_) | Type::Never(_))
        || is_path(ty, "String")
        || is_path(ty, "str")
}

/// The type without the parentheses and invisible groups around it.
pub fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Paren(inner) => bare(&inner.elem),
        Type::Group(inner) => bare(&inner.elem),
        other => other,
    }
}

fn is_path(ty: &Type, name: &str) -> bool {
    matches!(bare(ty), Type::Path(ty) if ty.qself.is_none() && ty.path.is_ident(name))
}

/// What `#[differentiable(..)]` says about a type.
#[derive(Default)]
struct Options {
    crate_path: Option<Path>,
    recursive: bool,
}

impl Options {
    fn read(attributes: &[Attribute], errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("differentiable")) {
            if let Err(error) = attribute.parse_nested_meta(|meta| options.read_one(&meta)) {
                errors.report(error);
            }
        }
        options
    }

    fn read_one(&mut self, meta: &ParseNestedMeta) -> syn::Result<()> {
        if meta.path.is_ident("crate") && self.crate_path.is_none() {
            self.crate_path = Some(meta.value()?.parse()?);
        } else if meta.path.is_ident("recursive") && !self.recursive {
            self.recursive = true;
        } else {
            let option = meta.path.to_token_stream().to_string();
            let known = meta.path.is_ident("crate") || meta.path.is_ident("recursive");
            let message = if known { messages::repeated_option } else { messages::unknown_option };
            return Err(message(&meta.path, option));
        }
        Ok(())
    }

    /// The module of what generated code may name.
    fn runtime(&self) -> TokenStream {
        match &self.crate_path {
            None => quote!(::grad_runtime::__private),
            Some(path) => quote!(#path::__private),
        }
    }
}
