//! Unique names: after this pass no binding of the body shadows another, so that a name says which variable is meant.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Arm, Block, Expr, ExprClosure, ExprForLoop, ExprIf, ExprLet, ExprWhile, FieldPat, FieldValue, Item,
    Local, Macro, Member, Pat, PatIdent,
};

use super::tokens::{self, captured, each_ident};
use super::{Helper, hygiene};

/// Gives every binding in `block` and in the `helpers` a name of its own; the parameters keep theirs. What a helper names and
/// doesn't bind means the same everywhere: no binding gets such a name, and a helper that names a parameter goes. Returns the names that
/// mean one variable by what is written, and another one by the macro that wrote it.
pub fn unique_names(
    block: &mut Block,
    helpers: &mut Vec<Helper>,
    parameters: impl Iterator<Item = Ident> + Clone,
) -> Vec<Ident> {
    helpers.retain_mut(|helper| {
        let mut free = free(&helper.closure);
        // The `self` of a method that is called on `self`.
        free.remove("self");
        !parameters.clone().any(|parameter| free.contains(&parameter.to_string()))
    });
    let mut names = Names { used: identifiers(block.to_token_stream()), ..Names::default() };
    names.taken.extend(parameters.clone().map(|parameter| parameter.to_string()));
    for Helper { name, closure, .. } in &*helpers {
        names.used.extend(identifiers(closure.to_token_stream()));
        names.taken.extend(free(closure));
        names.taken.insert(name.clone());
    }
    for helper in &mut *helpers {
        names.scopes = vec![HashMap::new()];
        names.visit_expr_closure_mut(&mut helper.closure);
    }
    names.scopes = vec![HashMap::new()];
    for parameter in parameters {
        if let Some(namesake) = names.lookup(&parameter)
            && hygiene::differ(namesake, &parameter)
        {
            names.confused.push(parameter.clone());
        }
        names.declare(&parameter.clone(), parameter);
    }
    names.visit_block_mut(block);
    names.confused
}

/// What a closure names and doesn't bind.
pub fn free(closure: &ExprClosure) -> HashSet<String> {
    let mut names = Names { scopes: vec![HashMap::new()], ..Names::default() };
    names.visit_expr_closure_mut(&mut closure.clone());
    names.unbound
}

/// Every identifier that occurs anywhere, so that a new name collides with none.
fn identifiers(tokens: TokenStream) -> HashSet<String> {
    let mut found = HashSet::new();
    each_ident(tokens, &mut |ident| {
        found.insert(ident.to_string());
    });
    found
}

#[derive(Default)]
struct Names {
    /// What each name means, innermost scope last.
    scopes: Vec<HashMap<String, Ident>>,
    /// Names that some binding has.
    taken: HashSet<String>,
    /// Names that occur in the source.
    used: HashSet<String>,
    /// Names that were met where no binding has them.
    unbound: HashSet<String>,
    /// Names of which it isn't sure which binding they mean.
    confused: Vec<Ident>,
}

impl Names {
    fn declare(&mut self, old: &Ident, new: Ident) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(old.to_string(), new);
        }
    }

    fn lookup(&self, name: &Ident) -> Option<&Ident> {
        let name = name.to_string();
        self.scopes.iter().rev().find_map(|scope| scope.get(&name))
    }

    fn fresh(&mut self, name: &Ident) -> Ident {
        let text = name.to_string();
        if self.taken.insert(text.clone()) {
            return name.clone();
        }
        let base = text.trim_start_matches("r#");
        let mut number = 1;
        loop {
            let candidate = format!("{base}_{number}");
            if !self.used.contains(&candidate) && self.taken.insert(candidate) {
                return format_ident!("{base}_{number}", span = name.span());
            }
            number += 1;
        }
    }

    fn scoped(&mut self, inside: impl FnOnce(&mut Self)) {
        self.scopes.push(HashMap::new());
        inside(self);
        self.scopes.pop();
    }

    /// Binds the names of a pattern in the current scope.
    fn bind(&mut self, pat: &mut Pat) {
        Binder { names: self, here: HashMap::new() }.visit_pat_mut(pat);
    }

    /// What the name of a variable becomes, on the span where it stands.
    fn renamed(&mut self, ident: &Ident) -> Option<Ident> {
        let Some(new) = self.lookup(ident).map(|new| at(new, ident.span())) else {
            self.unbound.insert(ident.to_string());
            return None;
        };
        if self.is_confused(ident) {
            self.confused.push(ident.clone());
        }
        Some(new)
    }

    /// Whether the binding that a name finds comes from another macro than the name, and one further out from the same.
    fn is_confused(&self, ident: &Ident) -> bool {
        let text = ident.to_string();
        let mut bindings = self.scopes.iter().rev().filter_map(|scope| scope.get(&text));
        bindings.next().is_some_and(|nearest| hygiene::differ(nearest, ident))
            && bindings.any(|further| !hygiene::differ(further, ident))
    }

    /// `name = new_name` for every `{name}` in the format strings whose meaning has a new name.
    fn captures(&self, tokens: &TokenStream) -> TokenStream {
        let mut extra = TokenStream::new();
        let mut seen = HashSet::new();
        for token in tokens.clone() {
            let TokenTree::Literal(literal) = token else { continue };
            for name in captured(&literal.to_string()) {
                let Ok(ident) = syn::parse_str::<Ident>(&name) else { continue };
                if let Some(new) = self.lookup(&ident)
                    && *new != ident
                    && seen.insert(name)
                {
                    extra.extend(quote!(, #ident = #new));
                }
            }
        }
        extra
    }
}

/// Whether a macro takes a format string.
fn formats(mac: &Macro) -> bool {
    mac.path.segments.last().is_some_and(|segment| {
        matches!(
            segment.ident.to_string().as_str(),
            "print"
                | "println"
                | "eprint"
                | "eprintln"
                | "format"
                | "write"
                | "writeln"
                | "panic"
                | "assert"
                | "assert_eq"
                | "assert_ne"
                | "debug_assert"
                | "debug_assert_eq"
                | "debug_assert_ne"
                | "unreachable"
                | "todo"
                | "unimplemented"
                | "format_args"
        )
    })
}

/// Gives the bindings of one pattern new names; the alternatives of an or-pattern share them.
struct Binder<'a> {
    names: &'a mut Names,
    here: HashMap<String, Ident>,
}

