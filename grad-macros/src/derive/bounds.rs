//! Generic parameters: which of them the tangent type has, and what each impl has to require.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericParam, Generics, Lifetime, Path, Type, WherePredicate};

use super::model::{Field, Model};
use super::parse::bare;

/// The generics of the type and of its tangent.
pub struct Bounds<'m> {
    model: &'m Model,
    /// The parameters of the tangent type: those that active fields mention, and no lifetimes.
    tangent: Generics,
}

impl<'m> Bounds<'m> {
    pub fn new(model: &'m Model) -> Self {
        Self { model, tangent: tangent_generics(model) }
    }

    /// The parameters and the where clause of the tangent's definition.
    pub fn definition(&self) -> Generics {
        let differentiable = self.path("Differentiable");
        extended(&self.tangent, self.on_fields(&differentiable))
    }

    /// The generics of an impl for the tangent, and the tangent with its arguments.
    pub fn tangent_impl(&self, conditions: Vec<WherePredicate>) -> (Generics, TokenStream) {
        (extended(&self.definition(), conditions), self.tangent_type())
    }

    /// The tangent with its arguments.
    pub fn tangent_type(&self) -> TokenStream {
        let name = &self.model.tangent;
        let (_, arguments, _) = self.tangent.split_for_impl();
        quote!(#name #arguments)
    }

    /// The generics of an impl for the type itself, where generic fields implement a trait of the runtime.
    pub fn primal_impl(&self, name: &str) -> Generics {
        let predicates =
            ["Differentiable", name].into_iter().flat_map(|name| self.on_fields(&self.path(name)));
        extended(&self.model.generics, predicates.collect())
    }

    /// The same for a trait that not every differentiable field has to have: who lacks it merely lacks the impl.
    pub fn primal_impl_if(&self, name: &str) -> Generics {
        let bound = self.path(name);
        let fields = self.model.active_fields().filter(|field| !self.is_recursive(field));
        let predicates = fields.map(|field| self.if_it_holds(&field.ty.to_token_stream(), &bound)).collect();
        extended(&self.primal_impl("Differentiable"), predicates)
    }

    /// Whether a value of the type can take a step: not where it borrows by `&`, and where it holds a type with
    /// lifetimes that can't be known.
    pub fn can_step(&self) -> bool {
        !self.model.active_fields().any(|field| match bare(&field.ty) {
            Type::Reference(reference) if reference.mutability.is_some() => {
                has_lifetime(reference.elem.to_token_stream())
            }
            ty => has_lifetime(ty.to_token_stream()),
        })
    }

    /// The type of the tangent of a field.
    pub fn tangent_of(&self, ty: &Type) -> TokenStream {
        let differentiable = self.path("Differentiable");
        let free = self.free_of_lifetimes(ty);
        quote_spanned!(ty.span()=> <#free as #differentiable>::Tangent)
    }

    /// `ty: bound`, where `ty` is the type of a field or made of it, so that a type that lacks it merely lacks the impl.
    ///
    /// Where no parameter leaves the answer open, a lifetime that is bound for nothing keeps rustc from refusing at once
    /// what is plainly false.
    pub fn if_it_holds(&self, ty: &TokenStream, bound: &TokenStream) -> WherePredicate {
        if self.model.generics.type_params().any(|parameter| mentions(ty.clone(), &parameter.ident)) {
            syn::parse_quote!(#ty: #bound)
        } else {
            syn::parse_quote!(for<'field> #ty: #bound)
        }
    }

    /// Whether a field's type names the type that it is a field of.
    pub fn is_recursive(&self, field: &Field) -> bool {
        let ty = field.ty.to_token_stream();
        mentions(ty.clone(), &self.model.name) || mentions(ty, &self_type())
    }

    /// A name of the runtime.
    pub fn path(&self, name: &str) -> TokenStream {
        let runtime = &self.model.runtime;
        let name = Ident::new(name, Span::call_site());
        quote!(#runtime::#name)
    }

    /// `FieldType: bound` for the fields whose type depends on a type parameter.
    ///
    /// The bound is on the parameters where one on the type would make the impl depend on itself, or would hide from
    /// rustc that it holds for every lifetime.
    fn on_fields(&self, bound: &TokenStream) -> Vec<WherePredicate> {
        let mut predicates: Vec<WherePredicate> = Vec::new();
        for field in self.model.active_fields() {
            let ty = self.free_of_lifetimes(&field.ty);
            let ty = plain_number(self.model, &ty).unwrap_or(&ty);
            let parameters: Vec<_> = self.type_parameters(ty).collect();
            if self.is_recursive(field) || has_lifetime(ty.to_token_stream()) {
                let on_parameter = |name: &&Ident| -> WherePredicate { syn::parse_quote!(#name: #bound) };
                predicates.extend(parameters.iter().map(on_parameter));
            } else if !parameters.is_empty() {
                predicates.push(syn::parse_quote!(#ty: #bound));
            }
        }
        predicates
    }

    /// The type parameters that a type mentions.
    fn type_parameters(&self, ty: &Type) -> impl Iterator<Item = &'m Ident> {
        let tokens = ty.to_token_stream();
        self.model
            .generics
            .type_params()
            .map(|parameter| &parameter.ident)
            .filter(move |name| mentions(tokens.clone(), name))
    }

    /// A field's type as it stands outside of the type itself: `Self` by name, what is borrowed in place of the
    /// reference, and `'static` for the other lifetimes, on which a tangent doesn't depend.
    fn free_of_lifetimes(&self, ty: &Type) -> Type {
        let mut ty = match bare(ty) {
            Type::Reference(reference) => (*reference.elem).clone(),
            other => other.clone(),
        };
        let name = &self.model.name;
        let (_, arguments, _) = self.model.generics.split_for_impl();
        NameSelf(syn::parse_quote!(#name #arguments)).visit_type_mut(&mut ty);
        MakeStatic.visit_type_mut(&mut ty);
        ty
    }
}

/// The number type of a field that is plainly a container of numbers: a float or a type parameter, or an array of arrays
/// of these. What is said of the number says it of the whole, and leaves rustc free to look into it.
pub fn plain_number<'t>(model: &Model, ty: &'t Type) -> Option<&'t Type> {
    let is_parameter =
        |path: &syn::Path| model.generics.type_params().any(|parameter| path.is_ident(&parameter.ident));
    match bare(ty) {
        Type::Array(array) => plain_number(model, &array.elem),
        Type::Path(path) if is_float(ty) || is_parameter(&path.path) => Some(ty),
        _ => None,
    }
}

pub fn is_float(ty: &Type) -> bool {
    matches!(bare(ty), Type::Path(ty) if ty.path.is_ident("f64") || ty.path.is_ident("f32"))
}

/// The parameters of the tangent, with the predicates that are about them alone.
fn tangent_generics(model: &Model) -> Generics {
    let types: TokenStream = model.active_fields().map(|field| field.ty.to_token_stream()).collect();
    let mut generics = model.generics.clone();
    let dropped: Vec<Ident> = generics
        .params
        .iter()
        .filter_map(parameter_name)
        .filter(|name| !mentions(types.clone(), name))
        .cloned()
        .collect();
    generics.params = generics
        .params
        .into_iter()
        .filter(|parameter| parameter_name(parameter).is_some_and(|name| !dropped.contains(name)))
        .collect();
    if let Some(clause) = &mut generics.where_clause {
        clause.predicates = std::mem::take(&mut clause.predicates)
            .into_iter()
            .filter(|predicate| matches!(predicate, WherePredicate::Type(_)))
            .filter(|predicate| !mentions(predicate.to_token_stream(), &self_type()))
            .filter(|predicate| !dropped.iter().any(|name| mentions(predicate.to_token_stream(), name)))
            .collect();
    }
    MakeStatic.visit_generics_mut(&mut generics);
    generics
}

/// The name `Self`.
fn self_type() -> Ident {
    Ident::new("Self", Span::call_site())
}

/// The name of a type or constant parameter.
fn parameter_name(parameter: &GenericParam) -> Option<&Ident> {
    match parameter {
        GenericParam::Type(parameter) => Some(&parameter.ident),
        GenericParam::Const(parameter) => Some(&parameter.ident),
        GenericParam::Lifetime(_) => None,
    }
}

/// The generics with more predicates, each of them once.
pub fn extended(generics: &Generics, predicates: Vec<WherePredicate>) -> Generics {
    let mut generics = generics.clone();
    if predicates.is_empty() {
        return generics;
    }
    let clause = generics.make_where_clause();
    let mut known: BTreeSet<String> =
        clause.predicates.iter().map(|known| known.to_token_stream().to_string()).collect();
    let new =
        predicates.into_iter().filter(|predicate| known.insert(predicate.to_token_stream().to_string()));
    clause.predicates.extend(new);
    generics
}

/// Whether an identifier occurs.
pub fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(found) => found == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        _ => false,
    })
}

/// Whether a lifetime occurs.
fn has_lifetime(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Punct(punct) => punct.as_char() == '\'',
        TokenTree::Group(group) => has_lifetime(group.stream()),
        _ => false,
    })
}

/// Writes a type's name in place of `Self`.
struct NameSelf(Path);

impl VisitMut for NameSelf {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.is_ident("Self") {
            *path = self.0.clone();
        } else {
            visit_mut::visit_path_mut(self, path);
        }
    }
}

/// Writes `'static` in place of every lifetime.
struct MakeStatic;

impl VisitMut for MakeStatic {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        lifetime.ident = Ident::new("static", lifetime.ident.span());
    }

    // A lifetime that is bound inside of a type is bound there still.
    fn visit_bound_lifetimes_mut(&mut self, _lifetimes: &mut syn::BoundLifetimes) {}
}
