//! Expressions.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprUnary, Lit, UnOp};

use super::jump::TargetKind;
use super::loops::{Repeat, RepeatHead};
use super::scan::{self, Written};
use super::{Lower, Term};
use crate::diag::Message;
use crate::ir::{Arg, Callee, Float, Init, Op, Opaque, Place, Prim, Stmt, Ty, V};
use crate::parse::tokens::each_ident;

impl Lower<'_> {
    /// Lowers an expression.
    pub fn expr(&mut self, expr: &Expr) -> Term {
        let span = expr.span();
        if self.is_constant_field(expr) {
            return self.opaque(expr);
        }
        match expr {
            Expr::Paren(inner) => self.expr(&inner.expr),
            Expr::Group(inner) => self.expr(&inner.expr),
            Expr::Lit(lit) => self.lit(&lit.lit, expr),
            Expr::Path(_) => self.path(expr),
            Expr::Unary(unary) => self.unary(unary),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Cast(cast) => self.cast(cast),
            Expr::Reference(reference) => self.reference(reference),
            Expr::Index(index) => self.index(index),
            Expr::Field(field) => self.field(field),
            Expr::Tuple(tuple) if tuple.elems.is_empty() => Term::Unit,
            Expr::Tuple(tuple) => {
                let elements = tuple.elems.iter().map(|element| {
                    let term = self.expr(element);
                    self.owned(term, element.span())
                });
                Term::Tuple(elements.collect())
            }
            Expr::Array(array) => self.array(array),
            Expr::Repeat(repeat) => self.repeated(repeat),
            Expr::Struct(literal) => self.struct_(literal),
            Expr::Block(block) => self.block_expr(block),
            Expr::If(branch) => self.if_(branch),
            Expr::Match(choice) => self.match_(choice),
            Expr::Loop(looped) => {
                let checkpoint = self.checkpoint(&looped.attrs);
                let assigned = self.assigned(&looped.body);
                self.repeat(
                    Repeat {
                        head: RepeatHead::Forever,
                        assigned,
                        label: looped.label.as_ref(),
                        checkpoint,
                        breaks: true,
                        continues: true,
                        span: looped.loop_token.span,
                    },
                    |lower, _| {
                        lower.block(&looped.body);
                    },
                )
            }
            Expr::While(looped) => self.while_(looped),
            Expr::ForLoop(looped) => self.for_(looped),
            Expr::Return(jump) => self.return_(jump),
            Expr::Break(jump) => self.break_(jump),
            Expr::Continue(jump) => self.continue_(jump),
            Expr::Assign(assign) => {
                let term = self.expr(&assign.right);
                self.assign(&assign.left, term);
                Term::Unit
            }
            Expr::Call(call) => self.call(call),
            Expr::MethodCall(call) => self.method_call(call),
            Expr::Closure(closure) => self.closure(closure),
            Expr::Range(range) => self.range_expr(range),
            Expr::Macro(mac) => self.macro_call(&mac.mac, span),
            Expr::Try(attempt) => self.try_(attempt),
            Expr::Unsafe(block) => self.refuse(block.unsafe_token.span, &Message::unsafe_block()),
            Expr::Async(block) => self.refuse(block.async_token.span, &Message::async_block()),
            Expr::Await(expr) => self.refuse(expr.await_token.span, &Message::async_block()),
            _ if !self.facts.taint.mentions_expr(expr) => self.opaque(expr),
            _ => self.not_yet(span, "this kind of expression on active data"),
        }
    }

    /// The names outside that a loop's body may assign.
    pub fn assigned(&self, body: &syn::Block) -> std::collections::BTreeSet<String> {
        let mut names = Written::of_block(&body.stmts);
        self.add_captured(&mut names, |f| {
            body.stmts.iter().for_each(|stmt| {
                each_ident(quote::ToTokens::to_token_stream(stmt), &mut |ident| f(ident));
            });
        });
        names
    }

    /// Calling a closure may write what it captures.
    pub fn add_captured(
        &self,
        names: &mut std::collections::BTreeSet<String>,
        each: impl Fn(&mut dyn FnMut(&proc_macro2::Ident)),
    ) {
        let mut seen = Vec::new();
        each(&mut |ident| seen.push(ident.to_string()));
        let mut index = 0;
        while index < seen.len() {
            match self.env.get(&seen[index]) {
                Some(Term::Closure(closure)) => {
                    names.extend(Written::of(&closure.body));
                    let mut inner = Vec::new();
                    each_ident(quote::ToTokens::to_token_stream(&closure.body), &mut |ident| {
                        inner.push(ident.to_string());
                    });
                    inner.retain(|name| !seen.contains(name));
                    seen.extend(inner);
                }
                Some(Term::Chain(chain)) => {
                    names.insert(seen[index].clone());
                    names.extend(chain.counter().cloned());
                }
                _ => {}
            }
            index += 1;
        }
    }

    fn while_(&mut self, looped: &syn::ExprWhile) -> Term {
        if matches!(super::condition::kind(&looped.cond), super::condition::Kind::Let) {
            return self.while_let(looped);
        }
        let checkpoint = self.checkpoint(&looped.attrs);
        let mut assigned = self.assigned(&looped.body);
        assigned.extend(Written::of(&looped.cond));
        self.repeat(
            Repeat {
                head: RepeatHead::While(&looped.cond),
                assigned,
                label: looped.label.as_ref(),
                checkpoint,
                breaks: true,
                continues: true,
                span: looped.while_token.span,
            },
            |lower, _| {
                lower.block(&looped.body);
            },
        );
        Term::Unit
    }

    fn block_expr(&mut self, block: &syn::ExprBlock) -> Term {
        let Some(label) = &block.label else { return self.block(&block.block) };
        let target = self.enter(TargetKind::Block, Some(label));
        let leave = target.clone();
        self.sequence(&block.block.stmts, &mut |lower, term| {
            let term = lower.owned(term, block.span());
            lower.jump(&leave, term)
        });
        let (_, value) = self.leave(&target);
        value
    }

    fn lit(&mut self, lit: &Lit, expr: &Expr) -> Term {
        let ty = match lit {
            Lit::Float(lit) => self.float_suffix(lit.suffix()),
            Lit::Int(lit) if matches!(lit.suffix(), "f32" | "f64") => self.float_suffix(lit.suffix()),
            Lit::Int(_) | Lit::Byte(_) => Ty::Int,
            Lit::Bool(_) => Ty::Bool,
            _ => Ty::Constant,
        };
        Term::Value(self.literal(expr.clone(), ty, lit.span()))
    }

    fn float_suffix(&self, suffix: &str) -> Ty {
        match suffix {
            "f32" => Ty::Float(Float::F32),
            "f64" => Ty::Float(Float::F64),
            _ => self.floats.fresh(),
        }
    }

    fn path(&mut self, expr: &Expr) -> Term {
        if let Some(name) = scan::name(expr)
            && let Some(term) = self.env.get(&name)
        {
            return term.clone();
        }
        if matches!(expr, Expr::Path(path) if path.path.is_ident("None")) {
            return Term::maybe(Term::Known(false), Term::Uninit);
        }
        let ty = self.constant_path(expr);
        let v = self.literal(expr.clone(), ty, expr.span());
        self.may_be_a_number(expr, v);
        Term::Value(v)
    }

    /// `GRAVITY` is a number where it's multiplied with one; were it not, rustc would say so.
    fn may_be_a_number(&mut self, expr: &Expr, v: V) {
        let shouted =
            |name: &str| name.chars().all(|one| one.is_uppercase() || one.is_ascii_digit() || one == '_');
        let constant = match super::stmt::strip(expr) {
            Expr::Path(path) => {
                path.path.segments.last().is_some_and(|last| shouted(&last.ident.to_string()))
            }
            _ => scan::root(expr).is_some_and(|name| shouted(&name)),
        };
        if constant && matches!(self.ty(v), Ty::Constant) {
            self.numbers.insert(v);
        }
    }

    /// An element of a constant array: as it is written.
    pub fn constant_element(&mut self, index: &syn::ExprIndex) -> Option<Term> {
        let expr = Expr::Index(index.clone());
        let root = scan::root(&expr)?;
        let shouted = root.starts_with(char::is_uppercase) && !self.env.contains_key(&root);
        if !shouted
            || matches!(super::stmt::strip(&index.index), Expr::Range(_))
            || self.facts.taint.mentions_expr(&expr)
        {
            return None;
        }
        let mut ty = self.facts.constants.get(&root).cloned().unwrap_or(Ty::Constant);
        let mut inner = &expr;
        while let Expr::Index(index) = super::stmt::strip(inner) {
            ty = ty.element();
            inner = &index.expr;
        }
        if !matches!(super::stmt::strip(inner), Expr::Path(_))
            || !matches!(ty, Ty::Float(_) | Ty::Int | Ty::Bool | Ty::Constant)
        {
            return None;
        }
        let opaque = self.opaque_of(&expr);
        let v = self.bind("t", ty, Op::Opaque(opaque), expr.span());
        self.may_be_a_number(&expr, v);
        Some(Term::Value(v))
    }

    fn unary(&mut self, unary: &ExprUnary) -> Term {
        let span = unary.span();
        if let UnOp::Deref(_) = unary.op {
            let term = self.expr(&unary.expr);
            return match term {
                // `*table.first()?`
                Term::Value(v)
                    if matches!(super::stmt::strip(&unary.expr), Expr::Try(_))
                        && matches!(self.ty(v), Ty::Constant) =>
                {
                    let name = syn::Ident::new("reference", span);
                    let uses = vec![(name.clone(), crate::ir::Binding::Value(v))];
                    let opaque = Opaque { expr: Box::new(syn::parse_quote!((*#name))), uses, cheap: true };
                    Term::Value(self.bind("t", Ty::Constant, Op::Opaque(opaque), span))
                }
                term => Self::deref(term),
            };
        }
        if let (UnOp::Neg(_), Expr::Lit(lit)) = (&unary.op, &*unary.expr)
            && matches!(lit.lit, Lit::Int(_))
        {
            return Term::Value(self.literal(Expr::Unary(unary.clone()), Ty::Int, span));
        }
        let term = self.expr(&unary.expr);
        let operand = self.operand(term, unary.expr.span());
        let prim = if matches!(unary.op, UnOp::Neg(_)) { Prim::Neg } else { Prim::Not };
        self.operator(prim, &[operand], span)
    }

    /// What a reference refers to.
    pub fn deref(term: Term) -> Term {
        match term {
            Term::ValueRef(v) => Term::Value(v),
            Term::Ref { place, .. } => Term::Place(place),
            other => other,
        }
    }

    fn cast(&mut self, cast: &syn::ExprCast) -> Term {
        let term = self.expr(&cast.expr);
        let v = self.value(term, cast.expr.span());
        let ty = self.known(&cast.ty);
        if matches!(self.ty(v), Ty::Unknown) && !self.is_varied(v) {
            self.learn(v, &Ty::Constant);
        }
        // The cotangent is cast back to a type that isn't known here.
        if let (Ty::Unknown | Ty::Named(_), true, Ty::Float(Float::F32 | Float::F64)) =
            (self.ty(v), self.is_varied(v), &ty)
        {
            return self.cast_by_type(v, ty, cast.span());
        }
        Term::Value(self.bind("t", ty, Op::Cast(v, cast.ty.clone()), cast.span()))
    }

    /// A cast from a type that rustc knows.
    fn cast_by_type(&mut self, v: V, ty: Ty, span: Span) -> Term {
        let name = if matches!(ty, Ty::Float(Float::F32)) { "as_f32" } else { "as_f64" };
        let (runtime, name) = (&self.runtime, proc_macro2::Ident::new(name, span));
        let path: syn::Path = syn::parse_quote!(#runtime::__private::#name);
        let result = self.emit_call(Callee::Path(Box::new(path)), vec![Arg::Value(v)], span);
        self.body.values[result.0 as usize].ty = ty;
        Term::Value(result)
    }

    /// The value of a term: memory is read.
    pub fn value(&mut self, term: Term, span: Span) -> V {
        match term {
            Term::Value(v) | Term::ValueRef(v) => v,
            Term::Place(place) | Term::Ref { place, .. } => self.load(place, span),
            Term::Tuple(_) => {
                let place = self.spill(term, "tuple", span);
                self.load(place, span)
            }
            Term::Known(value) => self.boolean(value, span),
            Term::Closure(_) | Term::Chain(_) => {
                self.not_yet(span, "a closure or an iterator used as a value");
                self.bind("t", Ty::Unknown, Op::Undef, span)
            }
            Term::Maybe(parts) => self.option_value(*parts, span),
            Term::Unit => self.literal(syn::parse_quote!(()), Ty::Constant, span),
            Term::Uninit | Term::Never | Term::Poison => self.bind("t", Ty::Unknown, Op::Undef, span),
        }
    }

    /// A term that no later write to memory changes: scalars are read now, aggregates stay where they are.
    pub fn owned(&mut self, term: Term, span: Span) -> Term {
        match term {
            Term::Known(value) => Term::Value(self.boolean(value, span)),
            Term::Place(place) => match self.place_ty(&place) {
                Ty::Float(_) | Ty::Int | Ty::Bool => Term::Value(self.load(place, span)),
                _ if self.is_fresh(&place) => Term::Place(place),
                _ if self.is_frozen(&place) => Term::Place(place),
                _ => {
                    let term = self.copy_of(place, "t", span);
                    self.fresh.extend(term.place().map(|place| place.base));
                    term
                }
            },
            other => other,
        }
    }

    /// A variable that holds what the term is.
    pub fn spill(&mut self, term: Term, name: &str, span: Span) -> Place {
        match term {
            Term::Place(place) | Term::Ref { place, .. } => place,
            Term::Tuple(elements) => {
                let values: Vec<V> = elements.into_iter().map(|element| self.value(element, span)).collect();
                let ty = Ty::Tuple(values.iter().map(|v| self.ty(*v)).collect());
                let varied = values.iter().any(|v| self.is_varied(*v));
                let var = self.new_var(name, ty, varied, span);
                self.stmts.push(Stmt::Declare { var, init: Init::Elements(values) });
                Place::whole(var)
            }
            other => {
                let v = self.value(other, span);
                let (ty, varied) = (self.body.value(v).ty.clone(), self.is_varied(v));
                let var = self.new_var(name, ty, varied, span);
                if self.numbers.contains(&v) {
                    self.tables.insert(var);
                }
                self.stmts.push(Stmt::Declare { var, init: Init::Value(v) });
                Place::whole(var)
            }
        }
    }
}
