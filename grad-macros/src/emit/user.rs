//! The user's own expressions and statements, with the names that their values have in generated code.

use std::collections::HashMap;

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, FieldPat, FieldValue, Macro, Pat, PatIdent, Token};

use super::expr::Prec;
use crate::parse::tokens::{Rename, renamed};

/// Renames identifiers in user code. Every binding of a function has a name of its own, so nothing is shadowed.
pub struct Renamer {
    names: HashMap<String, TokenStream>,
}

impl Renamer {
    /// From the identifiers and what they are to be; those that stay don't count.
    pub fn new(pairs: Vec<(Ident, TokenStream)>) -> Self {
        let names = pairs.into_iter().map(|(from, to)| (from.to_string(), to));
        Self { names: names.filter(|(from, to)| *from != to.to_string()).collect() }
    }

    /// The expression under the new names.
    pub fn expr(&mut self, expr: &Expr) -> Expr {
        let mut expr = expr.clone();
        if !self.names.is_empty() {
            self.visit_expr_mut(&mut expr);
        }
        expr
    }

    /// The statement under the new names.
    pub fn stmt(&mut self, stmt: &syn::Stmt) -> syn::Stmt {
        let mut stmt = stmt.clone();
        if !self.names.is_empty() {
            self.visit_stmt_mut(&mut stmt);
        }
        stmt
    }

    /// The pattern under the new names of what it binds.
    pub fn pat(&mut self, pat: &Pat) -> Pat {
        let mut pat = pat.clone();
        if !self.names.is_empty() {
            self.visit_pat_mut(&mut pat);
        }
        pat
    }

    fn new_tokens(&self, ident: &Ident) -> Option<TokenStream> {
        self.names.get(&ident.to_string()).cloned()
    }

    fn new_name(&self, ident: &Ident) -> Option<Ident> {
        self.new_tokens(ident).and_then(|tokens| syn::parse2(tokens).ok())
    }
}

fn first_name(tokens: TokenStream) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) => Some(ident),
        TokenTree::Group(group) => first_name(group.stream()),
        _ => None,
    })
}

impl Rename for Renamer {
    fn ident(&mut self, ident: &Ident) -> Option<Ident> {
        self.new_name(ident)
    }

    /// `"{x}"` and `"{x:.3}"` under the new name of `x`.
    fn literal(&mut self, literal: Literal) -> Literal {
        let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) else { return literal };
        let mut text = text.value();
        for (from, to) in &self.names {
            // A reference is formatted as what it refers to.
            let Some(to) = first_name(to.clone()) else { continue };
            text = text.replace(&format!("{{{from}}}"), &format!("{{{to}}}"));
            text = text.replace(&format!("{{{from}:"), &format!("{{{to}:"));
        }
        let mut new = Literal::string(&text);
        new.set_span(literal.span());
        new
    }
}

impl VisitMut for Renamer {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Path(path) = expr
            && path.qself.is_none()
            && let Some(ident) = path.path.get_ident()
            && let Some(new) = self.new_tokens(ident).and_then(|tokens| syn::parse2(tokens).ok())
        {
            *expr = new;
            return;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        if field.colon_token.is_none()
            && matches!(&field.member, syn::Member::Named(name) if self.new_tokens(name).is_some())
        {
            field.colon_token = Some(<Token![:]>::default());
        }
        visit_mut::visit_field_value_mut(self, field);
    }

    fn visit_field_pat_mut(&mut self, field: &mut FieldPat) {
        if field.colon_token.is_none()
            && matches!(&field.member, syn::Member::Named(name) if self.new_tokens(name).is_some())
        {
            field.colon_token = Some(<Token![:]>::default());
        }
        visit_mut::visit_field_pat_mut(self, field);
    }

    fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
        if let Some(new) = self.new_name(&pat.ident) {
            pat.ident = new;
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }

    fn visit_macro_mut(&mut self, invocation: &mut Macro) {
        invocation.tokens = renamed(invocation.tokens.clone(), self);
    }
}

/// The expression inside parentheses, which we set ourselves where they are needed.
pub fn without_parentheses(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) if inner.attrs.is_empty() => without_parentheses(&inner.expr),
        Expr::Group(inner) => without_parentheses(&inner.expr),
        other => other,
    }
}

/// How tightly an expression of the user's binds.
pub fn precedence(expr: &Expr) -> Prec {
    match expr {
        Expr::Unary(_) | Expr::Reference(_) => Prec::Prefix,
        Expr::Cast(_) => Prec::Cast,
        Expr::Binary(binary) => Prec::of_symbol(&binary.op.to_token_stream().to_string()),
        Expr::Array(_)
        | Expr::Call(_)
        | Expr::Field(_)
        | Expr::Index(_)
        | Expr::Lit(_)
        | Expr::Macro(_)
        | Expr::MethodCall(_)
        | Expr::Paren(_)
        | Expr::Path(_)
        | Expr::Try(_)
        | Expr::Tuple(_)
        | Expr::Repeat(_) => Prec::Postfix,
        Expr::Group(group) => precedence(&group.expr),
        _ => Prec::Loose,
    }
}

/// Whether the expression, where a `{` would open a block, needs parentheses: it begins or ends in a struct literal.
pub fn shows_a_brace(expr: &Expr) -> bool {
    match expr {
        Expr::Struct(_) => true,
        Expr::Binary(binary) => shows_a_brace(&binary.left) || shows_a_brace(&binary.right),
        Expr::Unary(unary) => shows_a_brace(&unary.expr),
        Expr::Reference(reference) => shows_a_brace(&reference.expr),
        Expr::Cast(cast) => shows_a_brace(&cast.expr),
        Expr::MethodCall(call) => shows_a_brace(&call.receiver),
        Expr::Field(field) => shows_a_brace(&field.base),
        Expr::Index(index) => shows_a_brace(&index.expr),
        Expr::Group(group) => shows_a_brace(&group.expr),
        _ => false,
    }
}
