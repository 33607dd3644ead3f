//! Reads of constant fields, by their accessors: `self.units` becomes `*self.__constant_units()`, which carries no derivative.

use std::collections::HashMap;

use syn::visit_mut::{self, VisitMut};
use syn::{Block, Expr, ExprField, Type, parse_quote};

use super::fields;
use super::tokens::assigns;

/// Rewrites the reads and writes of constant fields. `types` has what is known of the parameters' types by their names.
pub fn by_accessors(block: &mut Block, types: HashMap<String, String>) {
    Constants { types }.visit_block_mut(block);
}

/// The name of a type, behind references.
pub fn name_of(ty: &Type) -> Option<String> {
    match ty {
        Type::Reference(inner) => name_of(&inner.elem),
        Type::Paren(inner) => name_of(&inner.elem),
        Type::Group(inner) => name_of(&inner.elem),
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

struct Constants {
    types: HashMap<String, String>,
}

impl Constants {
    /// Whether this is a constant field.
    fn is_constant(&self, field: &ExprField) -> bool {
        // `pair.0` is a tuple's more often than a struct's.
        if matches!(field.member, syn::Member::Unnamed(_)) && self.owner(&field.base).is_none() {
            return false;
        }
        fields::is_constant(self.owner(&field.base).as_deref(), &field.member)
    }

    /// The type of a parameter.
    fn owner(&self, base: &Expr) -> Option<String> {
        match base {
            Expr::Path(path) => self.types.get(&path.path.get_ident()?.to_string()).cloned(),
            Expr::Paren(inner) => self.owner(&inner.expr),
            Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => self.owner(&inner.expr),
            _ => None,
        }
    }

    /// The accessor's call, if the expression is a constant field.
    fn call(&mut self, expr: &Expr, mutable: bool) -> Option<Expr> {
        let field = match expr {
            Expr::Field(field) => field,
            Expr::Paren(inner) => return self.call(&inner.expr, mutable),
            _ => return None,
        };
        if !self.is_constant(field) {
            return None;
        }
        let mut base = (*field.base).clone();
        self.visit_expr_mut(&mut base);
        let accessor = fields::accessor(&field.member, mutable);
        Some(parse_quote!(#base.#accessor()))
    }

    /// A place that is written: the constant field at its root by the accessor that lends it mutably.
    fn written(&mut self, expr: &mut Expr) {
        if let Some(call) = self.call(expr, true) {
            *expr = parse_quote!(*#call);
            return;
        }
        match expr {
            Expr::Index(index) => {
                match self.call(&index.expr, true) {
                    Some(call) => *index.expr = call,
                    None => self.written(&mut index.expr),
                }
                self.visit_expr_mut(&mut index.index);
            }
            Expr::Field(field) => match self.call(&field.base, true) {
                Some(call) => *field.base = call,
                None => self.written(&mut field.base),
            },
            other => visit_mut::visit_expr_mut(self, other),
        }
    }

    /// A place that is read through an accessor, whose reference is followed by itself.
    fn followed(&mut self, expr: &mut Expr, mutable: bool) {
        match self.call(expr, mutable) {
            Some(call) => *expr = call,
            None => self.visit_expr_mut(expr),
        }
    }
}

impl VisitMut for Constants {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Some(call) = self.call(expr, false) {
            *expr = parse_quote!((*#call));
            return;
        }
        match expr {
            Expr::Assign(assign) => {
                self.written(&mut assign.left);
                self.visit_expr_mut(&mut assign.right);
            }
            Expr::Binary(binary) if assigns(&binary.op) => {
                self.written(&mut binary.left);
                self.visit_expr_mut(&mut binary.right);
            }
            Expr::Reference(reference) => match self.call(&reference.expr, reference.mutability.is_some()) {
                Some(call) => *expr = call,
                None if reference.mutability.is_some() => self.written(&mut reference.expr),
                None => self.visit_expr_mut(&mut reference.expr),
            },
            Expr::Index(index) => {
                self.followed(&mut index.expr, false);
                self.visit_expr_mut(&mut index.index);
            }
            Expr::Field(field) => self.followed(&mut field.base, false),
            Expr::MethodCall(call) => {
                let mutable = changes(&call.method.to_string());
                self.followed(&mut call.receiver, mutable);
                call.args.iter_mut().for_each(|argument| self.visit_expr_mut(argument));
            }
            other => visit_mut::visit_expr_mut(self, other),
        }
    }
}

/// Methods of std's types that change their receiver.
fn changes(method: &str) -> bool {
    matches!(
        method,
        "push"
            | "push_str"
            | "pop"
            | "clear"
            | "insert"
            | "remove"
            | "extend"
            | "sort"
            | "truncate"
            | "resize"
            | "retain"
            | "drain"
            | "reverse"
            | "fill"
            | "swap"
            | "iter_mut"
            | "get_mut"
            | "first_mut"
            | "last_mut"
            | "next"
            | "entry"
    )
}
