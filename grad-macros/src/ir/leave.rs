//! Where a program leaves the function in its primal sweep: failures and panics. What would follow has no derivative.

use syn::visit::Visit;

use super::{Block, BranchKind, Effect, Fails, Init, Op, Opaque, Stmt};

impl Effect {
    /// Whether nothing runs after it.
    pub fn diverges(&self) -> bool {
        match &*self.stmt {
            syn::Stmt::Macro(mac) => diverges(&mac.mac),
            syn::Stmt::Expr(syn::Expr::Macro(mac), _) => diverges(&mac.mac),
            syn::Stmt::Expr(syn::Expr::Return(_), _) => true,
            _ => false,
        }
    }
}

/// Whether a macro never returns.
pub fn diverges(mac: &syn::Macro) -> bool {
    mac.path.segments.last().is_some_and(|last| {
        matches!(last.ident.to_string().as_str(), "panic" | "unreachable" | "todo" | "unimplemented")
    })
}

/// Whether the end of these statements is never reached.
pub fn diverge(stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| match stmt {
        Stmt::Effect(effect) => effect.diverges(),
        Stmt::Branch(branch) => branch.arms.iter().all(|arm| diverge(&arm.stmts)),
        _ => false,
    })
}

impl Block {
    /// Whether its end is never reached.
    pub fn diverges(&self) -> bool {
        diverge(&self.stmts)
    }
}

impl Stmt {
    /// Whether the function may fail in the statement, or in a block inside it.
    pub fn may_leave(&self) -> bool {
        let by_itself = match self {
            Self::Effect(effect) => Leaves::stmt(&effect.stmt),
            Self::Let { op: Op::Opaque(opaque), .. } | Self::Declare { init: Init::Opaque(opaque), .. } => {
                opaque.may_leave()
            }
            Self::Branch(branch) => match &branch.kind {
                BranchKind::Match { scrutinee, .. } => scrutinee.may_leave(),
                BranchKind::If(_) | BranchKind::Switch(_) => false,
            },
            Self::Call(call) => matches!(call.fails, Fails::Leaves(_)),
            _ => false,
        };
        by_itself || self.blocks().into_iter().any(|block| block.stmts.iter().any(Self::may_leave))
    }
}

impl Opaque {
    fn may_leave(&self) -> bool {
        let mut leaves = Leaves(false);
        leaves.visit_expr(&self.expr);
        leaves.0
    }
}

struct Leaves(bool);

impl Leaves {
    fn stmt(stmt: &syn::Stmt) -> bool {
        let mut leaves = Self(false);
        leaves.visit_stmt(stmt);
        leaves.0
    }
}

impl<'ast> Visit<'ast> for Leaves {
    fn visit_expr_try(&mut self, _: &'ast syn::ExprTry) {
        self.0 = true;
    }
    fn visit_expr_return(&mut self, _: &'ast syn::ExprReturn) {
        self.0 = true;
    }
    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
    fn visit_item(&mut self, _: &'ast syn::Item) {}
}
