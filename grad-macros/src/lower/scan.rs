//! Questions about the user's syntax that need no environment.

use std::collections::BTreeSet;

use proc_macro2::TokenTree;
use syn::visit::{self, Visit};
use syn::{Expr, ExprAssign, ExprBinary, ExprMethodCall, ExprReference, Macro, Pat, PatIdent, Stmt};

use crate::parse::tokens::assigns;
use crate::parse::{discrete, methods};

/// The name that a path expression is.
pub fn name(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident().map(ToString::to_string),
        Expr::Paren(inner) => name(&inner.expr),
        Expr::Group(inner) => name(&inner.expr),
        _ => None,
    }
}

/// The name that what is called has among closures; a function of another module has a joined one.
pub fn callee(function: &Expr) -> Option<String> {
    match function {
        Expr::Path(path) if path.qself.is_none() && path.path.segments.len() > 1 => {
            Some(crate::parse::elsewhere::joined(&path.path))
        }
        other => name(other),
    }
}

/// The name of the function that a path means, and whether it is a type's.
pub fn path_ends(function: &Expr) -> Option<(String, bool)> {
    let Expr::Path(path) = function else { return None };
    let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
    let name = names.next()?;
    Some((name, names.next().is_some_and(|owner| owner.starts_with(char::is_uppercase))))
}

/// The name that a method has among closures, where it's called on `self`.
pub fn method_of_self(call: &ExprMethodCall) -> Option<String> {
    let own = name(&call.receiver).is_some_and(|receiver| receiver == "self");
    own.then(|| crate::parse::elsewhere::of_self(&call.method))
}

/// The name at the root of `a[i].b`, `*a`, `(a)`, `a.iter_mut()`.
pub fn root(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Index(index) => root(&index.expr),
        Expr::Field(field) => root(&field.base),
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Deref(_)) => root(&unary.expr),
        Expr::Reference(reference) => root(&reference.expr),
        Expr::MethodCall(call) => root(&call.receiver),
        Expr::Paren(inner) => root(&inner.expr),
        Expr::Group(inner) => root(&inner.expr),
        _ => name(expr),
    }
}

/// The names that an assignment gives new values as a whole.
pub fn rebound(left: &Expr) -> Vec<String> {
    match left {
        Expr::Tuple(tuple) => tuple.elems.iter().flat_map(rebound).collect(),
        Expr::Array(array) => array.elems.iter().flat_map(rebound).collect(),
        _ => name(left).into_iter().collect(),
    }
}

/// The names that a pattern binds.
pub fn bound(pat: &Pat) -> Vec<String> {
    struct Names(Vec<String>);
    impl<'ast> Visit<'ast> for Names {
        fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
            if !is_constant_pattern(pat) {
                self.0.push(pat.ident.to_string());
            }
            visit::visit_pat_ident(self, pat);
        }
        fn visit_expr(&mut self, _: &'ast Expr) {}
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pat);
    names.0
}

/// Whether a pattern that looks like a name is a constant or a unit variant (`None`, `MAX`).
pub fn is_constant_pattern(pat: &PatIdent) -> bool {
    pat.ident.to_string().starts_with(char::is_uppercase)
        && pat.subpat.is_none()
        && pat.by_ref.is_none()
        && pat.mutability.is_none()
}

/// Whether a pattern is one of an `Option` or a `Result`.
pub fn is_of_outcome(pat: &Pat) -> bool {
    match pat {
        Pat::TupleStruct(tuple) => tuple
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Some" || last.ident == "Ok" || last.ident == "Err"),
        Pat::Ident(ident) => ident.ident == "None",
        Pat::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == "None"),
        Pat::Or(or) => or.cases.iter().any(is_of_outcome),
        Pat::Paren(inner) => is_of_outcome(&inner.pat),
        _ => false,
    }
}

/// The names that code may write: by assignment, through `&mut`, as the receiver of a method that may mutate.
#[derive(Default)]
pub struct Written(pub BTreeSet<String>);

