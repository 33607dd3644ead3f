//! Places: indexing, fields, references.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprField, ExprIndex, ExprRange, ExprReference, Member, RangeLimits};

use super::scan::Written;
use super::stmt::strip;
use super::{Lower, Term};
use crate::ir::{Bound, CopyHow, Init, Op, Place, Projection, Stmt, Ty, V, VarKind};
use crate::parse::tokens::each_ident;

impl Lower<'_> {
    /// Reads memory.
    pub fn load(&mut self, place: Place, span: Span) -> V {
        let mut ty = self.place_ty(&place);
        if matches!(ty, Ty::Unknown) && !self.varied_vars.get(&place.base).copied().unwrap_or(true) {
            ty = Ty::Constant;
        }
        let element = self.tables.contains(&place.base) && matches!(ty, Ty::Constant);
        let v = self.bind("t", ty, Op::Load(place), span);
        if element {
            self.numbers.insert(v);
        }
        v
    }

    /// Whether a place is a whole variable that no name owns yet.
    pub fn is_fresh(&self, place: &Place) -> bool {
        place.projections.is_empty() && self.fresh.contains(&place.base)
    }

    /// Whether memory can't change while the function runs.
    pub fn is_frozen(&self, place: &Place) -> bool {
        self.body.var(place.base).kind == VarKind::Ref
    }

    /// Whether the value of an expression may carry a derivative: a tainted name occurs in it that isn't known here to be a number that
    /// counts, or a part of a constant parameter.
    pub fn carries(&self, expr: &Expr) -> bool {
        self.facts.taint.flows(expr) && !(Written::of(expr).is_empty() && self.names_constants(expr))
    }

    fn names_constants(&self, expr: &Expr) -> bool {
        let mut constant = true;
        each_ident(expr.to_token_stream(), &mut |ident| {
            let name = ident.to_string();
            constant &= !self.facts.taint.contains(&name)
                || match self.env.get(&name) {
                    Some(Term::Value(v) | Term::ValueRef(v)) => matches!(self.ty(*v), Ty::Int | Ty::Bool),
                    Some(Term::Ref { place, mutable: false } | Term::Place(place)) => {
                        self.is_frozen(place) && !self.is_varied_place(place)
                    }
                    _ => false,
                };
        });
        constant
    }

    /// Whether the variable is known by a reference to it.
    pub fn is_reference(&self, place: &Place) -> bool {
        matches!(self.body.var(place.base).kind, VarKind::Ref | VarKind::RefMut)
    }

    /// A copy of memory, in a variable of its own.
    pub fn copy_of(&mut self, from: Place, name: &str, span: Span) -> Term {
        let ty = self.place_ty(&from);
        let varied = self.is_varied_place(&from);
        let var = self.new_var(name, ty, varied, span);
        self.stmts.push(Stmt::Declare { var, init: Init::Copy { from, how: CopyHow::Plain } });
        Term::Place(Place::whole(var))
    }

    pub fn reference(&mut self, reference: &ExprReference) -> Term {
        let term = self.expr(&reference.expr);
        let mutable = reference.mutability.is_some();
        let variable = super::scan::name(&reference.expr).filter(|name| self.facts.mutable.contains(name));
        if mutable && variable.is_some() && matches!(term, Term::Ref { .. }) {
            return self.not_yet(reference.span(), "a `&mut` to a variable that is a reference itself");
        }
        match term {
            Term::Place(place) | Term::Ref { place, .. } => Term::Ref { place, mutable },
            Term::Value(v) if mutable => {
                let place = self.spill(Term::Value(v), "t", reference.span());
                Term::Ref { place, mutable }
            }
            Term::Value(v) => Term::ValueRef(v),
            Term::Tuple(_) => {
                let place = self.spill(term, "tuple", reference.span());
                Term::Ref { place, mutable }
            }
            other => other,
        }
    }

    pub fn index(&mut self, index: &ExprIndex) -> Term {
        if let Some(term) = self.constant_element(index) {
            return term;
        }
        let base = self.expr(&index.expr);
        let base = match base {
            Term::Poison | Term::Never => return base,
            Term::Tuple(_) | Term::Value(_) | Term::ValueRef(_) => {
                Term::Place(self.spill(base, "t", index.span()))
            }
            Term::Place(_) | Term::Ref { .. } => base,
            _ => return self.not_yet(index.expr.span(), "indexing this"),
        };
        let Some(place) = base.place().cloned() else { return Term::Poison };
        if let Expr::Range(range) = strip(&index.index) {
            return Term::Place(self.slice(&place, range));
        }
        let at = self.index_value(&index.index);
        Term::Place(place.then(Projection::Index(at)))
    }

    /// An index; a tuple of indices stays in the user's words.
    fn index_value(&mut self, index: &Expr) -> V {
        if let Expr::Tuple(tuple) = strip(index) {
            let integers: Vec<Term> = tuple.elems.iter().map(|element| self.expr(element)).collect();
            let values: Vec<V> = integers.into_iter().map(|term| self.value(term, index.span())).collect();
            return self.tuple_of(&values, index.span());
        }
        let term = self.expr(index);
        let at = self.value(term, index.span());
        if matches!(self.ty(at), Ty::Unknown) {
            self.learn(at, &Ty::Constant);
        }
        at
    }

    pub fn slice(&mut self, place: &Place, range: &ExprRange) -> Place {
        let start = match &range.start {
            Some(start) => Bound::At(self.index_value(start)),
            None => Bound::Open,
        };
        let end = match (&range.end, &range.limits) {
            (Some(end), RangeLimits::HalfOpen(_)) => Bound::At(self.index_value(end)),
            (Some(end), RangeLimits::Closed(_)) => Bound::Through(self.index_value(end)),
            (None, _) => Bound::Open,
        };
        place.then(Projection::Slice { start, end })
    }

    pub fn field(&mut self, field: &ExprField) -> Term {
        let base = self.expr(&field.base);
        self.field_of(base, &field.member, field.span())
    }

    /// A field of a term.
    pub fn field_of(&mut self, base: Term, member: &Member, span: Span) -> Term {
        match (base, member) {
            (Term::Tuple(elements), Member::Unnamed(index)) => {
                elements.get(index.index as usize).cloned().unwrap_or(Term::Poison)
            }
            (Term::Place(place) | Term::Ref { place, .. }, _) => self.field_at(&place, member, span),
            (base @ (Term::Value(_) | Term::ValueRef(_)), _) => {
                let place = self.spill(base, "t", span);
                self.field_at(&place, member, span)
            }
            (other @ (Term::Poison | Term::Never), _) => other,
            _ => self.not_yet(span, "a field of this"),
        }
    }

    fn field_at(&mut self, place: &Place, member: &Member, span: Span) -> Term {
        self.component(place, member, span).unwrap_or_else(|| {
            let step = self.field_step(place, member);
            Term::Place(place.then(step))
        })
    }
}
