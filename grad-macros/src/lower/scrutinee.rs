//! What a `match` looks at.

use syn::Expr;
use syn::spanned::Spanned;

use super::matching::{Case, ends};
use super::stmt::strip;
use super::{Lower, Term, scan};
use crate::ir::{Binding, Opaque, Ty};

/// What is matched.
#[derive(Clone)]
pub enum Scrutinee {
    /// A constant, with what is known of its type.
    Constant(Opaque, Ty),
    Active(Term),
    /// A call that decides by itself which of two cases it is.
    Call(Expr),
}

impl Lower<'_> {
    /// Lowers what is matched.
    pub fn scrutinee(&mut self, expr: &Expr, cases: &[Case<'_>]) -> Scrutinee {
        let span = expr.span();
        if cases.iter().any(|case| scan::is_of_outcome(case.pat)) && self.may_fail(expr) {
            if ends(cases).is_some() {
                return Scrutinee::Call(expr.clone());
            }
            return Scrutinee::Active(self.kept_call(expr).unwrap_or(Term::Poison));
        }
        let lowered = match strip(expr) {
            Expr::Path(_) => scan::name(expr).and_then(|name| self.env.get(&name).cloned()),
            Expr::MethodCall(call) if self.gives_maybe(call) => Some(self.expr(expr)),
            _ if self.is_only_looked_at(expr, cases) => None,
            _ if self.facts.taint.flows(expr) => Some(self.expr(expr)),
            _ => None,
        };
        match lowered {
            Some(term @ (Term::Maybe(_) | Term::Tuple(_) | Term::Poison | Term::Never)) => {
                Scrutinee::Active(term)
            }
            Some(term) if self.term_varies(&term) => Scrutinee::Active(term),
            Some(Term::Value(v)) => {
                let name = syn::Ident::new("scrutinee", span);
                let expr: Expr = syn::parse_quote!(#name);
                let opaque =
                    Opaque { expr: Box::new(expr), uses: vec![(name, Binding::Value(v))], cheap: true };
                Scrutinee::Constant(opaque, self.ty(v))
            }
            other => {
                let ty = other.map_or(Ty::Constant, |term| self.term_ty(&term));
                let opaque = self.opaque_of(expr);
                self.note_writes(expr);
                Scrutinee::Constant(opaque, ty)
            }
        }
    }

    /// Whether a call decides which case it is and nothing else: no name is bound to what it gives, and nothing is lent to be changed.
    fn is_only_looked_at(&self, expr: &Expr, cases: &[Case<'_>]) -> bool {
        let lends_nothing = |given: &Expr| match strip(given) {
            Expr::Reference(reference) => reference.mutability.is_none(),
            _ => scan::root(given).is_none_or(|name| {
                let exclusive = matches!(self.env.get(&name), Some(Term::Ref { mutable: true, .. }));
                !exclusive && !self.facts.mutable.contains(&name)
            }),
        };
        let given: Vec<&Expr> = match strip(expr) {
            // A closure is inlined.
            Expr::Call(call) if scan::name(&call.func).is_none_or(|name| !self.env.contains_key(&name)) => {
                call.args.iter().collect()
            }
            Expr::MethodCall(call) => std::iter::once(&*call.receiver).chain(&call.args).collect(),
            _ => return false,
        };
        let writes = scan::Written::of(expr).iter().any(|name| self.facts.mutable.contains(name));
        !writes
            && cases.iter().all(|case| scan::bound(case.pat).is_empty())
            && given.into_iter().all(lends_nothing)
    }

    /// What evaluating constant code may write has changed.
    fn note_writes(&mut self, expr: &Expr) {
        let written = scan::Written::of(expr);
        let places = written.iter().filter(|name| self.facts.mutable.contains(*name));
        let writes: Vec<_> = places.filter_map(|name| Some(self.env.get(name)?.place()?.base)).collect();
        for base in &writes {
            self.body.vars[base.0 as usize].mutable = true;
        }
        if !writes.is_empty() {
            let effect =
                crate::ir::Effect { stmt: Box::new(syn::parse_quote!(();)), uses: Vec::new(), writes };
            self.stmts.push(crate::ir::Stmt::Effect(effect));
        }
    }
}
