//! What the syntax of a whole body tells before the lowering starts.

use std::collections::{HashMap, HashSet};

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprField, ExprIndex, ExprMethodCall, ExprReference, PatIdent, Stmt};

use super::scan::{self, Written};
use super::taint::Taint;
use super::wanted::{self, Use};
use crate::ir::{Prim, Ty};
use crate::parse::tokens::each_ident;

/// Facts about names; every name is unique in the body.
pub struct Facts {
    pub taint: Taint,
    /// Declared `mut`, or a parameter behind `&mut`.
    pub mutable: HashSet<String>,
    /// Has to live in memory, even if it's a scalar: something takes `&mut` of it, or user code writes it.
    pub memory: HashSet<String>,
    /// Is indexed, or has its fields accessed, or is borrowed.
    pub projected: HashSet<String>,
    /// Is given a new value as a whole; one that is a reference may refer to something else then.
    pub rebound: HashSet<String>,
    /// How often each name occurs.
    pub occurrences: HashMap<String, usize>,
    /// The constants that the body declares.
    pub constants: HashMap<String, Ty>,
    /// Is taken apart as an `Option` or a `Result`.
    pub outcomes: HashSet<String>,
    /// How often a name stands where it makes no difference whether it's a box.
    pub seen_through: HashMap<String, usize>,
    /// Where a name goes, as far as it tells its type.
    pub uses: HashMap<String, Vec<Use>>,
}

impl Facts {
    /// The facts about a body.
    pub fn of(
        block: &Block,
        active: impl Iterator<Item = String>,
        mutable: impl Iterator<Item = String>,
        frozen: impl Iterator<Item = String>,
    ) -> Self {
        let mut facts = Self {
            taint: Taint::of(block, active, frozen),
            mutable: mutable.collect(),
            memory: HashSet::new(),
            projected: HashSet::new(),
            rebound: HashSet::new(),
            occurrences: HashMap::new(),
            constants: constants(block),
            outcomes: HashSet::new(),
            seen_through: HashMap::new(),
            uses: HashMap::new(),
        };
        each_ident(block.to_token_stream(), &mut |ident| {
            *facts.occurrences.entry(ident.to_string()).or_default() += 1;
        });
        Mutability(&mut facts).visit_block(block);
        let mut uses = Uses(&mut facts);
        uses.visit_block(block);
        if let Some(Stmt::Expr(tail, None)) = block.stmts.last() {
            wanted::of_result(tail, &mut uses.found());
        }
        facts
    }

    /// What is known of one name holds for another.
    pub fn same(&mut self, old: &str, new: &str) {
        self.taint.same(old, new);
        for names in [&mut self.mutable, &mut self.memory, &mut self.projected, &mut self.rebound] {
            if names.contains(old) {
                names.insert(new.to_owned());
            }
        }
    }

    /// Whether nothing shows that a variable is a box: each use looks at what is inside.
    pub fn is_seen_through(&self, name: &str) -> bool {
        self.occurrences.get(name).copied() == self.seen_through.get(name).map(|uses| uses + 1)
    }

    /// Whether a statement stays as the user wrote it.
    pub fn is_verbatim(&self, stmt: &Stmt) -> bool {
        match stmt {
            Stmt::Item(_) => true,
            Stmt::Local(_) => false,
            Stmt::Macro(mac) => super::effect::is_known_macro(&mac.mac),
            Stmt::Expr(Expr::Macro(mac), Some(_)) => super::effect::is_known_macro(&mac.mac),
            Stmt::Expr(Expr::MethodCall(call), Some(_)) if super::effect::is_written(call) => true,
            Stmt::Expr(expr, semi) => {
                let statement = semi.is_some()
                    || matches!(
                        expr,
                        Expr::If(_) | Expr::Match(_) | Expr::ForLoop(_) | Expr::While(_) | Expr::Loop(_)
                    );
                statement
                    && !self.taint.mentions_stmt(stmt)
                    && !super::jump::may_jump(expr)
                    && !is_plain(expr)
            }
        }
    }
}

/// Whether constant code is of the kind that the lowering takes apart: numbers, assignments, branches, counting loops.
fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) | Expr::Break(_) | Expr::Continue(_) | Expr::Return(_) => true,
        Expr::Paren(inner) => is_plain(&inner.expr),
        Expr::Group(inner) => is_plain(&inner.expr),
        Expr::Unary(unary) => is_plain(&unary.expr),
        Expr::Cast(cast) => is_plain(&cast.expr),
        Expr::Reference(reference) => reference.mutability.is_none() && is_plain(&reference.expr),
        Expr::Range(range) => [&range.start, &range.end].into_iter().flatten().all(|end| is_plain(end)),
        Expr::Index(index) => is_plain(&index.expr) && is_plain(&index.index),
        Expr::Field(field) => is_plain(&field.base),
        Expr::Binary(binary) => is_plain(&binary.left) && is_plain(&binary.right),
        Expr::Assign(assign) => is_plain(&assign.left) && is_plain(&assign.right),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_plain),
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            (Prim::method(&name).is_some() || name == "len")
                && is_plain(&call.receiver)
                && call.args.iter().all(is_plain)
        }
        Expr::If(branch) => {
            is_plain(&branch.cond)
                && is_plain_block(&branch.then_branch)
                && branch.else_branch.as_ref().is_none_or(|(_, otherwise)| is_plain(otherwise))
        }
        Expr::Block(block) => block.label.is_none() && is_plain_block(&block.block),
        _ => false,
    }
}

