//! Vectors that grow and shrink: `push` and `pop` are calls of functions of the runtime, which have derivatives.

use proc_macro2::Span;
use syn::Expr;

use super::{Lower, Term, floats};
use crate::ir::{Arg, Call, Callee, Op, Place, Prim, Stmt, Ty, V};

impl Lower<'_> {
    /// `v.push(x)`
    pub fn vec_push(&mut self, place: &Place, value: &Expr, span: Span) -> Term {
        let term = self.argument_term(value);
        self.push_term(place, term, span);
        Term::Unit
    }

    /// Pushes what a term is.
    pub fn push_term(&mut self, place: &Place, term: Term, span: Span) {
        if matches!(term, Term::Poison | Term::Never) {
            return;
        }
        let v = self.value(term, span);
        self.learn_element(place, v);
        self.runtime_call("push", place, vec![Arg::Value(v)], None, span);
    }

    /// The elements of a vector have the type of what is pushed.
    pub fn learn_element(&mut self, place: &Place, v: V) {
        let known = self.place_ty(place).element();
        self.learn(v, &known);
        if place.projections.is_empty()
            && let Ty::Vec(element) = &self.body.var(place.base).ty
        {
            let element = floats::merge(element, &self.ty(v));
            self.body.vars[place.base.0 as usize].ty = Ty::Vec(Box::new(element));
        }
        if self.is_varied(v) {
            self.varied_vars.insert(place.base, true);
        }
    }

    /// `v.pop()`
    pub fn vec_pop(&mut self, place: &Place, span: Span) -> Term {
        let len = self.len_of(place, span);
        let zero = self.integer(0, span);
        let some = self.bind("t", Ty::Bool, Op::Prim(Prim::Gt, vec![len, zero]), span);
        let payload = self.if_else(
            some,
            span,
            |lower| {
                let ty = lower.place_ty(place).element();
                let varied = lower.is_varied_place(place);
                let popped = lower.new_value("popped", ty, varied, span);
                lower.runtime_call("pop", place, Vec::new(), Some(popped), span);
                Term::Value(popped)
            },
            |_| Term::Never,
        );
        Term::maybe(Term::Value(some), payload)
    }

    /// `v.pop_front()`
    pub fn vec_pop_front(&mut self, place: &Place, span: Span) -> Term {
        let len = self.len_of(place, span);
        let zero = self.integer(0, span);
        let some = self.bind("t", Ty::Bool, Op::Prim(Prim::Gt, vec![len, zero]), span);
        let payload = self.if_else(some, span, |lower| lower.taken_out(place, zero, span), |_| Term::Never);
        Term::maybe(Term::Value(some), payload)
    }

    /// `v.extend(..)`, `v.extend_from_slice(..)`
    pub fn vec_extend(&mut self, place: &Place, values: &Expr, span: Span) -> Term {
        let Some(chain) = self.chain(values) else {
            return self.not_yet(span, "`extend` with this");
        };
        self.push_all(&chain, place, span);
        Term::Unit
    }

    /// `[a, b].concat()`
    pub fn concatenated<'e>(&mut self, parts: impl Iterator<Item = &'e Expr>, span: Span) -> Term {
        let place = self.empty(span);
        for part in parts {
            let Some(chain) = self.chain(part) else {
                return self.not_yet(span, "`concat` of this");
            };
            self.push_all(&chain, &place, span);
        }
        Term::Place(place)
    }

    /// `rows.concat()`
    pub fn flattened(&mut self, rows: &Term, written: &Expr, span: Span) -> Term {
        let place = self.empty(span);
        if let Some(mut chain) = Self::elements_of(rows, written) {
            chain.stages.push(super::iter::Stage::Flatten);
            self.push_all(&chain, &place, span);
        }
        Term::Place(place)
    }

    /// What comes out of a chain, at the end of a vector.
    fn push_all(&mut self, chain: &super::iter::Chain, place: &Place, span: Span) {
        self.run(chain, std::collections::BTreeSet::new(), span, &mut |lower, term| {
            let term = lower.copied(term, span);
            lower.push_term(place, term, span);
        });
    }

    /// A call of the runtime's function that changes a vector.
    pub fn runtime_call(&mut self, name: &str, place: &Place, more: Vec<Arg>, result: Option<V>, span: Span) {
        let runtime = &self.runtime;
        let name = syn::Ident::new(name, span);
        let path: syn::Path = syn::parse_quote!(#runtime::__private::#name);
        self.body.vars[place.base.0 as usize].mutable = true;
        let mut args = vec![Arg::Ref { place: place.clone(), mutable: true }];
        args.extend(more);
        let callee = Callee::Path(Box::new(path));
        self.stmts.push(Stmt::Call(Box::new(Call {
            callee,
            args,
            result,
            pullback: None,
            tangent: None,
            repeat: None,
            fails: crate::ir::Fails::Never,
            span,
        })));
    }
}
