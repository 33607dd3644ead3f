//! Conditions: `&&`, `||`, and which `if`s have patterns in them.

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{BinOp, Expr, ExprIf, ExprLet};

use super::stmt::strip;
use super::{Lower, Term};
use crate::ir::{Op, Prim, Ty, V};

/// What a condition is made of.
pub enum Kind {
    Boolean,
    /// There is a `let` in it.
    Let,
}

/// Whether a condition has a `let` in it.
pub fn kind(cond: &Expr) -> Kind {
    struct Lets(bool);
    impl<'ast> Visit<'ast> for Lets {
        fn visit_expr_let(&mut self, _: &'ast ExprLet) {
            self.0 = true;
        }
        fn visit_expr(&mut self, expr: &'ast Expr) {
            if matches!(expr, Expr::Let(_) | Expr::Binary(_) | Expr::Paren(_) | Expr::Group(_)) {
                visit::visit_expr(self, expr);
            }
        }
    }
    let mut lets = Lets(false);
    lets.visit_expr(cond);
    if lets.0 { Kind::Let } else { Kind::Boolean }
}

impl Lower<'_> {
    /// Lowers a boolean.
    pub fn condition(&mut self, cond: &Expr) -> V {
        let term = self.expr(cond);
        let v = self.value(term, cond.span());
        self.learn(v, &Ty::Bool);
        v
    }

    /// `a && b`, `a || b`: the right side runs only if it has to.
    pub fn short_circuit(&mut self, left: &Expr, op: &BinOp, right: &Expr) -> Term {
        let and = matches!(op, BinOp::And(_));
        let span = op.span();
        let first = self.condition(left);
        if self.is_harmless(right) {
            let second = self.condition(right);
            let prim = if and { Prim::And } else { Prim::Or };
            return Term::Value(self.bind("t", Ty::Bool, Op::Prim(prim, vec![first, second]), span));
        }
        let run = |lower: &mut Self| Term::Value(lower.condition(right));
        let known = |lower: &mut Self| Term::Value(lower.boolean(!and, span));
        if and { self.if_else(first, span, run, known) } else { self.if_else(first, span, known, run) }
    }

    /// Whether an expression can be evaluated although the program wouldn't: comparisons of values.
    fn is_harmless(&self, expr: &Expr) -> bool {
        match strip(expr) {
            Expr::Lit(_) => true,
            Expr::Path(_) => match super::scan::name(expr).and_then(|name| self.env.get(&name)) {
                Some(term) => matches!(term, Term::Value(_) | Term::ValueRef(_)),
                None => true,
            },
            Expr::Unary(unary) => {
                matches!(unary.op, syn::UnOp::Not(_) | syn::UnOp::Deref(_)) && self.is_harmless(&unary.expr)
            }
            Expr::Binary(binary) => {
                let compares = matches!(
                    binary.op,
                    BinOp::Lt(_)
                        | BinOp::Le(_)
                        | BinOp::Gt(_)
                        | BinOp::Ge(_)
                        | BinOp::Eq(_)
                        | BinOp::Ne(_)
                        | BinOp::And(_)
                        | BinOp::Or(_)
                );
                compares && self.is_harmless(&binary.left) && self.is_harmless(&binary.right)
            }
            _ => false,
        }
    }

    /// `if`.
    pub fn if_(&mut self, branch: &ExprIf) -> Term {
        if matches!(kind(&branch.cond), Kind::Let) {
            return self.if_let(branch);
        }
        let cond = self.condition(&branch.cond);
        self.if_else(
            cond,
            branch.cond.span(),
            |lower| lower.block(&branch.then_branch),
            |lower| match &branch.else_branch {
                Some((_, otherwise)) => lower.expr(otherwise),
                None => Term::Unit,
            },
        )
    }
}
