//! Assignment.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, Member};

use super::stmt::strip;
use super::{Lower, Term, scan};
use crate::diag::Message;
use crate::ir::{Place, Projection, StoreHow, Ty};

impl Lower<'_> {
    /// `left = term`.
    pub fn assign(&mut self, left: &Expr, term: Term) {
        if matches!(term, Term::Poison | Term::Never) {
            return;
        }
        match strip(left) {
            Expr::Infer(_) => {}
            Expr::Tuple(tuple) => {
                let lefts: Vec<&Expr> = tuple.elems.iter().collect();
                let arity = match self.term_ty(&term) {
                    Ty::Tuple(parts) => parts.len(),
                    _ => lefts.len(),
                };
                self.assign_parts(&lefts, arity, &term, left.span(), &mut |lower, index| {
                    let member = super::opaque::member(index, left.span());
                    lower.field_of(term.clone(), &member, left.span())
                });
            }
            Expr::Array(array) => {
                let lefts: Vec<&Expr> = array.elems.iter().collect();
                let place = self.spill(term.clone(), "array", left.span());
                let arity = match self.place_ty(&place) {
                    Ty::Array(_, len) => len.to_string().parse().unwrap_or(lefts.len()),
                    _ => lefts.len(),
                };
                self.assign_parts(&lefts, arity, &term, left.span(), &mut |lower, index| {
                    let at = lower.integer(index, left.span());
                    Term::Place(place.then(Projection::Index(at)))
                });
            }
            Expr::Path(_) => self.assign_name(left, term),
            Expr::Field(field) if self.is_tuple_tree(&field.base) => {
                self.assign_component(&field.base, &field.member, term);
            }
            _ if self.is_constant_field(left) && matches!(self.term_ty(&term), Ty::Int | Ty::Bool) => {
                self.change_constant(left, &quote::quote!(=), term);
            }
            Expr::Index(_) | Expr::Field(_) | Expr::Unary(_) => {
                let target = self.expr(left);
                self.write(&target, term, left.span());
            }
            _ => {
                self.not_yet(left.span(), "an assignment to this");
            }
        }
    }

    /// The parts of something, each to its own left side; what `..` skips has to be counted.
    fn assign_parts(
        &mut self,
        lefts: &[&Expr],
        arity: usize,
        term: &Term,
        span: Span,
        part: &mut dyn FnMut(&mut Self, usize) -> Term,
    ) {
        if matches!(term, Term::Poison | Term::Never) {
            return;
        }
        let rest = lefts.iter().position(|left| is_rest(left));
        let mut parts = Vec::new();
        for (index, left) in lefts.iter().enumerate() {
            let index = match rest {
                Some(rest) if index == rest => continue,
                Some(rest) if index > rest => (arity + index).saturating_sub(lefts.len()),
                _ => index,
            };
            let term = part(self, index);
            parts.push((left, self.owned(term, span)));
        }
        for (left, part) in parts {
            self.assign(left, part);
        }
    }

    fn assign_name(&mut self, left: &Expr, term: Term) {
        let name = scan::name(left).unwrap_or_default();
        match self.env.get(&name).cloned() {
            Some(Term::Place(place)) => self.write(&Term::Place(place), term, left.span()),
            Some(old) => {
                let new = self.owned(term, left.span());
                let new = self.like(&old, new, left.span());
                self.name_after(&new, &name);
                self.env.insert(name, new);
            }
            None => {
                self.errors.report(left.span(), &Message::static_write(name));
            }
        }
    }

    /// A new value of something has the type that it had.
    pub fn like(&mut self, old: &Term, new: Term, span: Span) -> Term {
        match (old, new) {
            (Term::Value(a), Term::Value(b)) => {
                self.common(&[*a, b]);
                Term::Value(b)
            }
            (Term::Value(a), new @ (Term::Place(_) | Term::Ref { .. })) => {
                let b = self.value(new, span);
                self.common(&[*a, b]);
                Term::Value(b)
            }
            (Term::Tuple(olds), Term::Tuple(news)) if olds.len() == news.len() => {
                Term::Tuple(olds.iter().zip(news).map(|(old, new)| self.like(old, new, span)).collect())
            }
            (Term::Tuple(olds), new @ (Term::Value(_) | Term::Place(_))) => {
                let place = self.spill(new, "tuple", span);
                let parts = olds.iter().enumerate().map(|(index, old)| {
                    let member =
                        Member::Unnamed(syn::Index { index: u32::try_from(index).unwrap_or(0), span });
                    let part = self.field_of(Term::Place(place.clone()), &member, span);
                    let part = Term::Value(self.value(part, span));
                    self.like(old, part, span)
                });
                Term::Tuple(parts.collect())
            }
            (_, new) => new,
        }
    }

    /// Whether an expression is a name (or a component) of a tuple that fell apart.
    fn is_tuple_tree(&self, base: &Expr) -> bool {
        match strip(base) {
            Expr::Path(_) => {
                scan::name(base).is_some_and(|name| matches!(self.env.get(&name), Some(Term::Tuple(_))))
            }
            Expr::Field(field) => self.is_tuple_tree(&field.base),
            _ => false,
        }
    }

    /// `t.0.1 = term` where `t` fell apart.
    fn assign_component(&mut self, base: &Expr, member: &Member, term: Term) {
        let old = self.expr(base);
        let (Term::Tuple(mut elements), Member::Unnamed(index)) = (old, member) else {
            return;
        };
        let new = self.owned(term, base.span());
        if let Some(slot) = elements.get(index.index as usize).cloned() {
            match slot {
                Term::Place(place) => return self.write(&Term::Place(place), new, base.span()),
                old => elements[index.index as usize] = self.like(&old, new, base.span()),
            }
        }
        match strip(base) {
            Expr::Field(outer) => self.assign_component(&outer.base, &outer.member, Term::Tuple(elements)),
            _ => {
                self.env.insert(scan::name(base).unwrap_or_default(), Term::Tuple(elements));
            }
        }
    }

    /// `self.at = n`, `self.at += n`: a number that counts goes to a constant field, in the user's words but for the number.
    pub fn change_constant(&mut self, left: &Expr, how: &impl quote::ToTokens, term: Term) {
        let number = syn::Ident::new("number_assigned", left.span());
        self.env.insert(number.to_string(), term);
        self.effect(&syn::parse_quote!(#left #how #number;));
        self.env.remove(&number.to_string());
    }

    /// What a compound assignment reads and writes.
    pub fn target_of(&mut self, left: &Expr) -> Term {
        self.expr(left)
    }

    /// Writes to memory.
    pub fn write(&mut self, target: &Term, term: Term, span: Span) {
        let Some(place) = target.place().cloned() else {
            if !matches!(target, Term::Poison) {
                self.not_yet(span, "an assignment to this");
            }
            return;
        };
        match (&term, self.place_ty(&place)) {
            (Term::Tuple(elements), _) => {
                for (index, element) in elements.clone().into_iter().enumerate() {
                    let member =
                        Member::Unnamed(syn::Index { index: u32::try_from(index).unwrap_or(0), span });
                    let part = Term::Place(place.then(crate::ir::Projection::Field(member)));
                    self.write(&part, element, span);
                }
            }
            (_, ty) => self.write_value(place, term, &ty, span),
        }
    }

    fn write_value(&mut self, place: Place, term: Term, ty: &Ty, span: Span) {
        let value = self.value(term, span);
        self.learn(value, ty);
        self.store(place, StoreHow::Set, value);
    }

    /// A temporary takes the name of the variable that it's assigned to.
    pub fn name_after(&mut self, term: &Term, name: &str) {
        if let Term::Value(v) = term {
            let value = &mut self.body.values[v.0 as usize];
            if value.name == "t" {
                name.clone_into(&mut value.name);
            }
        }
    }
}

/// Whether the left side is `..`.
fn is_rest(left: &Expr) -> bool {
    matches!(left, Expr::Range(range) if range.start.is_none() && range.end.is_none())
}
