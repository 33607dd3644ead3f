//! Jumps in the middle of larger expressions: `a + match n { 0 => return b, _ => c }` becomes `let part = match …; a + part`, where
//! what is evaluated before the jump and could change is put into a `let` as well. Then only statements jump.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident};
use syn::spanned::Spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{Arm, BinOp, Block, Expr, ExprClosure, ExprIf, Item, Stmt, parse_quote};

use super::jump::may_jump;
use super::scan::{self, Written};
use crate::parse::tokens::{assigns, each_ident};

/// Takes the jumps out of larger expressions.
pub fn hoist(block: &mut Block) {
    let tokens = block.to_token_stream();
    let mut taken = HashSet::new();
    each_ident(tokens.clone(), &mut |ident| {
        taken.insert(ident.to_string());
    });
    // Jumps that stay in a loop of the body are jumps all the same.
    let jumps = ["break", "continue"].iter().any(|word| taken.contains(*word));
    if jumps || super::jump::block_may_jump(block) || has_closures(&tokens) {
        Hoist { taken }.visit_block_mut(block);
    }
}

fn has_closures(tokens: &TokenStream) -> bool {
    tokens.to_string().contains('|')
}

struct Hoist {
    /// The names that occur in the body.
    taken: HashSet<String>,
}

impl VisitMut for Hoist {
    fn visit_item_mut(&mut self, _: &mut Item) {}

    fn visit_arm_mut(&mut self, arm: &mut Arm) {
        as_block(&mut arm.body);
        visit_mut::visit_arm_mut(self, arm);
    }

    fn visit_expr_closure_mut(&mut self, closure: &mut ExprClosure) {
        as_block(&mut closure.body);
        visit_mut::visit_expr_closure_mut(self, closure);
    }

