//! `stop_gradient(e)`: what is computed for its value alone.

use proc_macro2::Span;
use syn::Expr;
use syn::spanned::Spanned;

use super::{Lower, Term, scan};
use crate::ir::{Op, Opaque, Place, Prim, Ty, V, VarKind};
use crate::parse::tokens::assigns;

impl Lower<'_> {
    /// `stop_gradient(e)`.
    pub fn stop(&mut self, argument: &Expr) -> Term {
        if self.observes(argument) {
            return self.opaque(argument);
        }
        let span = argument.span();
        let term = self.expr(argument);
        self.stopped(term, span)
    }

    fn stopped(&mut self, term: Term, span: Span) -> Term {
        match term {
            Term::Value(v) => Term::Value(self.stop_value(v, span)),
            Term::ValueRef(v) => Term::ValueRef(self.stop_value(v, span)),
            Term::Tuple(elements) => {
                Term::Tuple(elements.into_iter().map(|element| self.stopped(element, span)).collect())
            }
            Term::Place(place) | Term::Ref { place, .. } => match self.place_ty(&place) {
                Ty::Float(_) | Ty::Int | Ty::Bool => {
                    let v = self.load(place, span);
                    Term::Value(self.stop_value(v, span))
                }
                ty => self.stopped_copy(&place, ty, span),
            },
            other => other,
        }
    }

    fn stop_value(&mut self, v: V, span: Span) -> V {
        let ty = self.body.value(v).ty.clone();
        self.bind("t", ty, Op::Stop(v), span)
    }

    /// A constant copy of an aggregate.
    fn stopped_copy(&mut self, place: &Place, ty: Ty, span: Span) -> Term {
        let (tokens, uses) = super::opaque::written(place, span);
        let expr = super::opaque::parsed(quote::quote!(::core::clone::Clone::clone(&#tokens)));
        let var = self.new_var("stopped", ty, false, span);
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: false };
        self.stmts.push(crate::ir::Stmt::Declare { var, init: crate::ir::Init::Opaque(opaque) });
        self.fresh.insert(var);
        Term::Place(Place::whole(var))
    }

    /// Whether an expression calls what may have no derivative, and changes nothing of ours on the way: then it can stay in
    /// the user's words.
    fn observes(&self, expr: &Expr) -> bool {
        self.calls_others(expr) && self.leaves_all_as_it_is(expr)
    }

    fn leaves_all_as_it_is(&self, expr: &Expr) -> bool {
        let harmless = |expr: &Expr| self.leaves_all_as_it_is(expr);
        match expr {
            Expr::Lit(_) | Expr::Path(_) => true,
            Expr::Paren(inner) => harmless(&inner.expr),
            Expr::Group(inner) => harmless(&inner.expr),
            Expr::Unary(unary) => harmless(&unary.expr),
            Expr::Cast(cast) => harmless(&cast.expr),
            Expr::Field(field) => harmless(&field.base),
            Expr::Reference(reference) => reference.mutability.is_none() && harmless(&reference.expr),
            Expr::Index(index) => harmless(&index.expr) && harmless(&index.index),
            Expr::Binary(binary) => !assigns(&binary.op) && harmless(&binary.left) && harmless(&binary.right),
            Expr::Tuple(tuple) => tuple.elems.iter().all(harmless),
            Expr::Call(call) => {
                // A closure of the body may change what it captures.
                let is_ours = scan::name(&call.func).is_some_and(|name| self.env.contains_key(&name));
                !is_ours && call.args.iter().all(|argument| harmless(argument) && !self.hands_on(argument))
            }
            Expr::MethodCall(call) => {
                let pure = scan::is_pure_method(&call.method.to_string());
                (pure || !self.is_exclusive(&call.receiver))
                    && harmless(&call.receiver)
                    && call.args.iter().all(|argument| harmless(argument) && !self.hands_on(argument))
            }
            _ => false,
        }
    }

    /// Whether what an expression names can be changed through it.
    fn is_exclusive(&self, expr: &Expr) -> bool {
        scan::root(expr).is_some_and(|name| self.facts.mutable.contains(&name))
    }

    /// Whether an expression hands on a mutable reference that it names.
    fn hands_on(&self, expr: &Expr) -> bool {
        match scan::name(expr).and_then(|name| self.env.get(&name)) {
            Some(Term::Ref { mutable, .. }) => *mutable,
            Some(Term::Place(place)) => self.body.var(place.base).kind == VarKind::RefMut,
            _ => false,
        }
    }

    /// Whether an expression calls anything but functions of floats.
    fn calls_others(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Paren(inner) => self.calls_others(&inner.expr),
            Expr::Group(inner) => self.calls_others(&inner.expr),
            Expr::Unary(unary) => self.calls_others(&unary.expr),
            Expr::Cast(cast) => self.calls_others(&cast.expr),
            Expr::Binary(binary) => self.calls_others(&binary.left) || self.calls_others(&binary.right),
            Expr::Call(_) => true,
            Expr::MethodCall(call) => {
                Prim::method(&call.method.to_string()).is_none()
                    || self.calls_others(&call.receiver)
                    || self.is_of_unknown_type(&call.receiver)
                    || call.args.iter().any(|argument| self.calls_others(argument))
            }
            _ => false,
        }
    }

    /// Whether an expression begins with a name whose type isn't written.
    fn is_of_unknown_type(&self, expr: &Expr) -> bool {
        let term = scan::root(expr).and_then(|name| self.env.get(&name));
        match term {
            Some(Term::Value(v) | Term::ValueRef(v)) => !self.body.value(*v).ty.is_float(),
            Some(Term::Place(place) | Term::Ref { place, .. }) => {
                matches!(self.body.var(place.base).ty, Ty::Unknown | Ty::Named(_))
            }
            _ => false,
        }
    }
}
