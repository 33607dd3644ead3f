//! Enums with active data in memory: which variant it is stays a `match` of the user's, over constant data; what a variant
//! holds is a place inside of it.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Member, Pat, Path};

use super::matching::Case;
use super::{Lower, Term, scan};
use crate::ir::{BranchKind, MatchArm, Op, Opaque, Payload, Place, Projection, Ty};
use crate::parse::payloads;
use crate::parse::tokens::each_ident;

impl Lower<'_> {
    /// The place of an enum that is matched by its variants.
    pub fn variant_place(&mut self, term: &Term, cases: &[Case<'_>], span: Span) -> Option<Place> {
        if !cases.iter().any(|case| names_variant(case.pat)) {
            return None;
        }
        match term {
            Term::Place(place) | Term::Ref { place, .. } => Some(place.clone()),
            Term::Value(_) | Term::ValueRef(_) => Some(self.spill(term.clone(), "matched", span)),
            _ => None,
        }
    }

    /// A branch with one arm per case.
    pub fn variant_cases(
        &mut self,
        term: &Term,
        place: &Place,
        cases: &[Case<'_>],
        span: Span,
        arm: &mut dyn FnMut(&mut Self, usize) -> Term,
    ) -> Term {
        let (tokens, uses) = super::opaque::written(place, span);
        let expr = super::opaque::parsed(quote::quote!(&#tokens));
        let scrutinee = Opaque { expr: Box::new(expr), uses, cheap: true };
        let (cases, numbers) = apart(cases);
        let cases = &cases[..];
        let qualified: Vec<Pat> = cases.iter().map(|case| self.qualified(case.pat, place)).collect();
        let by_value = !matches!(term, Term::Ref { .. });
        let mut arms = Vec::new();
        for (case, pat) in cases.iter().zip(&qualified) {
            if let Some(problem) = unsupported(pat) {
                return self.not_yet(problem, "this pattern on an enum with active data");
            }
            let mut names = scan::bound(pat);
            names.retain(|name| case.guard.is_some_and(|guard| mentions(guard, std::slice::from_ref(name))));
            let mut pat = pat.clone();
            Anonymous { seen: &names }.visit_pat_mut(&mut pat);
            let guard = case.guard.map(|guard| {
                // What the guard sees is the variant's own, behind the reference that is matched.
                let mut guard = guard.clone();
                Seen { names: &names, by_value }.visit_expr_mut(&mut guard);
                self.opaque_of(&guard)
            });
            arms.push(MatchArm { pat: Box::new(pat), guard, binds: Vec::new() });
        }
        let selector = self.new_value("arm", Ty::Int, false, span);
        let whole = match term {
            Term::Ref { mutable, .. } => Term::Ref { place: place.clone(), mutable: *mutable },
            _ => Term::Place(place.clone()),
        };
        self.choose(BranchKind::Match { scrutinee, arms, selector }, cases.len(), span, |lower, number| {
            lower.bind_variant(&qualified[number], &whole);
            arm(lower, numbers[number])
        })
    }

    /// A path in which `Self` is written out, if it can be.
    pub fn written_out(&self, path: &Path) -> Path {
        let Some(syn::Type::Path(own)) = &self.home.own else { return path.clone() };
        if !starts_with_self(path) {
            return path.clone();
        }
        let mut out = own.path.clone();
        for segment in &mut out.segments {
            segment.arguments = syn::PathArguments::None;
        }
        out.segments.extend(path.segments.iter().skip(1).cloned());
        out
    }

    /// A pattern with the enum's name before that of every variant: the tangent of an enum is found by it.
    fn qualified(&self, pat: &Pat, place: &Place) -> Pat {
        struct Qualify<'l, 'b>(Option<Path>, &'l Lower<'b>);
        impl Qualify<'_, '_> {
            fn path(&self, path: &mut Path) {
                *path = self.1.written_out(path);
                let std = ["Some", "None", "Ok", "Err"].iter().any(|name| last_is(path, name));
                if let (Some(owner), 1, false) = (&self.0, path.segments.len(), std) {
                    let variant = &path.segments[0];
                    *path = syn::parse_quote!(#owner::#variant);
                }
            }
        }
        impl VisitMut for Qualify<'_, '_> {
            fn visit_pat_mut(&mut self, pat: &mut Pat) {
                match pat {
                    Pat::TupleStruct(tuple) => self.path(&mut tuple.path),
                    Pat::Struct(fields) => self.path(&mut fields.path),
                    Pat::Path(path) => self.path(&mut path.path),
                    Pat::Ident(ident) if scan::is_constant_pattern(ident) && ident.ident != "None" => {
                        let mut path = Path::from(ident.ident.clone());
                        self.path(&mut path);
                        *pat = syn::parse_quote!(#path);
                    }
                    Pat::Or(_) | Pat::Paren(_) | Pat::Reference(_) => visit_mut::visit_pat_mut(self, pat),
                    Pat::Ident(ident) => {
                        if let Some((_, inner)) = &mut ident.subpat {
                            self.visit_pat_mut(inner);
                        }
                    }
                    // What is inside of a variant may be of another type.
                    _ => {}
                }
            }
        }
        let owner = match self.place_ty(place) {
            Ty::Named(written) => match behind(&written) {
                syn::Type::Path(ty) => Some(self.written_out(&ty.path)),
                _ => None,
            },
            _ => None,
        };
        let owner = owner.map(|mut owner| {
            owner.segments.iter_mut().for_each(|segment| segment.arguments = syn::PathArguments::None);
            owner
        });
        let mut pat = pat.clone();
        Qualify(owner, self).visit_pat_mut(&mut pat);
        pat
    }

    /// Binds the names of a pattern to what the variant holds.
    fn bind_variant(&mut self, pat: &Pat, term: &Term) {
        let parts: Vec<(Member, &Pat)> = match pat {
            Pat::TupleStruct(tuple) => {
                let members = (0..).map(|index| super::opaque::member(index, pat.span()));
                members.zip(&tuple.elems).collect()
            }
            Pat::Struct(fields) => {
                fields.fields.iter().map(|field| (field.member.clone(), &*field.pat)).collect()
            }
            Pat::Paren(inner) => return self.bind_variant(&inner.pat, term),
            Pat::Reference(inner) => {
                let term = Self::deref(term.clone());
                return self.bind_variant(&inner.pat, &term);
            }
            Pat::Ident(ident) if scan::is_constant_pattern(ident) => return,
            Pat::Ident(ident) if ident.subpat.is_some() => {
                self.bind_name(&ident.ident, term.clone());
                if let Some((_, inner)) = &ident.subpat {
                    self.bind_variant(inner, term);
                }
                return;
            }
            Pat::Ident(_) | Pat::Tuple(_) | Pat::Slice(_) => return self.bind_pattern(pat, term.clone()),
            _ => return,
        };
        let variant = match pat {
            Pat::TupleStruct(tuple) => &tuple.path,
            Pat::Struct(fields) => &fields.path,
            _ => return,
        };
        let Some(place) = term.place().cloned() else { return };
        for (member, inner) in parts {
            let constant = payloads::constant(variant, &member);
            let payload = Payload { variant: variant.clone(), member, tangent: false, constant };
            let piece = place.then(Projection::Payload(Box::new(payload)));
            let piece = match term {
                Term::Ref { mutable, .. } => Term::Ref { place: piece, mutable: *mutable },
                _ => Term::Place(piece),
            };
            self.bind_variant(inner, &piece);
        }
    }

    /// An `Option` in memory: whether there is something, and where.
    pub fn option_place(&mut self, receiver: &Term, span: Span) -> Option<(Term, Term)> {
        let place = receiver.place()?;
        if is_option(&self.place_ty(place)) { self.option_at(receiver, span) } else { None }
    }

    /// What is known to be an `Option`.
    pub fn option_at(&mut self, receiver: &Term, span: Span) -> Option<(Term, Term)> {
        let place = receiver.place()?.clone();
        let (tokens, uses) = super::opaque::written(&place, span);
        let expr = super::opaque::parsed(quote::quote!(#tokens.is_some()));
        let some =
            self.bind("t", Ty::Bool, Op::Opaque(Opaque { expr: Box::new(expr), uses, cheap: true }), span);
        let payload = Payload {
            variant: syn::parse_quote!(Some),
            member: super::opaque::member(0, span),
            tangent: false,
            constant: None,
        };
        let place = place.then(Projection::Payload(Box::new(payload)));
        let payload = match receiver {
            Term::Ref { mutable, .. } => Term::Ref { place, mutable: *mutable },
            _ => Term::Place(place),
        };
        Some((Term::Value(some), payload))
    }
}

/// What is known of what a variant holds: the type in `Option<T>`.
pub fn payload_ty(ty: &Ty, variant: &Path, scalars: &[syn::Ident]) -> Ty {
    let inner = if is_option(ty) { argument(ty) } else { None };
    match inner {
        Some(inner) if last_is(variant, "Some") => crate::parse::types::known(inner, scalars),
        _ if matches!(ty, Ty::Constant) => Ty::Constant,
        _ => Ty::Unknown,
    }
}

fn is_option(ty: &Ty) -> bool {
    match ty {
        Ty::Named(written) => matches!(&**written, syn::Type::Path(path) if last_is(&path.path, "Option")),
        _ => false,
    }
}

fn argument(ty: &Ty) -> Option<&syn::Type> {
    let Ty::Named(written) = ty else { return None };
    let syn::Type::Path(path) = &**written else { return None };
    let syn::PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        syn::GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}

/// Whether the last segment of a path has this name.
pub fn last_is(path: &Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

/// Whether a pattern names a variant.
fn names_variant(pat: &Pat) -> bool {
    match pat {
        Pat::TupleStruct(_) | Pat::Path(_) => true,
        Pat::Struct(fields) => fields.path.segments.len() > 1,
        Pat::Ident(ident) => {
            scan::is_constant_pattern(ident)
                || ident.subpat.as_ref().is_some_and(|(_, inner)| names_variant(inner))
        }
        Pat::Or(or) => or.cases.iter().any(names_variant),
        Pat::Paren(inner) => names_variant(&inner.pat),
        Pat::Reference(inner) => names_variant(&inner.pat),
        _ => false,
    }
}

/// The part of a pattern that can't be taken apart.
fn unsupported(pat: &Pat) -> Option<Span> {
    match pat {
        Pat::Or(or) if !scan::bound(pat).is_empty() => Some(or.span()),
        Pat::Ident(ident) => ident.subpat.as_ref().and_then(|(_, inner)| unsupported(inner)),
        Pat::TupleStruct(tuple) => {
            let rest = tuple.elems.iter().position(|pat| matches!(pat, Pat::Rest(_)));
            let after = rest.is_some_and(|rest| rest + 1 < tuple.elems.len());
            // The tangent of an enum is found by the enum's name, which has to be there.
            let bare = tuple.path.segments.len() == 1 && !last_is(&tuple.path, "Some");
            let foreign = last_is(&tuple.path, "Ok") || last_is(&tuple.path, "Err");
            if after || bare || foreign || starts_with_self(&tuple.path) {
                return Some(pat.span());
            }
            tuple.elems.iter().find_map(unsupported)
        }
        Pat::Struct(fields) => {
            if fields.path.segments.len() == 1 || starts_with_self(&fields.path) {
                return Some(pat.span());
            }
            fields.fields.iter().find_map(|field| unsupported(&field.pat))
        }
        Pat::Paren(inner) => unsupported(&inner.pat),
        Pat::Reference(inner) => unsupported(&inner.pat),
        _ => None,
    }
}

fn starts_with_self(path: &Path) -> bool {
    path.segments.first().is_some_and(|first| first.ident == "Self")
}

fn mentions(expr: &Expr, names: &[String]) -> bool {
    let mut found = false;
    each_ident(quote::ToTokens::to_token_stream(expr), &mut |ident| {
        found |= names.iter().any(|name| ident == name);
    });
    found
}

/// The cases of alternatives that bind names, each by itself, with the number that it had.
fn apart<'p>(cases: &[Case<'p>]) -> (Vec<Case<'p>>, Vec<usize>) {
    let mut out = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        match case.pat {
            Pat::Or(or) if !scan::bound(case.pat).is_empty() => {
                out.extend(or.cases.iter().map(|pat| (Case { pat, guard: case.guard }, number)));
            }
            pat => out.push((Case { pat, guard: case.guard }, number)),
        }
    }
    out.into_iter().unzip()
}

/// The type behind references.
fn behind(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(inner) => behind(&inner.elem),
        syn::Type::Paren(inner) => behind(&inner.elem),
        syn::Type::Group(inner) => behind(&inner.elem),
        other => other,
    }
}

/// The name that a guard has for what a pattern binds; the arm has a place in its stead.
fn seen(name: &syn::Ident) -> syn::Ident {
    quote::format_ident!("{name}_seen", span = name.span())
}

/// Gives the names in a guard those that it has for them.
struct Seen<'n> {
    names: &'n [String],
    /// Whether the user's pattern binds by value; ours binds by reference.
    by_value: bool,
}

impl VisitMut for Seen<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Some(name) = scan::name(expr)
            && self.names.contains(&name)
            && let Expr::Path(path) = super::stmt::strip(expr)
            && let Some(ident) = path.path.get_ident()
        {
            let name = seen(ident);
            *expr = if self.by_value { syn::parse_quote!((*#name)) } else { syn::parse_quote!(#name) };
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }
}

/// Replaces names by `_`: what a pattern would bind is a place. Those that a guard needs get a name for it.
struct Anonymous<'n> {
    seen: &'n [String],
}

impl VisitMut for Anonymous<'_> {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        match pat {
            Pat::Ident(ident) if self.seen.iter().any(|name| ident.ident == name) => {
                let name = seen(&ident.ident);
                *pat = syn::parse_quote!(#name);
            }
            Pat::Ident(ident) if ident.subpat.is_some() => {
                if let Some((_, inner)) = ident.subpat.take() {
                    *pat = *inner;
                    self.visit_pat_mut(pat);
                }
            }
            Pat::Ident(ident) if !scan::is_constant_pattern(ident) => *pat = syn::parse_quote!(_),
            Pat::Reference(inner) => {
                let mut inner = (*inner.pat).clone();
                self.visit_pat_mut(&mut inner);
                *pat = inner;
            }
            _ => visit_mut::visit_pat_mut(self, pat),
        }
    }

    fn visit_field_pat_mut(&mut self, field: &mut syn::FieldPat) {
        if field.colon_token.is_none() {
            field.colon_token = Some(syn::token::Colon::default());
        }
        visit_mut::visit_field_pat_mut(self, field);
    }
}