impl VisitMut for Binder<'_> {
    fn visit_pat_ident_mut(&mut self, pat: &mut PatIdent) {
        let text = pat.ident.to_string();
        let constant = text.starts_with(char::is_uppercase)
            && pat.subpat.is_none()
            && pat.by_ref.is_none()
            && pat.mutability.is_none();
        if !constant {
            let new = match self.here.get(&text) {
                Some(new) => {
                    if hygiene::differ(new, &pat.ident) {
                        self.names.confused.push(pat.ident.clone());
                    }
                    new.clone()
                }
                None => self.names.fresh(&pat.ident),
            };
            self.here.insert(text, new.clone());
            self.names.declare(&pat.ident, new.clone());
            pat.ident = new;
        }
        visit_mut::visit_pat_ident_mut(self, pat);
    }

    fn visit_field_pat_mut(&mut self, field: &mut FieldPat) {
        self.visit_pat_mut(&mut field.pat);
        if field.colon_token.is_none()
            && let (Member::Named(name), Pat::Ident(pat)) = (&field.member, &*field.pat)
            && *name != pat.ident
        {
            field.colon_token = Some(syn::token::Colon::default());
        }
    }

    fn visit_pat_guard_mut(&mut self, pat: &mut syn::PatGuard) {
        self.visit_pat_mut(&mut pat.pat);
        self.names.visit_expr_mut(&mut pat.guard);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        self.names.visit_expr_mut(expr);
    }
}

impl tokens::Rename for Names {
    fn ident(&mut self, ident: &Ident) -> Option<Ident> {
        self.renamed(ident)
    }
}

impl VisitMut for Names {
    fn visit_block_mut(&mut self, block: &mut Block) {
        self.scoped(|names| visit_mut::visit_block_mut(names, block));
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        if let Some(init) = &mut local.init {
            self.visit_expr_mut(&mut init.expr);
            if let Some((_, diverge)) = &mut init.diverge {
                self.visit_expr_mut(diverge);
            }
        }
        self.bind(&mut local.pat);
    }

    fn visit_item_mut(&mut self, _: &mut Item) {
        // An item can't name the variables around it.
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        self.scoped(|names| {
            closure.inputs.iter_mut().for_each(|input| names.bind(input));
            names.visit_expr_mut(&mut closure.body);
        });
    }

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        self.scoped(|names| {
            names.bind(&mut arm.pat);
            names.visit_expr_mut(&mut arm.body);
        });
    }

    fn visit_expr_if_mut(&mut self, expr: &mut ExprIf) {
        self.scoped(|names| {
            names.visit_expr_mut(&mut expr.cond);
            names.visit_block_mut(&mut expr.then_branch);
        });
        if let Some((_, otherwise)) = &mut expr.else_branch {
            self.visit_expr_mut(otherwise);
        }
    }

    fn visit_expr_while_mut(&mut self, expr: &mut ExprWhile) {
        self.scoped(|names| {
            names.visit_expr_mut(&mut expr.cond);
            names.visit_block_mut(&mut expr.body);
        });
    }

    fn visit_expr_let_mut(&mut self, expr: &mut ExprLet) {
        self.visit_expr_mut(&mut expr.expr);
        self.bind(&mut expr.pat);
    }

    fn visit_expr_for_loop_mut(&mut self, expr: &mut ExprForLoop) {
        self.visit_expr_mut(&mut expr.expr);
        self.scoped(|names| {
            names.bind(&mut expr.pat);
            names.visit_block_mut(&mut expr.body);
        });
    }

    fn visit_expr_path_mut(&mut self, expr: &mut syn::ExprPath) {
        super::qualified::flatten(expr);
        if expr.qself.is_none()
            && expr.path.leading_colon.is_none()
            && expr.path.segments.len() == 1
            && let Some(segment) = expr.path.segments.first_mut()
            && segment.arguments.is_none()
            && let Some(new) = self.renamed(&segment.ident)
        {
            segment.ident = new;
        }
    }

    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        self.visit_expr_mut(&mut field.expr);
        if field.colon_token.is_none()
            && let (Member::Named(name), Expr::Path(path)) = (&field.member, &field.expr)
            && !path.path.is_ident(name)
        {
            field.colon_token = Some(syn::token::Colon::default());
        }
    }

    fn visit_macro_mut(&mut self, mac: &mut Macro) {
        let extra = if formats(mac) { self.captures(&mac.tokens) } else { TokenStream::new() };
        let mut tokens = tokens::renamed(std::mem::take(&mut mac.tokens), self);
        tokens.extend(extra);
        mac.tokens = tokens;
    }
}

/// A name where another one stood.
pub fn at(name: &Ident, span: proc_macro2::Span) -> Ident {
    let mut name = name.clone();
    name.set_span(span);
    name
}
