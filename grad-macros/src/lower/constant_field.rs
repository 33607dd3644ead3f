//! Constant fields of structs that carry a derivative, which the parser replaced by their accessors.

use syn::{Expr, UnOp};

use super::Lower;
use super::stmt::strip;
use crate::ir::Ty;
use crate::parse::fields;

impl Lower<'_> {
    /// Whether an expression is a constant field, or a part of one: it stays in the user's words.
    pub fn is_constant_field(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Unary(_) | Expr::Index(_) | Expr::Field(_) => {
                accessor(expr).is_some() && !self.facts.taint.mentions_expr(expr)
            }
            _ => false,
        }
    }

    /// What is known of its type.
    pub fn ty_of_constant_field(&self, expr: &Expr) -> Option<Ty> {
        match strip(expr) {
            Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => {
                self.ty_of_constant_field(&unary.expr)
            }
            Expr::Index(index) if !matches!(strip(&index.index), Expr::Range(_)) => {
                Some(self.ty_of_constant_field(&index.expr)?.element())
            }
            Expr::MethodCall(call) if fields::is_accessor(&call.method.to_string()) => {
                let known = self.known(&fields::ty(&call.method.to_string())?);
                matches!(known, Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Array(..) | Ty::Vec(_))
                    .then_some(known)
            }
            _ => None,
        }
        .filter(|ty| !matches!(ty, Ty::Unknown))
    }
}

/// The accessor at the root of a place.
fn accessor(expr: &Expr) -> Option<()> {
    match strip(expr) {
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => accessor(&unary.expr),
        Expr::Index(index) if !matches!(strip(&index.index), Expr::Range(_)) => accessor(&index.expr),
        Expr::Field(field) => accessor(&field.base),
        Expr::MethodCall(call) => fields::is_accessor(&call.method.to_string()).then_some(()),
        _ => None,
    }
}
