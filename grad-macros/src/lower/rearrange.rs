//! Methods of vectors and slices by which elements change places, come or go: calls of functions of the runtime, which have
//! derivatives. Where elements come from is found by constant code, the user's comparisons and predicates among it.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

use super::scan::{self, Written};
use super::stmt::strip;
use super::{Lower, Term};
use crate::ir::{Arg, Binding, Bound, Op, Opaque, Place, Projection, Ty, V};

impl Lower<'_> {
    /// A method that rearranges what is in memory; `None` for other methods.
    pub fn rearranged(&mut self, place: &Place, call: &ExprMethodCall) -> Option<Term> {
        let span = call.span();
        let name = call.method.to_string();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let vec = matches!(self.place_ty(place), Ty::Vec(_));
        match (name.as_str(), &arguments[..]) {
            ("sort_by" | "sort_unstable_by", [by]) => self.permuted(place, "sorted", by, span),
            ("sort_by_key" | "sort_by_cached_key" | "sort_unstable_by_key", [by]) => {
                self.permuted(place, "sorted_by_key", by, span);
            }
            ("reverse", []) => {
                let order = self.order_by_len(place, "reversed", None, span);
                self.reorder("permute", place, order, span);
            }
            ("rotate_left" | "rotate_right", [by]) => {
                let order = self.rotation(place, by, name == "rotate_right", span);
                self.reorder("permute", place, order, span);
            }
            ("truncate", [len]) if vec => {
                let order = self.order_by_len(place, "first", Some(len), span);
                self.reorder("select", place, order, span);
            }
            ("clear", []) if vec => {
                let zero: Expr = syn::parse_quote!(0);
                let order = self.order_by_len(place, "first", Some(&zero), span);
                self.reorder("select", place, order, span);
            }
            ("retain", [keep]) if vec => self.selected(place, "retained", keep, span),
            ("dedup_by", [same]) if vec => self.selected(place, "deduplicated", same, span),
            ("dedup", []) if vec => {
                self.selected(place, "deduplicated", &syn::parse_quote!(|a, b| a == b), span);
            }
            ("drain", [range]) if vec => return Some(self.drained(place, range, call)),
            ("split_off", [at]) if vec => return Some(self.split_off(place, at, span)),
            ("push_front", [value]) if vec => {
                self.inserted("insert", place, &syn::parse_quote!(0), value, span);
            }
            ("insert", [index, value]) if vec => self.inserted("insert", place, index, value, span),
            ("resize", [len, value]) if vec => self.inserted("resize", place, len, value, span),
            ("remove", [index]) if vec => return Some(self.removed(place, index, span)),
            ("swap_remove", [index]) if vec => return Some(self.swap_removed(place, index, span)),
            ("append", [other]) if vec => self.appended(place, other, span),
            _ => return None,
        }
        Some(Term::Unit)
    }

    /// The runtime's function on these names, as the order in which the elements are to be.
    fn order(&mut self, function: &str, rest: &Expr, uses: Vec<(syn::Ident, Binding)>, span: Span) -> V {
        let runtime = self.runtime.clone();
        let function = syn::Ident::new(function, span);
        let expr: Expr = match rest {
            Expr::Tuple(tuple) => {
                let arguments = &tuple.elems;
                syn::parse_quote!(#runtime::__private::#function(#arguments))
            }
            one => syn::parse_quote!(#runtime::__private::#function(#one)),
        };
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: false };
        self.bind("order", Ty::Constant, Op::Opaque(opaque), span)
    }

    /// An order that only depends on the length, and on a constant.
    fn order_by_len(&mut self, place: &Place, function: &str, argument: Option<&Expr>, span: Span) -> V {
        let len = self.bind("len", Ty::Int, Op::Len(place.clone()), span);
        let name = syn::Ident::new("len", span);
        let mut uses = vec![(name.clone(), Binding::Value(len))];
        let rest: Expr = match argument {
            Some(argument) => {
                let Opaque { expr, uses: own, .. } = self.opaque_of(argument);
                let argument = self.own_name("argument", &expr, own, &mut uses, span);
                syn::parse_quote!((#name, #argument))
            }
            None => syn::parse_quote!((#name,)),
        };
        self.order(function, &rest, uses, span)
    }

    /// A constant expression under a name that doesn't meet others.
    fn own_name(
        &mut self,
        name: &str,
        expr: &Expr,
        own: Vec<(syn::Ident, Binding)>,
        uses: &mut Vec<(syn::Ident, Binding)>,
        span: Span,
    ) -> Expr {
        if matches!(strip(expr), Expr::Range(_) | Expr::Closure(_) | Expr::Lit(_)) || own.is_empty() {
            uses.extend(own.into_iter().filter(|(ident, _)| ident != "len"));
            return expr.clone();
        }
        let opaque = Opaque { expr: Box::new(expr.clone()), uses: own, cheap: true };
        let v = self.bind("t", Ty::Constant, Op::Opaque(opaque), span);
        let ident = syn::Ident::new(name, span);
        uses.push((ident.clone(), Binding::Value(v)));
        syn::parse_quote!(#ident)
    }

    fn rotation(&mut self, place: &Place, by: &Expr, right: bool, span: Span) -> V {
        if !right {
            return self.order_by_len(place, "rotated", Some(by), span);
        }
        let len = self.len_of(place, span);
        let by = {
            let term = self.expr(by);
            self.value(term, span)
        };
        let left = self.integers("a - b", &[len, by], span);
        let (a, b) = (syn::Ident::new("len", span), syn::Ident::new("left", span));
        let rest: Expr = syn::parse_quote!((#a, #b));
        self.order("rotated", &rest, vec![(a, Binding::Value(len)), (b, Binding::Value(left))], span)
    }

    /// An order that looks at the elements.
    fn order_of(&mut self, place: &Place, function: &str, closure: &Expr, span: Span) -> Option<V> {
        if let Expr::Closure(closure) = strip(closure) {
            let own: Vec<String> = closure.inputs.iter().flat_map(scan::bound).collect();
            if Written::of(&closure.body)
                .iter()
                .any(|name| !own.contains(name) && self.env.contains_key(name))
            {
                self.not_yet(closure.span(), "a closure that changes what it captures, in this method");
                return None;
            }
        }
        let (tokens, mut uses) = super::opaque::written(place, span);
        let Opaque { expr, uses: own, .. } = self.opaque_of(closure);
        uses.extend(own);
        let rest: Expr = super::opaque::parsed(quote::quote!((&#tokens, #expr)));
        Some(self.order(function, &rest, uses, span))
    }

    fn permuted(&mut self, place: &Place, function: &str, closure: &Expr, span: Span) {
        if let Some(order) = self.order_of(place, function, closure, span) {
            self.reorder("permute", place, order, span);
        }
    }

    fn selected(&mut self, place: &Place, function: &str, closure: &Expr, span: Span) {
        if let Some(order) = self.order_of(place, function, closure, span) {
            self.reorder("select", place, order, span);
        }
    }

    fn reorder(&mut self, function: &str, place: &Place, order: V, span: Span) {
        self.runtime_call(function, place, vec![Arg::Value(order)], None, span);
    }

    /// `v.drain(range)`: an iterator over a copy of what is taken out.
    fn drained(&mut self, place: &Place, range: &Expr, call: &ExprMethodCall) -> Term {
        let span = call.span();
        let Expr::Range(written) = strip(range) else {
            return self.not_yet(range.span(), "`drain` of a range that isn't written there");
        };
        let part = self.slice(place, written);
        let copy = self.vec_of(part, span);
        let order = self.order_by_len(place, "without", Some(range), span);
        self.reorder("select", place, order, span);
        match copy.place() {
            Some(copy) => {
                let source =
                    super::iter::Source::Elements { place: copy.clone(), by: super::iter::By::Value };
                let written = Expr::MethodCall(call.clone());
                Term::Chain(std::rc::Rc::new(super::iter::Chain { written, source, stages: Vec::new() }))
            }
            None => copy,
        }
    }

    fn split_off(&mut self, place: &Place, at: &Expr, span: Span) -> Term {
        let term = self.expr(at);
        let start = self.value(term, span);
        let part = place.then(Projection::Slice { start: Bound::At(start), end: Bound::Open });
        let copy = self.vec_of(part, span);
        let order = self.order_by_len(place, "first", Some(at), span);
        self.reorder("select", place, order, span);
        copy
    }

    fn inserted(&mut self, function: &str, place: &Place, at: &Expr, value: &Expr, span: Span) {
        let term = self.expr(at);
        let at = self.value(term, span);
        let term = self.argument_term(value);
        if matches!(term, Term::Poison | Term::Never) {
            return;
        }
        let v = self.value(term, span);
        self.learn_element(place, v);
        self.runtime_call(function, place, vec![Arg::Value(at), Arg::Value(v)], None, span);
    }

    fn removed(&mut self, place: &Place, index: &Expr, span: Span) -> Term {
        let term = self.expr(index);
        let index = self.value(term, span);
        self.taken_out(place, index, span)
    }

    pub fn taken_out(&mut self, place: &Place, index: V, span: Span) -> Term {
        let ty = self.place_ty(place).element();
        let varied = self.is_varied_place(place);
        let removed = self.new_value("removed", ty, varied, span);
        self.runtime_call("remove", place, vec![Arg::Value(index)], Some(removed), span);
        Term::Value(removed)
    }

    /// The last element changes places with the one that is removed.
    fn swap_removed(&mut self, place: &Place, index: &Expr, span: Span) -> Term {
        let term = self.expr(index);
        let index = self.value(term, span);
        let len = self.len_of(place, span);
        let last = self.integers("a - 1", &[len], span);
        let (at, end) = (place.then(Projection::Index(index)), place.then(Projection::Index(last)));
        let first = self.load(at.clone(), span);
        let second = self.load(end.clone(), span);
        self.set(at, second);
        self.set(end, first);
        self.taken_out(place, last, span)
    }

    /// `mem::swap` of two vectors: their adjoints change places as they did.
    pub fn exchange(&mut self, a: &Place, b: &Place, span: Span) {
        let varied = self.is_varied_place(a) || self.is_varied_place(b);
        for place in [a, b] {
            self.body.vars[place.base.0 as usize].mutable = true;
            self.varied_vars.insert(place.base, varied);
        }
        let other = Arg::Ref { place: b.clone(), mutable: true };
        self.runtime_call("exchange", a, vec![other], None, span);
    }

    fn appended(&mut self, place: &Place, other: &Expr, span: Span) {
        let term = self.expr(other);
        let Term::Ref { place: other, mutable: true } = term else {
            self.not_yet(span, "`append` of this");
            return;
        };
        self.body.vars[other.base.0 as usize].mutable = true;
        let varied = self.is_varied_place(place) || self.is_varied_place(&other);
        self.varied_vars.insert(place.base, varied);
        self.runtime_call("append", place, vec![Arg::Ref { place: other, mutable: true }], None, span);
    }
}
