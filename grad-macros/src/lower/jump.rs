//! Jumps become structured: each target has a name for whether a jump to it is under way, and one for the value that the
//! jump brings. A jump assigns both and lowers nothing more; where control flow meets, they are joined like any name.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprClosure, Item, Lifetime, Stmt};

use super::{Lower, Term};
use crate::ir::{Op, Prim, Ty, V, diverges};
use crate::parse::fallible;

/// Something that jumps can go to.
#[derive(Clone, Debug)]
pub struct Target {
    pub kind: TargetKind,
    pub label: Option<String>,
    /// The name of the boolean.
    pub flag: String,
    /// The name of the value.
    pub value: String,
    /// Whether the value is an `Option` for sure: its failures have no error.
    pub option: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TargetKind {
    /// The function or an inlined closure: `return`.
    Function,
    /// The end of a loop: `break`.
    Loop,
    /// The next iteration: `continue`.
    Iteration,
    /// A labelled block: `break 'label`.
    Block,
    /// A loop that the user didn't write.
    Hidden,
}

impl Lower<'_> {
    /// A new target, innermost.
    pub fn enter(&mut self, kind: TargetKind, label: Option<&syn::Label>) -> Target {
        let target = Target {
            kind,
            label: label.map(|label| label.name.ident.to_string()),
            flag: self.pseudo("jump"),
            value: self.pseudo("result"),
            option: false,
        };
        self.env.insert(target.flag.clone(), Term::Known(false));
        self.env.insert(target.value.clone(), Term::Uninit);
        self.targets.push(target.clone());
        target
    }

    /// The target can't be jumped to any more; what jumps brought.
    pub fn leave(&mut self, target: &Target) -> (Term, Term) {
        self.targets.retain(|other| other.flag != target.flag);
        let flag = self.env.remove(&target.flag).unwrap_or(Term::Known(false));
        (flag, self.env.remove(&target.value).unwrap_or(Term::Uninit))
    }

    /// Jumps.
    pub fn jump(&mut self, target: &Target, value: Term) -> Term {
        self.env.insert(target.flag.clone(), Term::Known(true));
        self.env.insert(target.value.clone(), value);
        Term::Never
    }

    /// The target of a `break`, `continue` or `return`.
    pub fn target(&self, kinds: &[TargetKind], label: Option<&Lifetime>) -> Option<Target> {
        let label = label.map(|label| label.ident.to_string());
        // A `return` or `break` doesn't leave an inlined closure other than by its own target.
        for target in self.targets.iter().rev() {
            if kinds.contains(&target.kind) && (label.is_none() || target.label == label) {
                let labelled_only = target.kind == TargetKind::Block && label.is_none();
                if !labelled_only {
                    return Some(target.clone());
                }
            }
            if target.kind == TargetKind::Function {
                return None;
            }
        }
        None
    }

    /// Whether a jump may be under way.
    pub fn jumping(&self) -> Jumping {
        let mut flags = Vec::new();
        for target in &self.targets {
            match self.env.get(&target.flag) {
                Some(Term::Known(true)) => return Jumping::Yes,
                Some(Term::Value(v)) if !flags.contains(v) => flags.push(*v),
                _ => {}
            }
        }
        if flags.is_empty() { Jumping::No } else { Jumping::Maybe(flags) }
    }

    /// The boolean that is true if one of them is.
    pub fn any(&mut self, flags: &[V], span: Span) -> V {
        let mut all = flags[0];
        for &flag in &flags[1..] {
            all = self.bind("jumping", Ty::Bool, Op::Prim(Prim::Or, vec![all, flag]), span);
        }
        all
    }

    pub fn return_(&mut self, expr: &syn::ExprReturn) -> Term {
        let value = expr.expr.as_ref().map_or(Term::Unit, |value| self.expr(value));
        if matches!(value, Term::Never) {
            return Term::Never;
        }
        let value = self.owned(value, expr.span());
        match self.target(&[TargetKind::Function], None) {
            Some(target) => self.jump(&target, value),
            None => self.not_yet(expr.span(), "this `return`"),
        }
    }

    pub fn break_(&mut self, expr: &syn::ExprBreak) -> Term {
        let value = expr.expr.as_ref().map_or(Term::Unit, |value| self.expr(value));
        if matches!(value, Term::Never) {
            return Term::Never;
        }
        let value = self.owned(value, expr.span());
        match self.target(&[TargetKind::Loop, TargetKind::Block], expr.label.as_ref()) {
            Some(target) => self.jump(&target, value),
            None => self.not_yet(expr.span(), "this `break`"),
        }
    }

    pub fn continue_(&mut self, expr: &syn::ExprContinue) -> Term {
        match self.target(&[TargetKind::Iteration], expr.label.as_ref()) {
            Some(target) => self.jump(&target, Term::Unit),
            None => self.not_yet(expr.span(), "this `continue`"),
        }
    }
}

/// Whether a jump may be under way.
pub enum Jumping {
    No,
    Yes,
    /// If one of these is true.
    Maybe(Vec<V>),
}

/// Looks for jumps out of a piece of code.
#[derive(Default)]
struct Jumps {
    found: bool,
    loops: usize,
    labels: Vec<String>,
}

impl Jumps {
    fn inside(&mut self, label: Option<&syn::Label>, is_loop: bool, visit: impl FnOnce(&mut Self)) {
        self.loops += usize::from(is_loop);
        self.labels.extend(label.map(|label| label.name.ident.to_string()));
        visit(self);
        self.loops -= usize::from(is_loop);
        if label.is_some() {
            self.labels.pop();
        }
    }

