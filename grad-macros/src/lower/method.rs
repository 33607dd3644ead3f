//! Calls of methods.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

use super::algebra::has_elements;
use super::attempt::takes_apart;
use super::certain::is_of_numbers;
use super::{Lower, Term, scan, taint};
use crate::ir::{Arg, Callee, Float, Op, Place, Prim, Projection, StoreHow, Ty, V};
use crate::parse::methods;

impl Lower<'_> {
    pub fn method_call(&mut self, call: &ExprMethodCall) -> Term {
        let span = call.span();
        let name = call.method.to_string();
        let expr = Expr::MethodCall(call.clone());
        let statement = std::mem::take(&mut self.statement);
        if let Some(term) = self
            .array_of_slice(call)
            .or_else(|| self.unwrapped_call(call))
            .or_else(|| self.iterator_method(call))
        {
            return term;
        }
        let tainted = self.facts.taint.mentions_expr(&expr);
        if !tainted && !is_scalar_method(&name) && !self.copies_numbers(call) {
            return self.opaque(&expr);
        }
        if (is_comparison(&call.receiver) || scan::is_discrete_method(&name)) && !self.carries(&expr) {
            return self.opaque(&expr);
        }
        if let Some(name) = scan::method_of_self(call)
            && let Some(Term::Closure(closure)) = self.env.get(&name).cloned()
        {
            if !self.carries(&expr) {
                return self.opaque(&expr);
            }
            let arguments = call.args.iter().map(|argument| self.argument_term(argument)).collect();
            self.expected = None;
            return self.inline(&closure, arguments, span);
        }
        if let Some(parts) = listed_parts(call) {
            return self.concatenated(parts, span);
        }
        if let Some(choice) = self.constant_option(call) {
            return self.expr(&choice);
        }
        let kept = if takes_apart(&name) { self.kept_call(&call.receiver) } else { None };
        let receiver = match kept {
            Some(kept) => kept,
            None => self.expr(&call.receiver),
        };
        if matches!(receiver, Term::Poison | Term::Never) {
            return receiver;
        }
        match self.operand(receiver, call.receiver.span()) {
            Term::Chain(chain) if name == "clone" => Term::Chain(std::rc::Rc::new(self.rest_of(&chain))),
            Term::Maybe(parts) => self.maybe_method(*parts, call),
            Term::Value(v) if self.ty(v).is_float() => self.float_method(v, &name, call),
            Term::Value(v) if matches!(&*name, "then_some" | "then") && call.args.len() == 1 => {
                self.then_some(v, call, name == "then")
            }
            Term::Value(v) if matches!(self.ty(v), Ty::Int | Ty::Bool) => self.constant_method(call, span),
            receiver @ Term::Value(v) if matches!(self.ty(v), Ty::Algebra(..)) && has_elements(&name) => {
                let place = self.spill(receiver, "t", span);
                self.place_method(Term::Place(place), &name, call)
            }
            receiver @ Term::Value(v) if matches!(self.ty(v), Ty::Option(_)) && !takes_options(call) => {
                let place = self.spill(receiver, "t", span);
                self.place_method(Term::Place(place), &name, call)
            }
            receiver @ (Term::Place(_) | Term::Ref { .. }) => {
                self.statement = statement;
                self.place_method(receiver, &name, call)
            }
            receiver @ Term::Value(_) if super::algebra::needs_place(call) => {
                let place = self.spill(receiver, "t", call.receiver.span());
                self.place_method(Term::Place(place), &name, call)
            }
            receiver => self.other_method(receiver, call),
        }
    }

    /// Whether constant numbers are copied into memory of their own: what is computed may be stored there later, so its type has to be known.
    fn copies_numbers(&self, call: &ExprMethodCall) -> bool {
        if !matches!(call.method.to_string().as_str(), "to_vec" | "to_owned") || !call.args.is_empty() {
            return false;
        }
        let whole = match super::stmt::strip(&call.receiver) {
            Expr::Index(part) if matches!(super::stmt::strip(&part.index), Expr::Range(_)) => &part.expr,
            whole => whole,
        };
        let Some(term) = scan::name(whole).and_then(|name| self.env.get(&name)) else { return false };
        match self.term_ty(term) {
            Ty::Array(element, _) | Ty::Slice(element) | Ty::Vec(element) => element.is_float(),
            _ => false,
        }
    }

    /// A method whose result can't carry a derivative, in the user's words.
    fn constant_method(&mut self, call: &ExprMethodCall, span: Span) -> Term {
        let expr = Expr::MethodCall(call.clone());
        if self.carries(&expr) {
            return self.not_yet(span, "this method on a value that isn't a float");
        }
        self.opaque(&expr)
    }

    fn float_method(&mut self, v: V, name: &str, call: &ExprMethodCall) -> Term {
        let span = call.span();
        match name {
            "clone" | "to_owned" | "borrow" if call.args.is_empty() => return Term::Value(v),
            "into" if call.args.is_empty() => return self.into_(v, span),
            "sin_cos" if call.args.is_empty() => {
                let sin = self.primitive(Prim::Sin, vec![v], span);
                let cos = self.primitive(Prim::Cos, vec![v], span);
                return Term::Tuple(vec![Term::Value(sin), Term::Value(cos)]);
            }
            _ => {}
        }
        if let Some(prim) = Prim::method(name)
            && prim.arity() == call.args.len() + 1
        {
            let mut values = vec![v];
            for argument in &call.args {
                let term = self.expr(argument);
                values.push(self.value(term, argument.span()));
            }
            let ty = self.ty(v);
            self.learn_all(prim, &values, &ty);
            return Term::Value(self.primitive(prim, values, span));
        }
        if taint::is_constant_method(name) && is_of_numbers(name) {
            return self.opaque(&Expr::MethodCall(call.clone()));
        }
        self.other_method(Term::Value(v), call)
    }

    /// `let y: f64 = x.into();`
    fn into_(&mut self, v: V, span: Span) -> Term {
        match (self.ty(v), self.expected.clone()) {
            (Ty::Float(Float::F32), Some(ty @ Ty::Float(Float::F64))) => {
                let op = Op::Cast(v, Box::new(syn::parse_quote!(f64)));
                Term::Value(self.bind("t", ty, op, span))
            }
            _ => self.not_yet(span, "`into` on a number, other than in `let y: f64 = x.into()`"),
        }
    }

    /// A method of an array, a slice, a vector, or something of the user's.
    fn place_method(&mut self, receiver: Term, name: &str, call: &ExprMethodCall) -> Term {
        let span = call.span();
        let Some(place) = receiver.place().cloned() else { return Term::Poison };
        let arguments: Vec<&Expr> = call.args.iter().collect();
        let sequence = matches!(self.place_ty(&place), Ty::Array(..) | Ty::Slice(_) | Ty::Vec(_));
        if !sequence && methods::is_annotated(name) {
            return self.other_method(receiver, call);
        }
        match (name, &arguments[..]) {
            ("len", []) if !matches!(self.place_ty(&place), Ty::Unknown | Ty::Named(_)) => {
                return Term::Value(self.bind("len", Ty::Int, Op::Len(place), span));
            }
            ("to_vec", []) => return self.vec_of(place, span),
            ("concat", []) if sequence => return self.flattened(&receiver, &call.receiver, span),
            ("clone" | "to_owned", []) => return self.cloned_place(place, span),
            ("as_slice" | "as_ref" | "borrow", []) if sequence => return Term::Ref { place, mutable: false },
            ("as_mut_slice" | "as_mut" | "borrow_mut", []) if sequence => {
                return Term::Ref { place, mutable: true };
            }
            ("first" | "last" | "first_mut" | "last_mut" | "get" | "get_mut", _) if sequence => {
                if let Some(term) = self.element_maybe(&place, name, arguments.first().copied(), span) {
                    return term;
                }
            }
            ("map", [function]) => {
                if let Ty::Array(_, len) = self.place_ty(&place) {
                    return self.array_map(&place, &len, function, span);
                }
            }
            ("push", [value]) if !matches!(self.place_ty(&place), Ty::Algebra(..)) => {
                return self.vec_push(&place, value, span);
            }
            ("pop", []) => return self.vec_pop(&place, span),
            // A queue is a vector here.
            ("push_back", [value]) if sequence => return self.vec_push(&place, value, span),
            ("pop_back", []) if sequence => return self.vec_pop(&place, span),
            ("pop_front", []) if sequence => return self.vec_pop_front(&place, span),
            ("front" | "back" | "front_mut" | "back_mut", []) if sequence => {
                let end = name.replace("front", "first").replace("back", "last");
                if let Some(term) = self.element_maybe(&place, &end, None, span) {
                    return term;
                }
            }
            ("extend" | "extend_from_slice", [values]) => return self.vec_extend(&place, values, span),
            ("swap", [a, b]) if sequence => return self.swap_elements(&place, a, b, span),
            ("fill", [value]) if sequence => return self.fill_place(&place, value, span),
            ("copy_from_slice" | "clone_from_slice", [from]) if sequence => {
                return self.copy_from(&place, from, span);
            }
            ("split_first" | "split_last", []) if sequence => {
                return self.split_end(&place, name == "split_last", span);
            }
            ("as_chunks", []) if sequence => return self.as_chunks(&place, call),
            ("split_at" | "split_at_mut", [at]) if sequence => {
                return self.split_at(&place, at, name == "split_at_mut", span);
            }
            _ => {}
        }
        if sequence && let Some(term) = self.rearranged(&place, call) {
            return term;
        }
        if taint::only_compares(call)
            && !self.is_varied_place(&place)
            && call.args.iter().all(|argument| scan::Written::of(argument).is_empty())
        {
            return self.effect(&syn::parse_quote!(#call;));
        }
        let option = match self.option_place(&receiver, span) {
            // A field whose type isn't seen here has the method of an `Option`: it's one, or rustc will say so.
            None if takes_apart(name) => self.option_at(&receiver, span),
            known => known,
        };
        if let Some((some, payload)) = option {
            return self.maybe_method((some, payload, Term::Unit), call);
        }
        if taint::is_constant_method(name) {
            return self.opaque(&Expr::MethodCall(call.clone()));
        }
        if !sequence && let Some(term) = self.matrix_method(&place, name, call) {
            return term;
        }
        if sequence {
            return self.not_yet(call.method.span(), &format!("the method `{name}` of arrays and slices"));
        }
        self.other_method(receiver, call)
    }

    fn cloned_place(&mut self, from: Place, span: Span) -> Term {
        let ty = self.place_ty(&from);
        let varied = self.is_varied_place(&from);
        let init = crate::ir::Init::Copy { from, how: crate::ir::CopyHow::Clone };
        Term::Place(self.declare("copy", ty, varied, init, span))
    }

    fn swap_elements(&mut self, place: &Place, a: &Expr, b: &Expr, span: Span) -> Term {
        let mut at = Vec::new();
        for index in [a, b] {
            let term = self.expr(index);
            let v = self.value(term, span);
            at.push(v);
        }
        if !is_copied(&self.place_ty(place).element()) {
            let indices = at.into_iter().map(Arg::Value).collect();
            self.runtime_call("swap", place, indices, None, span);
            return Term::Unit;
        }
        let at: Vec<Place> = at.into_iter().map(|v| place.then(Projection::Index(v))).collect();
        let first = self.load(at[0].clone(), span);
        let second = self.load(at[1].clone(), span);
        self.set(at[0].clone(), second);
        self.set(at[1].clone(), first);
        Term::Unit
    }

    /// `v.fill(x)`: a store to every element.
    fn fill_place(&mut self, place: &Place, value: &Expr, span: Span) -> Term {
        let term = self.expr(value);
        let v = self.value(term, span);
        self.for_each_index(place, span, &mut |lower, index| {
            lower.set(place.then(Projection::Index(index)), v);
        });
        Term::Unit
    }

    fn copy_from(&mut self, place: &Place, from: &Expr, span: Span) -> Term {
        let source = self.expr(from);
        let source = self.spill(source, "t", span);
        if !self.are_arrays_of_one_length(place, &source) {
            let (own, its) = (self.len_of(place, span), self.len_of(&source, span));
            self.are_equal(own, its, "the slices differ in length", span);
        }
        self.for_each_index(place, span, &mut |lower, index| {
            let v = lower.load(source.then(Projection::Index(index)), span);
            lower.store(place.then(Projection::Index(index)), StoreHow::Set, v);
        });
        Term::Unit
    }

    fn are_arrays_of_one_length(&self, one: &Place, other: &Place) -> bool {
        let len = |place| match self.place_ty(place) {
            Ty::Array(_, len) => Some(len.to_string()),
            _ => None,
        };
        len(one).is_some_and(|own| Some(own) == len(other))
    }

    /// `x.split_first()`, `x.split_last()`: an element and the others, where there is one.
    fn split_end(&mut self, place: &Place, last: bool, span: Span) -> Term {
        use crate::ir::Bound;
        let len = self.len_of(place, span);
        let zero = self.integer(0, span);
        let some = self.bind("t", Ty::Bool, Op::Prim(Prim::Gt, vec![len, zero]), span);
        let (at, rest) = if last {
            let at = self.integers("a.wrapping_sub(1)", &[len], span);
            (at, Projection::Slice { start: Bound::Open, end: Bound::At(at) })
        } else {
            let one = self.integer(1, span);
            (zero, Projection::Slice { start: Bound::At(one), end: Bound::Open })
        };
        let part = |projection| Term::Ref { place: place.then(projection), mutable: false };
        Term::maybe(Term::Value(some), Term::Tuple(vec![part(Projection::Index(at)), part(rest)]))
    }

    fn split_at(&mut self, place: &Place, at: &Expr, mutable: bool, span: Span) -> Term {
        use crate::ir::Bound;
        let term = self.expr(at);
        let at = self.value(term, span);
        let first = place.then(Projection::Slice { start: Bound::Open, end: Bound::At(at) });
        let second = place.then(Projection::Slice { start: Bound::At(at), end: Bound::Open });
        Term::Tuple(vec![Term::Ref { place: first, mutable }, Term::Ref { place: second, mutable }])
    }

    /// A method that is looked up by type.
    fn other_method(&mut self, receiver: Term, call: &ExprMethodCall) -> Term {
        let span = call.span();
        let expr = Expr::MethodCall(call.clone());
        let writes = scan::root(&call.receiver).is_some_and(|name| self.facts.mutable.contains(&name))
            && !scan::is_pure_method(&call.method.to_string());
        let active = self.carries(&expr) || (writes && self.facts.taint.mentions_expr(&expr));
        if !active {
            return self.opaque(&expr);
        }
        let receiver_span = call.receiver.span();
        let changes = self.changes(&receiver, call);
        let is_algebra = matches!(self.term_ty(&receiver), Ty::Algebra(..));
        let receiver = match receiver {
            // The rules of numbers and matrices take values.
            Term::Place(place) | Term::Ref { place, .. } if takes_value(call) && !is_algebra => {
                Arg::Value(self.load(place, receiver_span))
            }
            Term::Place(place) | Term::Ref { place, .. } => Arg::Ref { place, mutable: changes },
            Term::Value(_) | Term::ValueRef(_) if is_algebra || takes_value(call) || takes_options(call) => {
                self.argument_of(receiver, receiver_span)
            }
            Term::Value(_) | Term::ValueRef(_) | Term::Tuple(_) => {
                Arg::Ref { place: self.spill(receiver, "t", receiver_span), mutable: changes }
            }
            other => self.argument_of(other, receiver_span),
        };
        let mut args = vec![receiver];
        args.extend(call.args.iter().map(|argument| self.argument(argument)));
        let known = self.method_result(&args, &call.method);
        let callee = Callee::Method(call.method.clone(), call.turbofish.clone());
        let result = self.emit_call(callee, args, span);
        self.learn(result, &known);
        Term::Value(result)
    }
}

/// The parts of `[a, b].concat()`.
fn listed_parts(call: &ExprMethodCall) -> Option<impl Iterator<Item = &Expr>> {
    match super::stmt::strip(&call.receiver) {
        Expr::Array(array) if call.method == "concat" && call.args.is_empty() => Some(array.elems.iter()),
        _ => None,
    }
}

impl Lower<'_> {
    /// Whether a method that is looked up by type takes `&mut self`: its name may tell; else, if the result isn't used, it has to.
    fn changes(&mut self, receiver: &Term, call: &ExprMethodCall) -> bool {
        let unused = std::mem::take(&mut self.statement);
        let may_be_changed = match receiver {
            Term::Ref { mutable, .. } => *mutable,
            _ => scan::root(&call.receiver).is_none_or(|name| self.facts.mutable.contains(&name)),
        };
        may_be_changed && methods::changes_its_receiver(&call.method.to_string()).unwrap_or(unused)
    }
}

