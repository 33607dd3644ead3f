//! From the tokens of a type to its [`Model`], with every error of the type reported at once.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Meta, Path, Type};

use super::messages;
use super::model::{Field, Kind, Model, Style, Variant};

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

/// Reads a type.
pub fn model(input: &DeriveInput) -> syn::Result<Model> {
    let mut errors = Errors::default();
    let runtime = options(&input.attrs, &mut errors);
    if let Some(attribute) = constants(&input.attrs).next() {
        errors.report(messages::constant_on_type(attribute, &input.ident));
    }
    let (kind, variants) = variants(input, &mut errors);
    match errors.0 {
        Some(error) => Err(error),
        None => Ok(Model {
            visibility: input.vis.clone(),
            name: input.ident.clone(),
            tangent: format_ident!("{}Tangent", input.ident),
            generics: input.generics.clone(),
            kind,
            variants,
            runtime,
        }),
    }
}

fn variants(input: &DeriveInput, errors: &mut Errors) -> (Kind, Vec<Variant>) {
    match &input.data {
        Data::Struct(data) => {
            let (style, fields) = fields(&data.fields, errors);
            (Kind::Struct, vec![Variant { name: None, style, fields }])
        }
        Data::Enum(data) => {
            let variants = data.variants.iter().map(|each| variant(each, errors)).collect();
            (Kind::Enum, variants)
        }
        Data::Union(data) => {
            errors.report(messages::union_type(&data.union_token, &input.ident));
            (Kind::Enum, Vec::new())
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
    let marked = marked_constant(&field.attrs, &name, errors);
    if !marked {
        refuse_without_derivative(&field.ty, &name, errors);
    }
    Field {
        member,
        visibility: field.vis.clone(),
        ty: field.ty.clone(),
        constant: marked || never_differentiable(&field.ty),
        span: field.ty.span(),
    }
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
    const NAMES: [&str; 14] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "bool",
        "char",
    ];
    match bare(ty) {
        Type::Path(ty) => ty.qself.is_none() && NAMES.iter().any(|name| ty.path.is_ident(name)),
        Type::Reference(reference) => is_path(&reference.elem, "str"),
        _ => false,
    }
}

/// Reports what can be known from the type alone; rustc finds the rest.
fn refuse_without_derivative(ty: &Type, name: &str, errors: &mut Errors) {
    match bare(ty) {
        Type::Path(_) if is_path(ty, "String") => {
            errors.report(messages::no_derivative(ty, name, "String"));
        }
        Type::FnPtr(_) | Type::Ptr(_) | Type::Never(_) => {
            errors.report(messages::no_derivative(ty, name, ty.to_token_stream()));
        }
        Type::TraitObject(_) => errors.report(messages::shared_trait_object(ty, name)),
        Type::Reference(reference) => refuse_without_derivative_behind(ty, &reference.elem, name, errors),
        _ => {}
    }
}

/// Trait objects are mostly met behind a reference.
fn refuse_without_derivative_behind(ty: &Type, target: &Type, name: &str, errors: &mut Errors) {
    if matches!(bare(target), Type::TraitObject(_)) {
        errors.report(messages::shared_trait_object(ty, name));
    }
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

/// The path of what generated code may name, from `#[differentiable(crate = path)]`.
fn options(attributes: &[Attribute], errors: &mut Errors) -> TokenStream {
    let mut path: Option<Path> = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("differentiable")) {
        let parsed = attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("crate") {
                let option = meta.path.to_token_stream().to_string();
                return Err(messages::unknown_option(&meta.path, option));
            }
            if path.is_some() {
                return Err(messages::repeated_crate(&meta.path));
            }
            path = Some(meta.value()?.parse()?);
            Ok(())
        });
        if let Err(error) = parsed {
            errors.report(error);
        }
    }
    path.map_or_else(|| quote!(::grad_runtime::__private), |path| quote!(#path::__private))
}
