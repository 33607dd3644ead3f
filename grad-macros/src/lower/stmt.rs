//! Blocks and statements.
//!
//! What follows a statement is a continuation: where one arm of a branch jumps, the rest of the block is lowered inside
//! the other arm, and nothing has to ask at run time whether a jump is under way.

use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Block, Expr, Local, Stmt};

use super::jump::{self, Jumping, Target};
use super::{Lower, Term};
use crate::diag::Message;
use crate::parse::tokens::each_ident;

/// What is to be lowered after something, given its value. Called at most once.
pub type Rest<'r, 'a> = &'r mut dyn FnMut(&mut Lower<'a>, Term) -> Term;

impl<'a> Lower<'a> {
    /// Lowers a block; what it gives.
    pub fn block(&mut self, block: &Block) -> Term {
        self.sequence(&block.stmts, &mut |_, term| term)
    }

    /// Lowers statements, then the rest with what the last one gives.
    pub fn sequence(&mut self, stmts: &[Stmt], rest: Rest<'_, 'a>) -> Term {
        let mut last = Term::Unit;
        for (index, stmt) in stmts.iter().enumerate() {
            if let Stmt::Item(item) = stmt
                && self.moves_to_the_start(item, stmts)
            {
                continue;
            }
            if let Stmt::Local(local) = stmt
                && let Some(init) = &local.init
                && let Some((_, diverge)) = &init.diverge
            {
                let following = &stmts[index + 1..];
                return self.let_else(&local.pat, &init.expr, diverge, &mut |lower, term| {
                    if following.is_empty() { rest(lower, term) } else { lower.sequence(following, rest) }
                });
            }
            if let Some(expr) = principal(stmt)
                && !self.facts.is_verbatim(stmt)
                && jump::may_jump(expr)
            {
                let following = &stmts[index + 1..];
                return self.split(expr, &mut |lower, term| {
                    let term = lower.finish(stmt, term);
                    if following.is_empty() { rest(lower, term) } else { lower.sequence(following, rest) }
                });
            }
            last = self.statement(stmt);
            if matches!(last, Term::Never) {
                return last;
            }
        }
        rest(self, last)
    }

    /// Constants are declared at the start of the function: derivative code outside of their block names them as well.
    fn moves_to_the_start(&mut self, item: &syn::Item, stmts: &[Stmt]) -> bool {
        let (syn::Item::Const(syn::ItemConst { ident, .. })
        | syn::Item::Static(syn::ItemStatic { ident, .. })) = item
        else {
            return false;
        };
        let name = ident.to_string();
        let mut here = 0;
        for stmt in stmts {
            each_ident(stmt.to_token_stream(), &mut |other| here += usize::from(*other == name));
        }
        let known = self.items.entry(name.clone()).or_insert_with(|| item.clone());
        if *known != *item || self.facts.occurrences.get(&name) != Some(&here) {
            self.not_yet(ident.span(), "a constant whose name means something else outside of its block");
        }
        true
    }

    /// The type of the variable that a name is.
    fn type_of_name(&self, left: &Expr) -> Option<crate::ir::Ty> {
        match self.env.get(&super::scan::name(left)?)? {
            Term::Place(place) => Some(self.place_ty(place)),
            _ => None,
        }
    }

    fn statement(&mut self, stmt: &Stmt) -> Term {
        if self.facts.is_verbatim(stmt) {
            return self.effect(stmt);
        }
        match principal(stmt) {
            Some(expr) => {
                let around = self.expected.take();
                self.expected = match stmt {
                    Stmt::Local(Local { pat: syn::Pat::Type(typed), .. }) => Some(self.known(&typed.ty)),
                    Stmt::Local(Local { pat, .. }) => Some(self.wanted(pat)),
                    Stmt::Expr(Expr::Assign(assign), _) => self.type_of_name(&assign.left),
                    Stmt::Expr(_, None) => around.clone(),
                    _ => None,
                };
                let term = self.annotated(stmt, expr);
                self.expected = around;
                if matches!(term, Term::Never) { term } else { self.finish(stmt, term) }
            }
            None => self.without_value(stmt),
        }
    }