    fn visit_expr_if_mut(&mut self, branch: &mut ExprIf) {
        if let Some((_, otherwise)) = &mut branch.else_branch
            && matches!(&**otherwise, Expr::If(inner) if may_jump(&inner.cond))
        {
            as_block(otherwise);
        }
        visit_mut::visit_expr_if_mut(self, branch);
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::While(looped) = expr
            && may_jump(&looped.cond)
            && !matches!(super::condition::kind(&looped.cond), super::condition::Kind::Let)
        {
            let (label, cond, stmts, attrs) =
                (&looped.label, &looped.cond, &looped.body.stmts, &looped.attrs);
            *expr = parse_quote!(#(#attrs)* #label loop { if !(#cond) { break; } #(#stmts)* });
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        let mut out = Vec::with_capacity(block.stmts.len());
        for mut stmt in block.stmts.drain(..) {
            match &mut stmt {
                Stmt::Local(local) => {
                    if let Some(init) = &mut local.init {
                        self.whole(&mut init.expr, &mut out);
                    }
                }
                Stmt::Expr(expr, _) => self.whole(expr, &mut out),
                Stmt::Item(_) | Stmt::Macro(_) => {}
            }
            out.push(stmt);
        }
        block.stmts = out;
    }
}

impl Hoist {
    /// An expression that is all that a statement evaluates: it may jump itself, its operands may not.
    fn whole(&mut self, expr: &mut Expr, out: &mut Vec<Stmt>) {
        if !may_jump(expr) {
            return;
        }
        match expr {
            Expr::Paren(inner) => self.whole(&mut inner.expr, out),
            Expr::Group(inner) => self.whole(&mut inner.expr, out),
            Expr::If(branch)
                if !matches!(super::condition::kind(&branch.cond), super::condition::Kind::Let) =>
            {
                self.operand(&mut branch.cond, out);
            }
            Expr::If(branch) => {
                // What a chain of conditions evaluates first is known of the first one alone.
                if let Expr::Let(condition) = &mut *branch.cond {
                    self.operand(&mut condition.expr, out);
                }
            }
            Expr::Match(choice) => self.operand(&mut choice.expr, out),
            Expr::ForLoop(looped) => self.operand(&mut looped.expr, out),
            Expr::Return(jump) => jump.expr.iter_mut().for_each(|value| self.whole(value, out)),
            Expr::Break(jump) => jump.expr.iter_mut().for_each(|value| self.whole(value, out)),
            Expr::Assign(assign) => self.whole(&mut assign.right, out),
            Expr::Try(attempt) => self.operand(&mut attempt.expr, out),
            Expr::Binary(binary) if assigns(&binary.op) => self.operand(&mut binary.right, out),
            Expr::Binary(binary) if matches!(binary.op, BinOp::And(_) | BinOp::Or(_)) => {
                let (left, right) = (&binary.left, &binary.right);
                let mut choice: Expr = if matches!(binary.op, BinOp::And(_)) {
                    parse_quote!(if #left { #right } else { false })
                } else {
                    parse_quote!(if #left { true } else { #right })
                };
                self.visit_expr_mut(&mut choice);
                self.whole(&mut choice, out);
                *expr = choice;
            }
            other => self.operands(other, out),
        }
    }

    /// An operand: if it may jump, it gets a `let` of its own.
    fn operand(&mut self, expr: &mut Expr, out: &mut Vec<Stmt>) {
        if may_jump(expr) {
            self.whole(expr, out);
            if may_jump(expr) {
                self.bind(expr, out);
            }
        }
    }

    fn bind(&mut self, expr: &mut Expr, out: &mut Vec<Stmt>) {
        let name = self.fresh(expr.span());
        out.push(parse_quote!(let #name = #expr;));
        *expr = parse_quote!(#name);
    }

    fn fresh(&mut self, span: Span) -> Ident {
        let mut number = 1;
        while !self.taken.insert(format!("part_{number}")) {
            number += 1;
        }
        format_ident!("part_{number}", span = span)
    }

    /// The operands of a larger expression: those before the last one that may jump are evaluated before it.
    fn operands(&mut self, expr: &mut Expr, out: &mut Vec<Stmt>) {
        let mut all = operands_of(expr);
        let Some(last) = all.iter().rposition(|operand| may_jump(operand)) else { return };
        let written: Vec<_> = all[..=last].iter().map(|operand| Written::of(operand)).collect();
        for (index, operand) in all.iter_mut().enumerate().take(last + 1) {
            if may_jump(operand) {
                self.operand(operand, out);
            } else {
                let changed = scan::root(operand)
                    .is_some_and(|name| written[index + 1..].iter().any(|names| names.contains(&name)));
                if changed || !is_place(operand) {
                    self.bind(operand, out);
                }
            }
        }
    }
}

/// The operands of an expression, in the order of their evaluation.
fn operands_of(expr: &mut Expr) -> Vec<&mut Expr> {
    match expr {
        Expr::Binary(binary) => vec![&mut *binary.left, &mut *binary.right],
        Expr::Unary(unary) => vec![&mut *unary.expr],
        Expr::Cast(cast) => vec![&mut *cast.expr],
        Expr::Index(index) => vec![&mut *index.expr, &mut *index.index],
        Expr::Field(field) => vec![&mut *field.base],
        Expr::Reference(reference) => vec![&mut *reference.expr],
        Expr::Repeat(repeat) => vec![&mut *repeat.expr],
        Expr::Call(call) => call.args.iter_mut().collect(),
        Expr::MethodCall(call) => std::iter::once(&mut *call.receiver).chain(&mut call.args).collect(),
        Expr::Tuple(tuple) => tuple.elems.iter_mut().collect(),
        Expr::Array(array) => array.elems.iter_mut().collect(),
        Expr::Range(range) => range
            .start
            .iter_mut()
            .map(|start| &mut **start)
            .chain(range.end.iter_mut().map(|end| &mut **end))
            .collect(),
        Expr::Struct(literal) => literal.fields.iter_mut().map(|field| &mut field.expr).collect(),
        _ => Vec::new(),
    }
}

/// Whether an operand is a place, a constant or a closure: it can stay where it is, unless it's written in between.
fn is_place(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(_) | Expr::Path(_) | Expr::Closure(_) => true,
        Expr::Paren(inner) => is_place(&inner.expr),
        Expr::Group(inner) => is_place(&inner.expr),
        Expr::Field(field) => is_place(&field.base),
        Expr::Reference(reference) => is_place(&reference.expr),
        Expr::Unary(unary) => matches!(unary.op, syn::UnOp::Deref(_)) && is_place(&unary.expr),
        Expr::Index(index) => is_place(&index.expr) && is_place(&index.index),
        _ => false,
    }
}

/// Gives an expression that may jump a block to put its `let`s in.
fn as_block(expr: &mut Expr) {
    if may_jump(expr) && !matches!(expr, Expr::Block(_)) {
        let inner = std::mem::replace(expr, Expr::Verbatim(TokenStream::new()));
        *expr = parse_quote!({ #inner });
    }
}