/// Whether a method is one that the runtime has a rule of, and none of the user's that is known.
fn is_rule_alone(method: &syn::Ident) -> bool {
    crate::ir::has_rule(method) && !methods::is_annotated(&method.to_string())
}

/// Whether a method takes apart an option.
fn takes_options(call: &ExprMethodCall) -> bool {
    ["unwrap", "expect", "into_inner"].iter().any(|name| call.method == name)
}

/// Whether a method is one of the floats' own, which take `self` by value.
fn takes_value(call: &ExprMethodCall) -> bool {
    is_rule_alone(&call.method)
        && Prim::method(&call.method.to_string()).is_some_and(|prim| prim.arity() == call.args.len() + 1)
}

/// Whether a method is one of scalars' that is lowered, also on constants.
fn is_scalar_method(name: &str) -> bool {
    Prim::method(name).is_some() || matches!(name, "len" | "sin_cos" | "clone")
}

/// Whether two values are compared, and how is what the method is called on.
fn is_comparison(expr: &Expr) -> bool {
    matches!(super::stmt::strip(expr), Expr::MethodCall(call)
        if matches!(call.method.to_string().as_str(), "partial_cmp" | "total_cmp" | "cmp"))
}

/// Whether values of a type are copied, as far as is known: they can be read one by one.
fn is_copied(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int | Ty::Bool => true,
        Ty::Array(element, _) => is_copied(element),
        Ty::Tuple(elements) => elements.iter().all(is_copied),
        _ => false,
    }
}