    /// The value of a statement's expression. Constant code of which a type is written may need it to be written.
    fn annotated(&mut self, stmt: &Stmt, expr: &Expr) -> Term {
        if self.names_outcome(stmt)
            && let Some(term) = self.kept_call(expr)
        {
            return term;
        }
        if let Some(plainer) = self.plainer(stmt, expr) {
            return self.expr(&plainer);
        }
        if let Stmt::Local(Local { pat: syn::Pat::Type(typed), .. }) = stmt
            && matches!(strip(expr), Expr::Call(_) | Expr::MethodCall(_) | Expr::Macro(_))
            && !matches!(*typed.ty, syn::Type::Reference(_) | syn::Type::Infer(_))
            && !self.facts.taint.mentions_expr(expr)
        {
            let ty = &typed.ty;
            let inner = strip(expr);
            return self.opaque(&syn::parse_quote!(::core::convert::identity::<#ty>(#inner)));
        }
        self.statement = matches!(stmt, Stmt::Expr(Expr::MethodCall(_), Some(_)));
        self.expr(expr)
    }

    /// What a local variable with active data can hold as well: a vector in place of a queue, what is in a box in place of the box.
    fn plainer(&self, stmt: &Stmt, expr: &Expr) -> Option<Expr> {
        let Stmt::Local(local) = stmt else { return None };
        let pat = match &local.pat {
            syn::Pat::Type(typed) => &*typed.pat,
            pat => pat,
        };
        let (syn::Pat::Ident(ident), Expr::Call(call)) = (pat, strip(expr)) else { return None };
        let name = ident.ident.to_string();
        let Expr::Path(path) = strip(&call.func) else { return None };
        let names: Vec<String> = path.path.segments.iter().map(|one| one.ident.to_string()).collect();
        let args = &call.args;
        match names.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            _ if !self.facts.taint.contains(&name) => None,
            [.., "VecDeque", "new"] => Some(syn::parse_quote!(Vec::new())),
            [.., "VecDeque", "with_capacity"] => Some(syn::parse_quote!(Vec::with_capacity(#args))),
            [.., "VecDeque", "from"] => Some(syn::parse_quote!(Vec::from(#args))),
            [.., "Box", "new"] if self.facts.is_seen_through(&name) => args.first().cloned(),
            _ => None,
        }
    }

    /// Whether a statement gives a name to an `Option` or a `Result`.
    fn names_outcome(&self, stmt: &Stmt) -> bool {
        let Stmt::Local(local) = stmt else { return false };
        let (pat, ty) = match &local.pat {
            syn::Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            pat => (pat, None),
        };
        ty.is_some_and(|ty| crate::parse::fallible::fallible(ty).is_some())
            || matches!(pat, syn::Pat::Ident(ident) if self.facts.outcomes.contains(&ident.ident.to_string()))
    }

    fn without_value(&mut self, stmt: &Stmt) -> Term {
        match stmt {
            Stmt::Local(Local { pat, init: None, .. }) => self.declare_later(pat),
            Stmt::Local(local) => self.not_yet(local.span(), "this declaration"),
            Stmt::Macro(mac) => {
                let term = self.macro_call(&mac.mac, stmt.span());
                if mac.semi_token.is_some() && !matches!(term, Term::Never) { Term::Unit } else { term }
            }
            Stmt::Item(_) | Stmt::Expr(..) => Term::Unit,
        }
    }

    /// What a statement does with the value of its expression.
    fn finish(&mut self, stmt: &Stmt, term: Term) -> Term {
        match stmt {
            Stmt::Local(local) => {
                self.bind_pattern(&local.pat, term);
                Term::Unit
            }
            Stmt::Expr(expr, semi) => match strip(expr) {
                Expr::Assign(assign) => {
                    self.assign(&assign.left, term);
                    Term::Unit
                }
                _ if semi.is_some() => Term::Unit,
                _ => term,
            },
            _ => term,
        }
    }

    /// Lowers an expression out of which a jump may lead, then the rest.
    pub fn split(&mut self, expr: &Expr, rest: Rest<'_, 'a>) -> Term {
        match strip(expr) {
            Expr::If(branch)
                if !matches!(super::condition::kind(&branch.cond), super::condition::Kind::Let) =>
            {
                let otherwise = branch.else_branch.as_ref().map(|(_, otherwise)| &**otherwise);
                let then_jumps = jump::always_jumps(&branch.then_branch);
                let else_jumps = otherwise.is_some_and(jump::expr_always_jumps);
                if !then_jumps && !else_jumps {
                    let term = self.expr(expr);
                    return self.guarded(term, rest, expr.span());
                }
                let cond = self.condition(&branch.cond);
                self.if_else_with(
                    cond,
                    expr.span(),
                    rest,
                    |lower, rest| {
                        if then_jumps {
                            lower.block(&branch.then_branch)
                        } else {
                            lower.sequence(&branch.then_branch.stmts, rest)
                        }
                    },
                    |lower, rest| match otherwise {
                        Some(otherwise) if else_jumps => lower.expr(otherwise),
                        Some(otherwise) => lower.split(otherwise, rest),
                        None => rest(lower, Term::Unit),
                    },
                )
            }
            Expr::Match(choice) => self.split_match(choice, rest),
            Expr::Block(block) if block.label.is_none() => self.sequence(&block.block.stmts, rest),
            _ => {
                let term = self.expr(expr);
                self.guarded(term, rest, expr.span())
            }
        }
    }

    /// The rest, unless a jump is under way.
    pub fn guarded(&mut self, term: Term, rest: Rest<'_, 'a>, span: proc_macro2::Span) -> Term {
        if matches!(term, Term::Never) {
            return Term::Never;
        }
        match self.jumping() {
            Jumping::No => rest(self, term),
            Jumping::Yes => Term::Never,
            Jumping::Maybe(flags) => {
                let cond = self.any(&flags, span);
                let mut term = Some(term);
                self.if_else(
                    cond,
                    span,
                    |_| Term::Never,
                    |lower| {
                        let term = term.take().unwrap_or(Term::Unit);
                        lower.not_jumping();
                        rest(lower, term)
                    },
                )
            }
        }
    }

    /// Here no jump is under way, and none brought anything.
    fn not_jumping(&mut self) {
        for index in 0..self.targets.len() {
            let Target { flag, value, .. } = self.targets[index].clone();
            self.env.insert(flag, Term::Known(false));
            self.env.insert(value, Term::Uninit);
        }
    }

    fn declare_later(&mut self, pat: &syn::Pat) -> Term {
        let (pat, ty) = match pat {
            syn::Pat::Type(typed) => (&*typed.pat, self.known(&typed.ty)),
            other => (other, crate::ir::Ty::Unknown),
        };
        match pat {
            syn::Pat::Ident(ident) => {
                let name = ident.ident.to_string();
                let term = if self.facts.memory.contains(&name) && (ty.is_float() || ty.is_constant()) {
                    let varied = self.facts.taint.contains(&name);
                    let var = self.new_var(&name, ty, varied, ident.ident.span());
                    self.stmts.push(crate::ir::Stmt::Declare { var, init: crate::ir::Init::Uninit });
                    Term::Place(crate::ir::Place::whole(var))
                } else {
                    Term::Uninit
                };
                self.env.insert(name, term);
            }
            other => {
                self.errors.report(other.span(), &Message::pattern("a deferred initialisation"));
            }
        }
        Term::Unit
    }
}

/// The expression whose value a statement uses.
fn principal(stmt: &Stmt) -> Option<&Expr> {
    match stmt {
        Stmt::Local(Local { init: Some(init), .. }) if init.diverge.is_none() => Some(&init.expr),
        Stmt::Expr(expr, _) => match strip(expr) {
            Expr::Assign(assign) => Some(&assign.right),
            _ => Some(expr),
        },
        _ => None,
    }
}

/// An expression without the parentheses around it.
pub fn strip(expr: &Expr) -> &Expr {
    match expr {
        Expr::Paren(inner) => strip(&inner.expr),
        Expr::Group(inner) => strip(&inner.expr),
        other => other,
    }
}
