//! Ways around the derivative: a number that is taken to bits or to text, and back, is another number to the compiler.

use std::collections::HashSet;

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprMacro, ExprMethodCall, ExprPath, Local};

use super::{scan, taint::Taint};
use crate::diag::{Errors, Message};

/// Reports where bits are taken of what is active, and where text made of it is read again.
pub fn check(block: &Block, taint: &Taint, errors: &Errors) {
    Cuts { taint, errors, texts: HashSet::new() }.visit_block(block);
}

struct Cuts<'a> {
    taint: &'a Taint,
    errors: &'a Errors,
    /// The names of texts with active numbers in them.
    texts: HashSet<String>,
}

impl<'ast> Visit<'ast> for Cuts<'_> {
    fn visit_local(&mut self, local: &'ast Local) {
        visit::visit_local(self, local);
        if let Some(init) = &local.init
            && self.is_text(&init.expr)
        {
            self.texts.extend(scan::bound(&local.pat));
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        visit::visit_expr_method_call(self, call);
        let name = call.method.to_string();
        let cuts = match name.as_str() {
            "to_bits" | "to_ne_bytes" | "to_le_bytes" | "to_be_bytes" => self.taint.flows(&call.receiver),
            "parse" => self.is_text(&call.receiver),
            _ => false,
        };
        if cuts {
            self.errors.report(call.method.span(), &Message::representation_cuts(name));
        }
    }
}

impl Cuts<'_> {
    fn is_text(&self, expr: &Expr) -> bool {
        let mut texts = Texts { cuts: self, found: false };
        texts.visit_expr(expr);
        texts.found
    }
}

/// Looks for text with active numbers in it.
struct Texts<'a> {
    cuts: &'a Cuts<'a>,
    found: bool,
}

impl<'ast> Visit<'ast> for Texts<'_> {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        self.found |= path.path.get_ident().is_some_and(|name| self.cuts.texts.contains(&name.to_string()));
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.found |= call.method == "to_string" && self.cuts.taint.flows(&call.receiver);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_macro(&mut self, mac: &'ast ExprMacro) {
        self.found |=
            mac.mac.path.is_ident("format") && self.cuts.taint.mentions_expr(&Expr::Macro(mac.clone()));
    }
}
