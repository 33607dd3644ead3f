//! Patterns that always match: names, tuples, references, arrays, structs.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Member, Pat, PatIdent};

use super::{Lower, Term};
use crate::diag::Message;
use crate::ir::{Bound, Init, Op, Place, Projection, Stmt, Ty, VarKind};

impl Lower<'_> {
    /// Binds the names of a pattern to a term and its parts.
    pub fn bind_pattern(&mut self, pat: &Pat, term: Term) {
        if matches!(term, Term::Poison) {
            for name in super::scan::bound(pat) {
                self.env.insert(name, Term::Poison);
            }
            return;
        }
        match pat {
            Pat::Wild(_) => {}
            Pat::Ident(ident) => self.bind_ident(ident, term),
            Pat::Paren(inner) => self.bind_pattern(&inner.pat, term),
            Pat::Type(typed) => {
                let ty = self.known(&typed.ty);
                let term = self.annotate(term, &ty, typed.span());
                self.bind_pattern(&typed.pat, term);
            }
            Pat::Reference(inner) => {
                let term = Self::deref(term);
                self.bind_pattern(&inner.pat, term);
            }
            Pat::Tuple(tuple) => self.bind_parts(&tuple.elems.iter().collect::<Vec<_>>(), &term, pat.span()),
            Pat::TupleStruct(tuple) => {
                self.bind_parts(&tuple.elems.iter().collect::<Vec<_>>(), &term, pat.span());
            }
            Pat::Struct(fields) => {
                for field in &fields.fields {
                    let piece = self.part(&term, &field.member, field.span());
                    self.bind_pattern(&field.pat, piece);
                }
            }
            Pat::Slice(slice) => {
                self.bind_elements(&slice.elems.iter().collect::<Vec<_>>(), &term, pat.span());
            }
            other => {
                self.errors.report(other.span(), &Message::pattern("it may not match"));
            }
        }
    }

    /// A field of what is matched: through a reference, a reference.
    fn part(&mut self, term: &Term, member: &Member, span: Span) -> Term {
        let part = self.field_of(term.clone(), member, span);
        through(term, part)
    }

    fn bind_parts(&mut self, pats: &[&Pat], term: &Term, span: Span) {
        let arity = match term {
            Term::Tuple(elements) => Some(elements.len()),
            other => match self.term_ty(other) {
                Ty::Tuple(elements) => Some(elements.len()),
                _ => None,
            },
        };
        let term = match term {
            Term::Value(_) | Term::ValueRef(_) => Term::Place(self.spill(term.clone(), "tuple", span)),
            other => other.clone(),
        };
        let rest = pats.iter().position(|pat| matches!(pat, Pat::Rest(_)));
        for (index, pat) in pats.iter().enumerate() {
            let index = match rest {
                Some(rest) if index == rest => continue,
                Some(rest) if index > rest => {
                    if let Some(arity) = arity {
                        (arity + index).saturating_sub(pats.len())
                    } else {
                        self.errors.report(span, &Message::pattern("names after `..`"));
                        continue;
                    }
                }
                _ => index,
            };
            let member = Member::Unnamed(syn::Index { index: u32::try_from(index).unwrap_or(0), span });
            let part = self.part(&term, &member, span);
            self.bind_pattern(pat, part);
        }
    }

    fn bind_elements(&mut self, pats: &[&Pat], term: &Term, span: Span) {
        let spilled = match term {
            Term::Value(_) | Term::ValueRef(_) => Term::Place(self.spill(term.clone(), "array", span)),
            other => other.clone(),
        };
        let (term, Some(place)) = (&spilled, spilled.place().cloned()) else {
            self.errors.report(span, &Message::pattern("the elements of this"));
            return;
        };
        let mut rest = false;
        for (index, pat) in pats.iter().enumerate() {
            let piece = if is_rest(pat) {
                rest = true;
                let start = self.integer(index, span);
                let end = self.counted_back(&place, pats.len() - index - 1, span);
                place.then(Projection::Slice { start: Bound::At(start), end: Bound::At(end) })
            } else {
                let at = if rest {
                    self.counted_back(&place, pats.len() - index, span)
                } else {
                    self.integer(index, span)
                };
                place.then(Projection::Index(at))
            };
            let piece = through(term, Term::Place(piece));
            match pat {
                Pat::Rest(_) => {}
                Pat::Ident(ident) if is_rest(pat) => self.bind_name(&ident.ident, piece),
                pat => self.bind_pattern(pat, piece),
            }
        }
    }

    fn counted_back(&mut self, place: &Place, distance: usize, span: Span) -> crate::ir::V {
        let len = self.bind("len", Ty::Int, Op::Len(place.clone()), span);
        let distance = self.integer(distance, span);
        self.bind("t", Ty::Int, Op::Prim(crate::ir::Prim::Sub, vec![len, distance]), span)
    }

    fn bind_ident(&mut self, pat: &PatIdent, term: Term) {
        if let Some((_, inner)) = &pat.subpat {
            self.bind_name(&pat.ident, term);
            let whole = self.env.get(&pat.ident.to_string()).cloned().unwrap_or(Term::Poison);
            return self.bind_pattern(inner, whole);
        }
        let term = match term {
            Term::Place(place) if pat.by_ref.is_some() => {
                Term::Ref { place, mutable: pat.mutability.is_some() }
            }
            Term::Value(v) if pat.by_ref.is_some() => Term::ValueRef(v),
            other => other,
        };
        self.bind_name(&pat.ident, term);
    }

    /// `let name = term;`
    pub fn bind_name(&mut self, ident: &proc_macro2::Ident, term: Term) {
        let name = ident.to_string();
        let term = self.held(&name, term, ident.span());
        self.name_after(&term, &name);
        self.env.insert(name, term);
    }

    /// What a variable with this name holds.
    fn held(&mut self, name: &str, term: Term, span: Span) -> Term {
        let memory = self.facts.memory.contains(name);
        let mutable = self.facts.mutable.contains(name);
        match term {
            Term::Known(value) => Term::Value(self.boolean(value, span)),
            Term::Chain(chain) if mutable => match self.made_to_step(&chain, span) {
                Some(stepped) => Term::Chain(std::rc::Rc::new(stepped)),
                None => Term::Chain(chain),
            },
            Term::Place(place) if place.projections.is_empty() && self.fresh.remove(&place.base) => {
                let var = &mut self.body.vars[place.base.0 as usize];
                name.clone_into(&mut var.name);
                var.span = span;
                Term::Place(place)
            }
            Term::Place(place) => match self.place_ty(&place) {
                Ty::Float(_) | Ty::Int | Ty::Bool => {
                    let v = self.load(place, span);
                    self.held(name, Term::Value(v), span)
                }
                _ if self.is_frozen(&place) && !mutable => Term::Place(place),
                Ty::Unknown | Ty::Algebra(..) if !memory && !self.facts.projected.contains(name) => {
                    Term::Value(self.load(place, span))
                }
                _ => self.copy_of(place, name, span),
            },
            Term::Tuple(elements) if memory => {
                let place = self.spill(Term::Tuple(elements), name, span);
                Term::Place(place)
            }
            Term::Tuple(elements) => {
                Term::Tuple(elements.into_iter().map(|element| self.held(name, element, span)).collect())
            }
            Term::Value(v) if self.lives_in_memory(name, v, memory) => {
                let tainted = self.facts.taint.contains(name);
                // A constant is what it starts as; what is stored later may well carry a derivative.
                let known = self.body.value(v).ty.clone();
                let ty = if tainted { known.opened() } else { known };
                let varied = self.is_varied(v) || tainted;
                let var = self.new_var(name, ty, varied, span);
                self.stmts.push(Stmt::Declare { var, init: Init::Value(v) });
                Term::Place(Place::whole(var))
            }
            other => other,
        }
    }

    fn lives_in_memory(&self, name: &str, v: crate::ir::V, memory: bool) -> bool {
        memory
            || match self.ty(v) {
                Ty::Float(_) | Ty::Int | Ty::Bool => false,
                Ty::Unknown | Ty::Constant | Ty::Algebra(..) => self.facts.projected.contains(name),
                _ => true,
            }
    }

    /// A payload that isn't there, of a type that is written.
    fn missing(&mut self, ty: &Ty, span: Span) -> Term {
        match ty {
            Ty::Float(_) | Ty::Int | Ty::Bool => Term::Value(self.bind("t", ty.clone(), Op::Undef, span)),
            Ty::Tuple(elements) if !elements.is_empty() => {
                Term::Tuple(elements.iter().map(|element| self.missing(element, span)).collect())
            }
            _ => Term::Uninit,
        }
    }

    /// `term: ty`.
    pub fn annotate(&mut self, term: Term, ty: &Ty, span: Span) -> Term {
        match (&term, ty) {
            (Term::Value(v) | Term::ValueRef(v), _) => self.learn_known(*v, ty),
            (Term::Place(place), _)
                if place.projections.is_empty() && self.body.var(place.base).kind == VarKind::Local =>
            {
                let known = self.place_ty(place);
                self.floats.unify(&known, ty);
                let var = &mut self.body.vars[place.base.0 as usize];
                var.ty = super::floats::merge(&var.ty, ty);
            }
            (Term::Place(place) | Term::Ref { place, .. }, _) => {
                let known = self.place_ty(place);
                self.floats.unify(&known, ty);
                if matches!(known, Ty::Unknown)
                    && matches!(ty, Ty::Float(_) | Ty::Int | Ty::Bool)
                    && matches!(term, Term::Place(_))
                {
                    let v = self.load(place.clone(), span);
                    self.learn_known(v, ty);
                    return Term::Value(v);
                }
                if matches!((&known, ty), (Ty::Unknown, Ty::Array(..))) {
                    self.part_types.push((place.clone(), ty.clone()));
                }
            }
            (Term::Maybe(parts), Ty::Named(written)) => {
                if let Some((_, inner)) = crate::parse::fallible::fallible(written) {
                    let inner = self.known(inner);
                    let (some, payload, error) = (**parts).clone();
                    let payload = match payload {
                        Term::Uninit => self.missing(&inner, span),
                        payload => self.annotate(payload, &inner, span),
                    };
                    return Term::outcome(some, payload, error);
                }
            }
            (Term::Tuple(elements), Ty::Tuple(types)) => {
                let pairs = elements.clone().into_iter().zip(types);
                return Term::Tuple(pairs.map(|(element, ty)| self.annotate(element, ty, span)).collect());
            }
            _ => {}
        }
        term
    }

    fn learn_known(&mut self, v: crate::ir::V, ty: &Ty) {
        if !matches!(ty, Ty::Unknown | Ty::Named(_)) {
            self.learn(v, ty);
        }
    }
}

/// Whether a pattern is `..` or `name @ ..`.
pub fn is_rest(pat: &Pat) -> bool {
    match pat {
        Pat::Rest(_) => true,
        Pat::Ident(ident) => ident.subpat.as_ref().is_some_and(|(_, inner)| matches!(**inner, Pat::Rest(_))),
        _ => false,
    }
}

/// A part of what is behind a reference is seen through that reference.
fn through(whole: &Term, part: Term) -> Term {
    match (whole, part) {
        (Term::Ref { mutable, .. }, Term::Place(place)) => Term::Ref { place, mutable: *mutable },
        (_, part) => part,
    }
}
