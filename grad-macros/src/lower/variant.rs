//! Enums with active data in memory: which variant it is stays a `match` of the user's, over constant data; what a variant
//! holds is a place inside of it.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, Member, Pat, Path};

use super::matching::Case;
use super::{Lower, Term, scan};
use crate::ir::{BranchKind, MatchArm, Op, Opaque, Payload, Place, Projection, Ty};

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
        let mut arms = Vec::new();
        for case in cases {
            if let Some(problem) = unsupported(case.pat) {
                return self.not_yet(problem, "this pattern on an enum with active data");
            }
            let names = scan::bound(case.pat);
            let mut pat = case.pat.clone();
            Anonymous.visit_pat_mut(&mut pat);
            let guard = match case.guard {
                Some(guard) if mentions(guard, &names) => {
                    return self.not_yet(guard.span(), "a guard that looks at the active data of a variant");
                }
                Some(guard) => Some(self.opaque_of(guard)),
                None => None,
            };
            arms.push(MatchArm { pat: Box::new(pat), guard, binds: Vec::new() });
        }
        let selector = self.new_value("arm", Ty::Int, false, span);
        let whole = match term {
            Term::Ref { mutable, .. } => Term::Ref { place: place.clone(), mutable: *mutable },
            _ => Term::Place(place.clone()),
        };
        self.choose(BranchKind::Match { scrutinee, arms, selector }, cases.len(), span, |lower, number| {
            lower.bind_variant(cases[number].pat, &whole);
            arm(lower, number)
        })
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
            let payload = Payload { variant: variant.clone(), member, tangent: false };
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
        let place = receiver.place()?.clone();
        if !is_option(&self.place_ty(&place)) {
            return None;
        }
        let (tokens, uses) = super::opaque::written(&place, span);
        let expr = super::opaque::parsed(quote::quote!(#tokens.is_some()));
        let some =
            self.bind("t", Ty::Bool, Op::Opaque(Opaque { expr: Box::new(expr), uses, cheap: true }), span);
        let payload = Payload {
            variant: syn::parse_quote!(Some),
            member: super::opaque::member(0, span),
            tangent: false,
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
        Pat::Ident(ident) => scan::is_constant_pattern(ident),
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
        Pat::Ident(ident) if ident.subpat.is_some() => Some(pat.span()),
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
    scan::each_ident(quote::ToTokens::to_token_stream(expr), &mut |ident| {
        found |= names.iter().any(|name| ident == name);
    });
    found
}

/// Replaces names by `_`: what a pattern would bind is a place.
struct Anonymous;

impl VisitMut for Anonymous {
    fn visit_pat_mut(&mut self, pat: &mut Pat) {
        match pat {
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
