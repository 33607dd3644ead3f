//! User code that stays as it is, and macros.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Expr, Macro, Stmt};

use super::scan::Written;
use super::{Lower, Term};
use crate::diag::Message;
use crate::ir::{Binding, Effect, M, Stmt as IrStmt, V};

impl Lower<'_> {
    /// A statement in the user's words.
    pub fn effect(&mut self, stmt: &Stmt) -> Term {
        let span = syn::spanned::Spanned::span(stmt);
        let mut stmt = stmt.clone();
        syn::visit_mut::VisitMut::visit_stmt_mut(&mut crate::parse::fallible::Restore, &mut stmt);
        let mut writes: Vec<M> = Vec::new();
        for name in Written::of_block(std::slice::from_ref(&stmt)) {
            if let Some(Term::Ref { mutable: false, .. }) = self.env.get(&name) {
                continue;
            }
            if let Some(place) = self.env.get(&name).and_then(Term::place) {
                let base = place.base;
                let writable = self.facts.mutable.contains(&name)
                    || !matches!(self.env.get(&name), Some(Term::Place(_)));
                if writable && !writes.contains(&base) {
                    self.body.vars[base.0 as usize].mutable = true;
                    writes.push(base);
                }
            }
        }
        let uses = self.uses(stmt.to_token_stream(), span);
        super::opaque::dereference(self, &mut stmt);
        let effect = Effect { stmt: Box::new(stmt), uses, writes };
        let diverges = effect.diverges();
        self.stmts.push(IrStmt::Effect(effect));
        if diverges { Term::Never } else { Term::Unit }
    }

    /// Two lengths have to be the same: what panics in the primal panics here.
    pub fn are_equal(&mut self, one: V, other: V, message: &str, span: Span) {
        let names = ["one", "other"].map(|name| syn::Ident::new(name, span));
        let [a, b] = &names;
        let stmt = syn::parse_quote!(::core::assert_eq!(#a, #b, #message););
        let uses = names.into_iter().zip([one, other].map(Binding::Value)).collect();
        self.stmts.push(IrStmt::Effect(Effect { stmt: Box::new(stmt), uses, writes: Vec::new() }));
    }

    /// A macro in the place of an expression.
    pub fn macro_call(&mut self, mac: &Macro, span: Span) -> Term {
        let name = mac.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        if name == "vec" {
            return self.vec_macro(mac, span);
        }
        if is_known_macro(mac) {
            let expr = Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
            return self.effect(&Stmt::Expr(expr, Some(syn::token::Semi::default())));
        }
        let expr = Expr::Macro(syn::ExprMacro { attrs: Vec::new(), mac: mac.clone() });
        if self.facts.taint.mentions_expr(&expr)
            && !matches!(name.as_str(), "format" | "stringify" | "matches")
        {
            return self.refuse(span, &Message::unknown_macro(name));
        }
        self.opaque(&expr)
    }
}

/// `write!(s, "{x}").unwrap()`
pub fn is_written(call: &syn::ExprMethodCall) -> bool {
    matches!(call.method.to_string().as_str(), "unwrap" | "expect" | "ok")
        && matches!(&*call.receiver, Expr::Macro(mac) if is_known_macro(&mac.mac))
}

/// Macros for their effect alone, whose arguments are not differentiated.
pub fn is_known_macro(mac: &Macro) -> bool {
    mac.path.segments.last().is_some_and(|last| {
        matches!(
            last.ident.to_string().as_str(),
            "assert"
                | "assert_eq"
                | "assert_ne"
                | "debug_assert"
                | "debug_assert_eq"
                | "debug_assert_ne"
                | "print"
                | "println"
                | "eprint"
                | "eprintln"
                | "panic"
                | "unreachable"
                | "todo"
                | "unimplemented"
                | "write"
                | "writeln"
                | "trace"
                | "debug"
                | "info"
                | "warn"
                | "error"
        )
    })
}
