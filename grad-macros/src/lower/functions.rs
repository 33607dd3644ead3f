//! Functions as arguments of the callees that are lowered in place: `integrate(f64::sin, a, b)` is given a closure.

use std::collections::{HashMap, HashSet};

use quote::format_ident;
use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprCall, ExprClosure, ExprMethodCall, Ident, Pat, PatIdent, Token};

use super::scan;
use super::stmt::strip;
use crate::parse::higher::arity;

/// Writes closures for the functions, and closures themselves for references to them.
pub fn as_closures<'h>(block: &mut Block, helpers: impl Iterator<Item = (&'h str, &'h ExprClosure)>) {
    let higher = helpers.filter_map(|(name, closure)| {
        let arities: Vec<Option<usize>> = closure.inputs.iter().map(arity_of).collect();
        arities.iter().any(Option::is_some).then(|| (name.to_owned(), arities))
    });
    let higher: HashMap<String, Vec<Option<usize>>> = higher.collect();
    if higher.is_empty() {
        return;
    }
    let mut locals = Locals(HashSet::new());
    locals.visit_block(block);
    Closures { higher, locals: locals.0, count: 0 }.visit_block_mut(block);
}

fn arity_of(pat: &Pat) -> Option<usize> {
    match pat {
        Pat::Type(typed) => arity(&typed.ty),
        _ => None,
    }
}

/// The names that are bound somewhere.
struct Locals(HashSet<String>);

impl<'ast> Visit<'ast> for Locals {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        self.0.insert(pat.ident.to_string());
        visit::visit_pat_ident(self, pat);
    }
}

struct Closures {
    higher: HashMap<String, Vec<Option<usize>>>,
    locals: HashSet<String>,
    count: usize,
}

impl Closures {
    fn write_closures(&mut self, callee: Option<String>, arguments: &mut Punctuated<Expr, Token![,]>) {
        let Some(arities) = callee.and_then(|name| self.higher.get(&name).cloned()) else { return };
        for (argument, arity) in arguments.iter_mut().zip(arities) {
            if let Some(closure) = arity.and_then(|arity| self.closure(argument, arity)) {
                *argument = closure;
            }
        }
    }

    fn closure(&mut self, argument: &Expr, arity: usize) -> Option<Expr> {
        match strip(argument) {
            Expr::Reference(reference) => {
                Some(self.closure(&reference.expr, arity).unwrap_or_else(|| (*reference.expr).clone()))
            }
            Expr::Path(path) if scan::name(argument).is_none_or(|name| !self.locals.contains(&name)) => {
                let names: Vec<Ident> = (0..arity)
                    .map(|_| {
                        self.count += 1;
                        format_ident!("given_{}", self.count)
                    })
                    .collect();
                Some(syn::parse_quote!(|#(#names),*| #path(#(#names),*)))
            }
            _ => None,
        }
    }
}

impl VisitMut for Closures {
    fn visit_expr_call_mut(&mut self, call: &mut ExprCall) {
        visit_mut::visit_expr_call_mut(self, call);
        self.write_closures(scan::callee(&call.func), &mut call.args);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        visit_mut::visit_expr_method_call_mut(self, call);
        self.write_closures(scan::method_of_self(call), &mut call.args);
    }
}
