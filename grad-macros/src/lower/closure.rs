//! Closures are inlined where they are called.

use std::rc::Rc;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprClosure, Ident, Pat, PatIdent, ReturnType};

use super::jump::{self, TargetKind};
use super::{Lower, Term, scan};
use crate::diag::Message;

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
        for (pat, argument) in closure.inputs.iter().zip(arguments) {
            self.bind_pattern(pat, argument);
        }
        let term = self.closure_body(&closure.body);
        self.depth -= 1;
        match &closure.output {
            ReturnType::Type(_, ty) => {
                let known = self.known(ty);
                self.annotate(term, &known, span)
            }
            ReturnType::Default => term,
        }
    }

    fn closure_body(&mut self, body: &Expr) -> Term {
        let outer = std::mem::take(&mut self.targets);
        let term = if jump::may_jump(body) {
            let target = self.enter(TargetKind::Function, None);
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

/// A copy of a closure whose own names are different: for a second use of the same syntax.
pub fn with_fresh_names(closure: &ExprClosure, suffix: usize) -> ExprClosure {
    struct Rename {
        names: Vec<String>,
        suffix: usize,
    }
    impl Rename {
        fn rename(&self, ident: &mut Ident) {
            if self.names.contains(&ident.to_string()) {
                *ident = Ident::new(&format!("{ident}_{}", self.suffix), ident.span());
            }
        }
    }
    impl VisitMut for Rename {
        fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
            self.rename(&mut pat.ident);
            visit_mut::visit_pat_ident_mut(self, pat);
        }
        fn visit_expr_path_mut(&mut self, path: &mut syn::ExprPath) {
            if path.path.get_ident().is_some()
                && let Some(segment) = path.path.segments.first_mut()
            {
                self.rename(&mut segment.ident);
            }
        }
    }
    let names = closure.inputs.iter().flat_map(|pat: &Pat| scan::bound(pat)).collect();
    let mut copy = closure.clone();
    Rename { names, suffix }.visit_expr_closure_mut(&mut copy);
    copy
}