fn is_plain_block(block: &Block) -> bool {
    block.stmts.iter().all(|stmt| match stmt {
        Stmt::Local(local) => {
            local.init.as_ref().is_none_or(|init| init.diverge.is_none() && is_plain(&init.expr))
        }
        Stmt::Expr(expr, _) => is_plain(expr),
        Stmt::Item(_) | Stmt::Macro(_) => false,
    })
}

/// The constants and statics among the items of a block, with their types.
fn constants(block: &Block) -> HashMap<String, Ty> {
    let typed = block.stmts.iter().filter_map(|stmt| match stmt {
        Stmt::Item(syn::Item::Const(item)) => Some((&item.ident, &item.ty)),
        Stmt::Item(syn::Item::Static(item)) => Some((&item.ident, &item.ty)),
        _ => None,
    });
    typed.map(|(name, ty)| (name.to_string(), crate::parse::types::known(ty, &[]))).collect()
}

struct Mutability<'a>(&'a mut Facts);

impl<'ast> Visit<'ast> for Mutability<'_> {
    fn visit_pat_ident(&mut self, pat: &'ast PatIdent) {
        if pat.mutability.is_some() {
            self.0.mutable.insert(pat.ident.to_string());
        }
        visit::visit_pat_ident(self, pat);
    }
}

struct Uses<'a>(&'a mut Facts);

impl Uses<'_> {
    fn see_through(&mut self, expr: &Expr) {
        if let Some(name) = scan::name(expr) {
            *self.0.seen_through.entry(name).or_default() += 1;
        }
    }

    fn found(&mut self) -> impl FnMut(String, Use) {
        |name, used| self.0.uses.entry(name).or_default().push(used)
    }
}

impl<'ast> Visit<'ast> for Uses<'_> {
    fn visit_stmt(&mut self, stmt: &'ast Stmt) {
        if self.0.is_verbatim(stmt) {
            let written = Written::of_block(std::slice::from_ref(stmt));
            self.0.memory.extend(written);
        }
        visit::visit_stmt(self, stmt);
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        self.0.rebound.extend(scan::rebound(&assign.left));
        visit::visit_expr_assign(self, assign);
    }

    fn visit_expr_index(&mut self, index: &'ast ExprIndex) {
        self.0.projected.extend(scan::name(&index.expr));
        self.see_through(&index.expr);
        visit::visit_expr_index(self, index);
    }

    fn visit_expr_field(&mut self, field: &'ast ExprField) {
        self.0.projected.extend(scan::name(&field.base));
        self.see_through(&field.base);
        visit::visit_expr_field(self, field);
    }

    fn visit_expr_reference(&mut self, reference: &'ast ExprReference) {
        let name = scan::name(&reference.expr);
        if reference.mutability.is_some() {
            self.0.memory.extend(name);
        } else {
            self.0.projected.extend(name);
        }
        visit::visit_expr_reference(self, reference);
    }

    fn visit_expr_try(&mut self, attempt: &'ast syn::ExprTry) {
        self.0.outcomes.extend(scan::name(&attempt.expr));
        visit::visit_expr_try(self, attempt);
    }

    fn visit_expr_match(&mut self, choice: &'ast syn::ExprMatch) {
        if choice.arms.iter().any(|arm| scan::is_of_outcome(&arm.pat)) {
            self.0.outcomes.extend(scan::name(&choice.expr));
        }
        visit::visit_expr_match(self, choice);
    }

    fn visit_expr_let(&mut self, condition: &'ast syn::ExprLet) {
        if scan::is_of_outcome(&condition.pat) {
            self.0.outcomes.extend(scan::name(&condition.expr));
        }
        visit::visit_expr_let(self, condition);
    }

    fn visit_local(&mut self, local: &'ast syn::Local) {
        if let Some(init) = &local.init
            && scan::is_of_outcome(&local.pat)
        {
            self.0.outcomes.extend(scan::name(&init.expr));
        }
        if let Some(init) = &local.init {
            wanted::of_pattern(&local.pat, &init.expr, &mut self.found());
        }
        visit::visit_local(self, local);
    }

    fn visit_expr_return(&mut self, jump: &'ast syn::ExprReturn) {
        if let Some(expr) = &jump.expr {
            wanted::of_result(expr, &mut self.found());
        }
        visit::visit_expr_return(self, jump);
    }

    fn visit_expr_unary(&mut self, unary: &'ast syn::ExprUnary) {
        if matches!(unary.op, syn::UnOp::Deref(_)) {
            self.see_through(&unary.expr);
        }
        visit::visit_expr_unary(self, unary);
    }

    fn visit_expr_struct(&mut self, literal: &'ast syn::ExprStruct) {
        wanted::of_struct(literal, &mut self.found());
        visit::visit_expr_struct(self, literal);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        wanted::of_method(call, &mut self.found());
        self.see_through(&call.receiver);
        if super::attempt::takes_apart(&call.method.to_string()) {
            self.0.outcomes.extend(scan::name(&call.receiver));
        }
        if let Some(name) = scan::name(&call.receiver)
            && self.0.mutable.contains(&name)
            && !scan::is_pure_method(&call.method.to_string())
        {
            self.0.memory.insert(name);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        wanted::of_call(call, &mut self.found());
        if super::stdlib::is_swap(&call.func) {
            for argument in &call.args {
                if let Expr::Reference(reference) = argument {
                    match scan::name(&reference.expr) {
                        Some(name) => self.0.rebound.extend([name]),
                        None => self.visit_expr(argument),
                    }
                }
            }
            return;
        }
        visit::visit_expr_call(self, call);
    }
}
