//! Closures are inlined where they are called.

use std::rc::Rc;

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprClosure, Ident, Pat, ReturnType};

use super::jump::{self, TargetKind};
use super::{Lower, Term, scan};
use crate::diag::Message;
use crate::ir::Ty;
use crate::parse::fallible::{Failing, fallible};
use crate::parse::tokens::{self, each_ident};

/// Closures inside closures inside closures: deeper is taken for recursion.
const DEEPEST: usize = 64;

impl Lower<'_> {
    /// Lowers the body of a closure in place of its call.
    pub fn inline(&mut self, closure: &Rc<ExprClosure>, arguments: Vec<Term>, span: Span) -> Term {
        if self.depth >= DEEPEST {
            return self.not_yet(span, "closures nested this deeply");
        }
        if closure.inputs.len() != arguments.len() {
            return Term::Poison;
        }
        self.depth += 1;
        let outside: std::collections::HashSet<String> = self.env.keys().cloned().collect();
        for (pat, argument) in closure.inputs.iter().zip(arguments) {
            if is_constant(pat) && self.term_varies(&argument) {
                self.not_yet(span, "an active argument of a constant parameter");
            }
            self.bind_pattern(pat, argument);
        }
        let option = matches!(&closure.output, ReturnType::Type(_, ty) if matches!(fallible(ty), Some((Failing::Option, _))));
        let expected = match &closure.output {
            ReturnType::Type(_, ty) => Some(self.known(ty)),
            ReturnType::Default => self.expected.clone(),
        };
        let returned = std::mem::replace(&mut self.returned, expected.clone());
        self.expected = expected;
        let term = self.closure_body(&closure.body, option);
        self.returned = returned;
        self.depth -= 1;
        // Its own names mean nothing outside, except to what is still lazy.
        if !matches!(term, Term::Chain(_) | Term::Closure(_)) {
            self.env.retain(|name, _| outside.contains(name));
        }
        match &closure.output {
            ReturnType::Type(_, ty) => {
                let term = self.with_error_type(term, ty, span);
                let known = self.known(ty);
                self.annotate(term, &known, span)
            }
            ReturnType::Default => term,
        }
    }

    /// A closure as a term. What a `move` closure copies has a name of its own from here on.
    pub fn closure(&mut self, closure: &ExprClosure) -> Term {
        if closure.capture.is_none() {
            return Term::Closure(Rc::new(closure.clone()));
        }
        let mut names: Vec<Ident> = Vec::new();
        each_ident(closure.body.to_token_stream(), &mut |ident| {
            if self.facts.mutable.contains(&ident.to_string()) && !names.contains(ident) {
                names.push(ident.clone());
            }
        });
        let mut renamed = Vec::new();
        for name in names {
            let old = name.to_string();
            let Some(term) = self.env.get(&old).cloned() else { continue };
            let copied = match term {
                Term::Value(_) | Term::Tuple(_) => term,
                Term::Place(place)
                    if matches!(self.place_ty(&place), Ty::Array(..) | Ty::Float(_) | Ty::Int | Ty::Bool) =>
                {
                    self.copy_of(place, &old, name.span())
                }
                _ => continue,
            };
            self.counter += 1;
            let new = quote::format_ident!("{}_moved_{}", name, self.counter, span = name.span());
            self.facts.same(&old, &new.to_string());
            self.env.insert(new.to_string(), copied);
            renamed.push((old, new));
        }
        let mut closure = closure.clone();
        Rename(&renamed).visit_expr_mut(&mut closure.body);
        Term::Closure(Rc::new(closure))
    }

    fn closure_body(&mut self, body: &Expr, option: bool) -> Term {
        let outer = std::mem::take(&mut self.targets);
        let term = if jump::may_jump(body) {
            let target = self.enter(TargetKind::Function, None);
            self.targets.iter_mut().for_each(|own| own.option = option);
            let leave = target.clone();
            let block: syn::Block = match body {
                Expr::Block(block) if block.label.is_none() => block.block.clone(),
                other => syn::Block {
                    brace_token: syn::token::Brace::default(),
                    stmts: vec![syn::Stmt::Expr(other.clone(), None)],
                },
            };
            self.sequence(&block.stmts, &mut |lower, term| {
                let term = lower.owned(term, body.span());
                lower.jump(&leave, term)
            });
            self.leave(&target).1
        } else {
            self.expr(body)
        };
        self.targets = outer;
        term
    }

    /// The function that an argument of an iterator's method is, applied to terms.
    pub fn apply(&mut self, function: &Expr, arguments: Vec<Term>) -> Term {
        let span = function.span();
        if let Expr::Closure(closure) = super::stmt::strip(function) {
            return self.inline(&Rc::new(closure.clone()), arguments, span);
        }
        if let Some(name) = scan::name(function) {
            match self.env.get(&name).cloned() {
                Some(Term::Closure(closure)) => return self.inline(&closure, arguments, span),
                Some(_) => return self.refuse(span, &Message::function_pointer(name)),
                None => {}
            }
        }
        if let Expr::Reference(reference) = super::stmt::strip(function) {
            return self.apply(&reference.expr, arguments);
        }
        self.apply_path(function, arguments)
    }
}

/// Whether the parameter of a callee is marked as one that carries no derivative.
fn is_constant(pat: &Pat) -> bool {
    matches!(pat, Pat::Type(typed) if typed.attrs.iter().any(|attribute| attribute.path().is_ident("constant")))
}

/// Gives names in a piece of syntax other names.
struct Rename<'r>(&'r [(String, Ident)]);

impl Rename<'_> {
    fn new_name(&self, ident: &Ident) -> Option<Ident> {
        self.0.iter().find(|(old, _)| ident == old).map(|(_, new)| crate::parse::at(new, ident.span()))
    }
}

impl tokens::Rename for Rename<'_> {
    fn ident(&mut self, ident: &Ident) -> Option<Ident> {
        self.new_name(ident)
    }
}

impl VisitMut for Rename<'_> {
    fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
        if let Some(new) = path.path.get_ident().and_then(|ident| self.new_name(ident)) {
            path.path = new.into();
        }
    }

    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if field.colon_token.is_none() {
            field.colon_token = Some(syn::token::Colon::default());
        }
        visit_mut::visit_field_value_mut(self, field);
    }

    fn visit_macro_mut(&mut self, mac: &mut syn::Macro) {
        mac.tokens = tokens::renamed(std::mem::take(&mut mac.tokens), self);
    }
}