    fn leaves(&self, label: Option<&Lifetime>) -> bool {
        match label {
            Some(label) => !self.labels.contains(&label.ident.to_string()),
            None => self.loops == 0,
        }
    }
}

impl<'ast> Visit<'ast> for Jumps {
    fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {
        self.found = true;
    }
    fn visit_expr_try(&mut self, attempt: &'ast syn::ExprTry) {
        // A failure of the function leaves its derivative as well: nothing follows that would have to ask for it.
        self.found |= !fallible::leaves(attempt);
        visit::visit_expr_try(self, attempt);
    }
    fn visit_expr_break(&mut self, expr: &'ast syn::ExprBreak) {
        self.found |= self.leaves(expr.label.as_ref());
        visit::visit_expr_break(self, expr);
    }
    fn visit_expr_continue(&mut self, expr: &'ast syn::ExprContinue) {
        self.found |= self.leaves(expr.label.as_ref());
    }
    fn visit_expr_loop(&mut self, expr: &'ast syn::ExprLoop) {
        self.inside(expr.label.as_ref(), true, |jumps| visit::visit_expr_loop(jumps, expr));
    }
    fn visit_expr_while(&mut self, expr: &'ast syn::ExprWhile) {
        self.inside(expr.label.as_ref(), true, |jumps| visit::visit_expr_while(jumps, expr));
    }
    fn visit_expr_for_loop(&mut self, expr: &'ast syn::ExprForLoop) {
        self.inside(expr.label.as_ref(), true, |jumps| visit::visit_expr_for_loop(jumps, expr));
    }
    fn visit_expr_block(&mut self, expr: &'ast syn::ExprBlock) {
        self.inside(expr.label.as_ref(), false, |jumps| visit::visit_expr_block(jumps, expr));
    }
    fn visit_expr_closure(&mut self, _: &'ast ExprClosure) {}
    fn visit_item(&mut self, _: &'ast Item) {}
}

/// Whether a jump may leave an expression.
pub fn may_jump(expr: &Expr) -> bool {
    let mut jumps = Jumps::default();
    jumps.visit_expr(expr);
    jumps.found
}

/// Whether a jump may leave a block.
pub fn block_may_jump(block: &Block) -> bool {
    let mut jumps = Jumps::default();
    jumps.visit_block(block);
    jumps.found
}

/// Whether the end of a block is never reached.
pub fn always_jumps(block: &Block) -> bool {
    block.stmts.iter().any(|stmt| match stmt {
        Stmt::Expr(expr, _) => expr_always_jumps(expr),
        Stmt::Local(local) => local.init.as_ref().is_some_and(|init| expr_always_jumps(&init.expr)),
        Stmt::Macro(mac) => diverges(&mac.mac),
        Stmt::Item(_) => false,
    })
}

/// Whether the end of an expression is never reached.
pub fn expr_always_jumps(expr: &Expr) -> bool {
    match expr {
        Expr::Return(_) | Expr::Break(_) | Expr::Continue(_) => true,
        Expr::Try(attempt) => fallible::is_returned(attempt) && fallible::always_fails(&attempt.expr),
        Expr::Macro(mac) => diverges(&mac.mac),
        Expr::Paren(inner) => expr_always_jumps(&inner.expr),
        Expr::Group(inner) => expr_always_jumps(&inner.expr),
        Expr::Block(block) => block.label.is_none() && always_jumps(&block.block),
        Expr::If(branch) => {
            always_jumps(&branch.then_branch)
                && branch.else_branch.as_ref().is_some_and(|(_, otherwise)| expr_always_jumps(otherwise))
        }
        Expr::Match(choice) => choice.arms.iter().all(|arm| expr_always_jumps(&arm.body)),
        _ => false,
    }
}

/// Refuses jumps in the middle of a larger expression: what was computed of it would have to be forgotten.
pub fn refuse_buried(block: &Block, errors: &crate::diag::Errors) {
    let mut buried = Buried { errors };
    buried.visit_block(block);
}

struct Buried<'a> {
    errors: &'a crate::diag::Errors,
}

impl<'ast> Visit<'ast> for Buried<'_> {
    fn visit_expr(&mut self, expr: &'ast Expr) {
        let operands: Vec<&Expr> = match expr {
            Expr::Binary(binary) => vec![&binary.left, &binary.right],
            Expr::Unary(unary) => vec![&unary.expr],
            Expr::Cast(cast) => vec![&cast.expr],
            Expr::Index(index) => vec![&index.expr, &index.index],
            Expr::Field(field) => vec![&field.base],
            Expr::Call(call) => call.args.iter().collect(),
            Expr::MethodCall(call) => call.args.iter().chain([&*call.receiver]).collect(),
            Expr::Tuple(tuple) => tuple.elems.iter().collect(),
            Expr::Array(array) => array.elems.iter().collect(),
            Expr::Reference(reference) => vec![&reference.expr],
            Expr::If(branch) => vec![&branch.cond],
            Expr::While(looped) => vec![&looped.cond],
            Expr::Match(choice) => vec![&choice.expr],
            Expr::ForLoop(looped) => vec![&looped.expr],
            _ => Vec::new(),
        };
        for operand in operands {
            if may_jump(operand) {
                let message = crate::diag::Message::buried_jump();
                self.errors.report(operand.span(), &message);
                return;
            }
        }
        visit::visit_expr(self, expr);
    }
    fn visit_item(&mut self, _: &'ast Item) {}
}
