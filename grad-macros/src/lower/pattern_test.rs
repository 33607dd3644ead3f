//! Whether a pattern matches active data, as a boolean: the shape of the data is known, its values are compared.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, Pat};

use super::variant::last_is;
use super::{Lower, Term, scan};
use crate::diag::Message;
use crate::ir::{Binding, Op, Opaque, Prim, Ty, V};

impl Lower<'_> {
    /// The boolean that says whether a pattern matches; none if it always does.
    pub fn matches(&mut self, pat: &Pat, term: &Term) -> Result<Option<V>, Message> {
        match (pat, term) {
            (_, Term::Poison | Term::Uninit) | (Pat::Wild(_) | Pat::Rest(_), _) => Ok(None),
            (Pat::Paren(inner), _) => self.matches(&inner.pat, term),
            (Pat::Type(inner), _) => self.matches(&inner.pat, term),
            (Pat::Reference(inner), _) => {
                let term = Self::deref(term.clone());
                self.matches(&inner.pat, &term)
            }
            (Pat::Ident(ident), Term::Maybe(parts)) if ident.ident == "None" => {
                Ok(Some(self.negated(&parts.0, pat.span())))
            }
            (Pat::Ident(ident), _) if !scan::is_constant_pattern(ident) => match &ident.subpat {
                Some((_, inner)) => self.matches(inner, term),
                None => Ok(None),
            },
            (Pat::TupleStruct(some), Term::Maybe(parts))
                if (last_is(&some.path, "Some") || last_is(&some.path, "Ok")) && some.elems.len() == 1 =>
            {
                let present = self.value(parts.0.clone(), pat.span());
                match self.matches(&some.elems[0], &parts.1)? {
                    Some(inner) => Ok(Some(self.both(present, inner, pat.span()))),
                    None => Ok(Some(present)),
                }
            }
            (Pat::TupleStruct(error), Term::Maybe(parts))
                if last_is(&error.path, "Err") && !error.elems.iter().any(refutable) =>
            {
                Ok(Some(self.negated(&parts.0, pat.span())))
            }
            (Pat::TupleStruct(error), Term::Maybe(parts))
                if last_is(&error.path, "Err") && scan::bound(pat).is_empty() && error.elems.len() == 1 =>
            {
                let v = self.value(parts.2.clone(), pat.span());
                let (name, inner) = (syn::Ident::new("error", pat.span()), &error.elems[0]);
                let expr: Expr =
                    syn::parse_quote!(::core::matches!(&#name, ::core::option::Option::Some(#inner)));
                let opaque =
                    Opaque { expr: Box::new(expr), uses: vec![(name, Binding::Value(v))], cheap: false };
                Ok(Some(self.bind("t", Ty::Bool, Op::Opaque(opaque), pat.span())))
            }
            (Pat::Tuple(tuple), Term::Tuple(elements)) if tuple.elems.len() == elements.len() => {
                let mut all = None;
                for (pat, element) in tuple.elems.iter().zip(elements) {
                    let one = self.matches(pat, element)?;
                    all = self.both_of(all, one, pat.span());
                }
                Ok(all)
            }
            (Pat::Or(or), _) => self.matches_any(or, term),
            (Pat::Slice(slice), _) => self.matches_slice(slice, term),
            (
                Pat::Lit(_) | Pat::Range(_) | Pat::Path(_),
                Term::Value(_) | Term::ValueRef(_) | Term::Place(_) | Term::Ref { .. },
            ) => Ok(Some(self.matches_constant(pat, term))),
            (Pat::Tuple(_) | Pat::Struct(_), Term::Place(_) | Term::Ref { .. }) if !refutable(pat) => {
                Ok(None)
            }
            _ => Err(Message::pattern("an enum or a pattern that may not match")),
        }
    }

    fn matches_any(&mut self, or: &syn::PatOr, term: &Term) -> Result<Option<V>, Message> {
        if !scan::bound(&Pat::Or(or.clone())).is_empty() {
            return Err(Message::pattern("names in alternatives"));
        }
        let mut any: Option<V> = None;
        for case in &or.cases {
            let Some(one) = self.matches(case, term)? else { return Ok(None) };
            any = Some(match any {
                Some(any) => self.bind("t", Ty::Bool, Op::Prim(Prim::Or, vec![any, one]), or.span()),
                None => one,
            });
        }
        Ok(any)
    }

    fn matches_slice(&mut self, slice: &syn::PatSlice, term: &Term) -> Result<Option<V>, Message> {
        let Some(place) = term.place().cloned() else { return Err(Message::pattern("the elements of this")) };
        if slice.elems.iter().any(refutable) {
            return Err(Message::pattern("elements that may not match"));
        }
        let span = slice.span();
        let rest = slice.elems.iter().any(super::pattern::is_rest);
        if matches!(self.place_ty(&place), Ty::Array(..)) {
            return Ok(None);
        }
        let len = self.len_of(&place, span);
        let wanted = self.integer(slice.elems.len() - usize::from(rest), span);
        let prim = if rest { Prim::Ge } else { Prim::Eq };
        Ok(Some(self.bind("t", Ty::Bool, Op::Prim(prim, vec![len, wanted]), span)))
    }

    /// A literal, a range or the name of a constant.
    fn matches_constant(&mut self, pat: &Pat, term: &Term) -> V {
        let span = pat.span();
        let v = self.value(term.clone(), span);
        let name = syn::Ident::new("scrutinee", span);
        let expr: Expr = syn::parse_quote!(::core::matches!(#name, #pat));
        let opaque = Opaque { expr: Box::new(expr), uses: vec![(name, Binding::Value(v))], cheap: true };
        self.bind("t", Ty::Bool, Op::Opaque(opaque), span)
    }

    fn both_of(&mut self, a: Option<V>, b: Option<V>, span: Span) -> Option<V> {
        match (a, b) {
            (Some(a), Some(b)) => Some(self.both(a, b, span)),
            (a, b) => a.or(b),
        }
    }

    fn both(&mut self, a: V, b: V, span: Span) -> V {
        self.bind("t", Ty::Bool, Op::Prim(Prim::And, vec![a, b]), span)
    }

    fn negated(&mut self, some: &Term, span: Span) -> V {
        let v = self.value(some.clone(), span);
        self.bind("t", Ty::Bool, Op::Prim(Prim::Not, vec![v]), span)
    }
}

/// Whether a pattern may not match.
pub fn refutable(pat: &Pat) -> bool {
    match pat {
        Pat::Wild(_) | Pat::Rest(_) => false,
        Pat::Ident(ident) => {
            scan::is_constant_pattern(ident)
                || ident.subpat.as_ref().is_some_and(|(_, inner)| refutable(inner))
        }
        Pat::Paren(inner) => refutable(&inner.pat),
        Pat::Reference(inner) => refutable(&inner.pat),
        Pat::Type(inner) => refutable(&inner.pat),
        Pat::Tuple(tuple) => tuple.elems.iter().any(refutable),
        _ => true,
    }
}
