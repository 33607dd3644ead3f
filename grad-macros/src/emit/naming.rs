//! Who is called what: parameters, what user code names, and the rest as it wishes.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

use super::emitter::{Emitter, Spelling};
use super::expr::Expr;
use super::user::{self, Renamer};
use crate::ir::{Binding, Block, M, Op, Opaque, Stmt, V, VarKind};

impl Emitter<'_> {
    /// Parameters are called what the signature calls them.
    pub fn name_parameters(&mut self) {
        for param in &self.body.params {
            self.names.reserve(&param.name.to_string());
            match param.binding {
                Binding::Value(v) => {
                    let name = param.name.clone();
                    let by_reference = matches!(param.passing, VarKind::Ref | VarKind::RefMut)
                        && !crate::parse::types::is_variable(&param.written);
                    let spelling = if by_reference { Spelling::Deref(name) } else { Spelling::Name(name) };
                    self.spellings.insert(v, spelling);
                }
                Binding::Var(m) => {
                    self.places.insert(m, param.name.clone());
                }
            }
        }
    }

    /// What user code names keeps its name, so that it can stand as it is.
    pub fn name_as_the_user_does(&mut self) {
        for (ident, v) in std::mem::take(&mut self.facts.user_names) {
            let named = self.spellings.contains_key(&v) || self.wishes.contains_key(&v);
            if !named && self.names.reserve(&ident.to_string()) {
                self.wishes.insert(v, ident);
            }
        }
    }

    /// Names that user code means to be something else must not be hidden by ours.
    pub fn reserve_paths(&mut self, block: &Block) {
        let names = &mut self.names;
        block.for_each_stmt(&mut |stmt| match stmt {
            Stmt::Let { op: Op::Literal(expr), .. } => names.reserve_all(expr.to_token_stream()),
            Stmt::Let { op: Op::Opaque(opaque), .. } => names.reserve_all(opaque.expr.to_token_stream()),
            Stmt::Effect(effect) => names.reserve_all(effect.stmt.to_token_stream()),
            Stmt::Let { .. }
            | Stmt::Declare { .. }
            | Stmt::Store { .. }
            | Stmt::Branch(_)
            | Stmt::Loop(_)
            | Stmt::Call(_)
            | Stmt::Pullback(_)
            | Stmt::Second(_)
            | Stmt::Record { .. }
            | Stmt::Keep { .. }
            | Stmt::Swap { .. }
            | Stmt::Clear { .. } => {}
        });
    }

    /// Gives a value a name.
    pub fn name(&mut self, v: V) -> Ident {
        if let Some(Spelling::Name(name) | Spelling::Deref(name)) = self.spellings.get(&v) {
            return name.clone();
        }
        let value = self.body.value(v);
        let wish = self.wishes.get(&v).cloned();
        let name = wish.unwrap_or_else(|| self.names.fresh(&value.name, value.span));
        self.spellings.insert(v, Spelling::Name(name.clone()));
        name
    }

    /// Whether the value is the number zero.
    pub fn is_zero(&self, v: V) -> bool {
        matches!(self.atom(v), Some(Op::Number(0.0)))
    }

    /// The name of a value, or `_` where nothing uses it.
    pub fn pattern(&mut self, v: V) -> TokenStream {
        if self.facts.uses(v) == 0 {
            return quote!(_);
        }
        let name = self.name(v);
        quote!(#name)
    }

    /// The name of a variable.
    pub fn var(&mut self, m: M) -> Ident {
        if let Some(name) = self.places.get(&m) {
            return name.clone();
        }
        let var = self.body.var(m);
        let name = self.names.fresh(&var.name, var.span);
        self.places.insert(m, name.clone());
        name
    }

    /// The renaming for user code over these names.
    pub fn renamer(&mut self, uses: &[(Ident, Binding)]) -> Renamer {
        let pairs: Vec<(Ident, TokenStream)> = uses
            .iter()
            .map(|(ident, binding)| {
                let name = match binding {
                    Binding::Value(v) => match self.aliases.get(v) {
                        Some(alias) => return (ident.clone(), alias.tokens.clone()),
                        None => match self.spellings.get(v) {
                            Some(Spelling::Deref(name)) => return (ident.clone(), quote!((*#name))),
                            _ => self.name(*v),
                        },
                    },
                    Binding::Var(m) => self.var(*m),
                };
                (ident.clone(), quote!(#name))
            })
            .collect();
        Renamer::new(pairs)
    }

    /// A constant expression of the user's.
    pub fn opaque(&mut self, opaque: &Opaque) -> Expr {
        let expr = self.renamer(&opaque.uses).expr(user::without_parentheses(&opaque.expr));
        let mut out = Expr::new(expr.to_token_stream(), user::precedence(&expr)).reading(opaque.values());
        out.braced = user::shows_a_brace(&expr);
        out
    }
}
