//! Calls of functions.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall};

use super::stmt::strip;
use super::{Lower, Term, scan};
use crate::diag::Message;
use crate::ir::{Arg, Binding, Callee, Opaque, Place, Ty};

impl Lower<'_> {
    pub fn call(&mut self, call: &ExprCall) -> Term {
        let span = call.span();
        if call.attrs.iter().any(|attribute| attribute.path().is_ident("kept")) {
            let expr = Expr::Call(ExprCall { attrs: Vec::new(), ..call.clone() });
            return self.kept_call(&expr).unwrap_or_else(|| self.expr(&expr));
        }
        if let Some(name) = scan::callee(&call.func) {
            match self.env.get(&name).cloned() {
                Some(Term::Closure(_)) if self.helpers.contains(&name) && !self.is_lent_active(call) => {
                    return self.opaque(&Expr::Call(call.clone()));
                }
                Some(Term::Closure(closure)) => {
                    let arguments = call.args.iter().enumerate().map(|(number, argument)| {
                        self.want(&name, &number.to_string());
                        self.argument_term(argument)
                    });
                    let arguments = arguments.collect();
                    self.expected = None;
                    return self.inline(&closure, arguments, span);
                }
                Some(Term::Poison) => return Term::Poison,
                Some(_) if call.args.iter().any(|argument| self.facts.taint.flows(argument)) => {
                    return self.refuse(span, &Message::function_pointer(name));
                }
                _ => {}
            }
        }
        if let Expr::Closure(closure) = strip(&call.func) {
            let arguments = call.args.iter().map(|argument| self.argument_term(argument)).collect();
            return self.inline(&std::rc::Rc::new(closure.clone()), arguments, span);
        }
        if let Some(term) = self.known_function(call) {
            return term;
        }
        let expr = Expr::Call(call.clone());
        if !self.carries(&expr) && !self.may_write_tainted(&call.args) {
            return self.opaque(&expr);
        }
        let Expr::Path(path) = strip(&call.func) else {
            return self.refuse(call.func.span(), &Message::function_pointer("this expression"));
        };
        if path.qself.is_some() {
            let args = call.args.iter().map(|argument| self.argument(argument)).collect();
            return Term::Value(self.emit_call(Callee::Qualified(Box::new(path.clone())), args, span));
        }
        if super::construct::is_constructor(&path.path) {
            return self.tuple_struct(&path.path, call);
        }
        if let Some(term) = self.made_matrix(call, &path.path) {
            return term;
        }
        let owner = path.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        let args = call.args.iter().enumerate().map(|(number, argument)| {
            self.want(&owner, &number.to_string());
            self.argument(argument)
        });
        let args: Vec<Arg> = args.collect();
        self.expected = None;
        let known = self.constructed(&path.path, &args);
        let result = self.emit_call(Self::named(&path.path), args, span);
        if path.path.is_ident(&self.name)
            && let Some(known @ Ty::Float(_)) = &self.own_result
        {
            self.body.values[result.0 as usize].ty = known.clone();
        }
        self.learn(result, &known);
        Term::Value(result)
    }

    /// Whether a call may hand a derivative on.
    fn is_lent_active(&self, call: &ExprCall) -> bool {
        call.args.iter().any(|argument| self.carries(argument)) || self.may_write_tainted(&call.args)
    }

    /// Whether a tainted variable is among what a call may write.
    pub fn may_write_tainted<'e>(&self, arguments: impl IntoIterator<Item = &'e Expr>) -> bool {
        arguments.into_iter().any(|argument| match strip(argument) {
            Expr::Reference(reference) => {
                reference.mutability.is_some()
                    && scan::root(&reference.expr).is_some_and(|name| self.facts.taint.contains(&name))
            }
            _ => false,
        })
    }

    /// The term of an argument of a closure.
    pub fn argument_term(&mut self, argument: &Expr) -> Term {
        let term = self.expr(argument);
        self.owned(term, argument.span())
    }

    /// An argument of a call with a derivative.
    pub fn argument(&mut self, argument: &Expr) -> Arg {
        if !self.facts.taint.mentions_expr(argument) && !self.is_simple(argument) {
            return match strip(argument) {
                Expr::Reference(reference)
                    if reference.mutability.is_none() && is_temporary(&reference.expr) =>
                {
                    self.named_temporary(&reference.expr)
                }
                _ => Arg::Opaque(self.opaque_of(argument)),
            };
        }
        let term = self.expr(argument);
        self.argument_of(term, argument.span())
    }

    /// A constant that is lent to a call and lives as long as what the call keeps of it.
    fn named_temporary(&mut self, expr: &Expr) -> Arg {
        let init = crate::ir::Init::Opaque(self.opaque_of(expr));
        let var = self.new_var("constant", Ty::Constant, false, expr.span());
        self.stmts.push(crate::ir::Stmt::Declare { var, init });
        self.fresh.insert(var);
        Arg::Ref { place: Place::whole(var), mutable: false }
    }

    /// Whether an argument is better lowered than kept.
    fn is_simple(&self, argument: &Expr) -> bool {
        match strip(argument) {
            Expr::Path(_) => scan::name(argument).is_some_and(|name| self.env.contains_key(&name)),
            Expr::Lit(_) => true,
            Expr::Reference(reference) => reference.mutability.is_some() || self.is_simple(&reference.expr),
            Expr::Binary(binary) => self.is_simple(&binary.left) && self.is_simple(&binary.right),
            Expr::Index(index) => self.is_simple(&index.expr),
            Expr::Field(field) => self.is_simple(&field.base),
            _ => false,
        }
    }

    /// A term as an argument.
    pub fn argument_of(&mut self, term: Term, span: Span) -> Arg {
        match term {
            Term::Ref { place, mutable } => {
                if mutable {
                    self.body.vars[place.base.0 as usize].mutable = true;
                }
                Arg::Ref { place, mutable }
            }
            Term::ValueRef(v) => {
                let place = self.spill(Term::Value(v), "t", span);
                Arg::Ref { place, mutable: false }
            }
            Term::Closure(_) => {
                self.refuse(span, &Message::closure_argument());
                Arg::Opaque(nothing())
            }
            term => Arg::Value(self.value(term, span)),
        }
    }
}

/// Whether a reference to an expression points to a value that is made for it.
fn is_temporary(expr: &Expr) -> bool {
    matches!(
        strip(expr),
        Expr::Call(_)
            | Expr::MethodCall(_)
            | Expr::Binary(_)
            | Expr::Struct(_)
            | Expr::Array(_)
            | Expr::Repeat(_)
            | Expr::Macro(_)
    )
}

fn nothing() -> Opaque {
    Opaque { expr: Box::new(syn::parse_quote!(())), uses: Vec::<(syn::Ident, Binding)>::new(), cheap: true }
}