impl Written {
    pub fn of_block(stmts: &[Stmt]) -> BTreeSet<String> {
        let mut written = Self::default();
        for stmt in stmts {
            written.visit_stmt(stmt);
        }
        written.0
    }

    pub fn of(expr: &Expr) -> BTreeSet<String> {
        let mut written = Self::default();
        written.visit_expr(expr);
        written.0
    }

    fn target(&mut self, expr: &Expr) {
        match expr {
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|element| self.target(element)),
            Expr::Array(array) => array.elems.iter().for_each(|element| self.target(element)),
            Expr::Struct(literal) => literal.fields.iter().for_each(|field| self.target(&field.expr)),
            Expr::Call(call) => call.args.iter().for_each(|argument| self.target(argument)),
            _ => self.0.extend(root(expr)),
        }
    }
}

impl<'ast> Visit<'ast> for Written {
    fn visit_expr_assign(&mut self, assign: &'ast ExprAssign) {
        self.target(&assign.left);
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        if assigns(&binary.op) {
            self.target(&binary.left);
        }
        visit::visit_expr_binary(self, binary);
    }

    fn visit_expr_reference(&mut self, reference: &'ast ExprReference) {
        if reference.mutability.is_some() {
            self.0.extend(root(&reference.expr));
        }
        visit::visit_expr_reference(self, reference);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if !is_pure_method(&call.method.to_string()) {
            self.0.extend(root(&call.receiver));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, mac: &'ast Macro) {
        if mac.path.segments.last().is_some_and(|last| last.ident == "write" || last.ident == "writeln")
            && let Some(TokenTree::Ident(first)) =
                mac.tokens.clone().into_iter().find(|token| matches!(token, TokenTree::Ident(_)))
        {
            self.0.insert(first.to_string());
        }
    }
}

/// Whether a method of std's types is known not to change its receiver.
pub fn is_pure_method(name: &str) -> bool {
    // A method of the user's goes by what it says of itself.
    if methods::changes_some_receiver(name) {
        return false;
    }
    discrete::is(name, true)
        || crate::parse::fields::is_accessor(name) && !name.ends_with("_mut")
        || is_pure_method_of_std(name)
}

/// Whether a method is the sources' own, its result carries no derivative, and it changes nothing.
pub fn is_discrete_method(name: &str) -> bool {
    discrete::is(name, true) && !is_pure_method_of_std(name) && !crate::ir::is_name_of_rule(name)
}

fn is_pure_method_of_std(name: &str) -> bool {
    crate::ir::Prim::method(name).is_some()
        || matches!(
            name,
            "len"
                | "is_empty"
                | "iter"
                | "clone"
                | "to_vec"
                | "sin_cos"
                | "first"
                | "last"
                | "get"
                | "contains"
                | "chunks"
                | "chunks_exact"
                | "windows"
                | "split_at"
                | "as_slice"
                | "as_ref"
                | "to_owned"
                | "to_string"
                | "pow"
                | "abs_diff"
                | "wrapping_add"
                | "wrapping_sub"
                | "wrapping_mul"
                | "saturating_add"
                | "saturating_sub"
                | "saturating_mul"
                | "checked_add"
                | "checked_sub"
                | "checked_mul"
                | "checked_div"
                | "is_power_of_two"
                | "into_iter"
                | "map"
                | "zip"
                | "enumerate"
                | "rev"
                | "skip"
                | "take"
                | "step_by"
                | "filter"
                | "sum"
                | "product"
                | "fold"
                | "copied"
                | "cloned"
                | "collect"
                | "partial_cmp"
                | "total_cmp"
                | "cmp"
                | "eq"
                | "ne"
                | "lt"
                | "le"
                | "gt"
                | "ge"
                | "is_some"
                | "is_none"
                | "is_ok"
                | "is_err"
                | "to_bits"
                | "unwrap"
                | "expect"
        )
}
