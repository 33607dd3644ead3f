//! What is constant by the name of a method alone is held to account: a user's type may have a `len` or a `count` of its own.

use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall};

use super::iter::chain_like;
use super::stmt::strip;
use super::{Lower, Term, scan, taint};
use crate::ir::Ty;
use crate::parse::discrete::{self, Gives};
use crate::parse::fields;

/// Puts the calls of such methods into a function that only takes constants.
pub fn confirm(lower: &Lower<'_>, expr: &mut Expr) {
    Confirm { lower }.visit_expr_mut(expr);
}

struct Confirm<'a, 'b> {
    lower: &'a Lower<'b>,
}

impl VisitMut for Confirm<'_, '_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let Some(gives) = self.known_by_name(expr) else { return };
        let runtime = &self.lower.runtime;
        *expr = match gives {
            Gives::BareEnum => syn::parse_quote!(#runtime::__private::bare(#expr)),
            Gives::Constant => syn::parse_quote!(#runtime::__private::constant(#expr)),
        };
    }
}

impl Confirm<'_, '_> {
    /// What a call gives, where nothing but the name says that it's constant.
    fn known_by_name(&self, expr: &mut Expr) -> Option<Gives> {
        match expr {
            Expr::MethodCall(call) => {
                let gives = || discrete::known(&call.method.to_string(), true).unwrap_or(Gives::Constant);
                self.lower.is_constant_by_name_alone(call).then(gives)
            }
            Expr::Call(call) => {
                let taint = &self.lower.facts.taint;
                let gives = taint.discrete_call(call)?;
                call.args.iter().any(|argument| taint.flows(argument)).then_some(())?;
                call.args.iter_mut().for_each(|argument| self.lend(argument));
                Some(gives)
            }
            _ => None,
        }
    }

    /// What could be changed through a reference is lent for reading alone.
    fn lend(&self, argument: &mut Expr) {
        let exclusive =
            scan::name(argument).and_then(|name| self.lower.env.get(&name)).is_some_and(|term| match term {
                Term::Ref { mutable, .. } => *mutable,
                _ => false,
            });
        if exclusive {
            *argument = syn::parse_quote!(&*#argument);
        }
    }
}

impl Lower<'_> {
    /// The type of what a call gives that carries no derivative, by the sources.
    pub fn discrete_ty(&self, expr: &Expr) -> Option<Ty> {
        let ty = match strip(expr) {
            Expr::MethodCall(call) if scan::is_discrete_method(&call.method.to_string()) => {
                discrete::ty(&call.method.to_string(), true)
            }
            Expr::Call(call) => {
                self.facts.taint.discrete_call(call)?;
                scan::path_ends(&call.func).and_then(|(name, of_type)| discrete::ty(&name, of_type))
            }
            _ => None,
        };
        let counts = |ty: &Ty| matches!(ty, Ty::Int | Ty::Bool);
        Some(self.known(&ty?)).filter(|ty| match ty {
            Ty::Tuple(elements) => elements.len() > 1 && elements.iter().all(counts),
            ty => counts(ty),
        })
    }

    fn is_constant_by_name_alone(&self, call: &ExprMethodCall) -> bool {
        let name = call.method.to_string();
        taint::is_constant_method(&name)
            && !fields::is_accessor(&name)
            && (scan::is_discrete_method(&name) || self.facts.taint.flows(&call.receiver))
            && self.may_be_of_user(&call.receiver, &name)
    }

    /// Whether nothing says that the value is a number, or one of std's or nalgebra's types.
    fn may_be_of_user(&self, receiver: &Expr, method: &str) -> bool {
        if scan::is_discrete_method(method) {
            return true;
        }
        match strip(receiver) {
            Expr::Path(_) => {
                let term = scan::name(receiver).and_then(|name| self.env.get(&name));
                term.is_none_or(|term| match term {
                    Term::Value(_) | Term::ValueRef(_) | Term::Place(_) | Term::Ref { .. } => {
                        is_open(&self.term_ty(term), method)
                    }
                    _ => false,
                })
            }
            Expr::Reference(inner) => self.may_be_of_user(&inner.expr, method),
            Expr::Unary(inner) => self.may_be_of_user(&inner.expr, method),
            Expr::Index(index) => self.element_ty(&index.expr).is_none_or(|ty| is_open(&ty, method)),
            Expr::MethodCall(call) => {
                !chain_like(receiver) && !scan::is_pure_method(&call.method.to_string())
            }
            Expr::Lit(_) | Expr::Binary(_) | Expr::Cast(_) | Expr::Array(_) | Expr::Range(_) => false,
            _ => true,
        }
    }

    /// The type of what is indexed, where that is a name.
    fn element_ty(&self, indexed: &Expr) -> Option<Ty> {
        let term = self.env.get(&scan::name(indexed)?)?;
        Some(self.term_ty(term).element())
    }
}

/// Whether a method of this name may be the user's on a value of this type: a number has methods of the user's traits as well.
fn is_open(ty: &Ty, method: &str) -> bool {
    match ty {
        Ty::Named(_) | Ty::Unknown => true,
        Ty::Float(_) => !is_of_numbers(method),
        _ => false,
    }
}

/// The methods of numbers whose results are constant.
pub fn is_of_numbers(method: &str) -> bool {
    matches!(
        method,
        "is_nan"
            | "is_finite"
            | "is_infinite"
            | "is_sign_negative"
            | "is_sign_positive"
            | "partial_cmp"
            | "total_cmp"
            | "cmp"
            | "to_bits"
            | "to_string"
            | "eq"
            | "ne"
            | "lt"
            | "le"
            | "gt"
            | "ge"
    )
}

/// Whether the name of a type is one of std's, whose methods are what they are.
pub fn is_of_std(ty: &str) -> bool {
    crate::parse::types::is_integer(ty)
        || matches!(
            ty,
            "f32"
                | "f64"
                | "bool"
                | "char"
                | "str"
                | "String"
                | "Vec"
                | "Option"
                | "Result"
                | "Ord"
                | "PartialOrd"
                | "PartialEq"
                | "Iterator"
        )
}
