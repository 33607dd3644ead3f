//! Functions of the standard library that are known by their path, and constants.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprCall, Path};

use super::certain::is_of_std;
use super::stmt::strip;
use super::{Lower, Term};
use crate::ir::{Float, Op, Place, Prim, Stmt, StoreHow, Ty, V, VarKind};

/// The segments of a path as text.
fn segments(path: &Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

fn path_of(expr: &Expr) -> Option<&Path> {
    match strip(expr) {
        Expr::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}

/// Whether a callee is `mem::swap`, `mem::replace` or `mem::take`.
pub fn is_swap(callee: &Expr) -> bool {
    path_of(callee).is_some_and(|path| {
        let names = segments(path);
        matches!(&names[..], [.., module, name] if module == "mem" && matches!(name.as_str(), "swap" | "replace" | "take"))
    })
}

impl Lower<'_> {
    /// A call of a function that the compiler knows.
    pub fn known_function(&mut self, call: &ExprCall) -> Option<Term> {
        let path = path_of(&call.func)?;
        let names = segments(path);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (&names[..], &arguments[..]) {
            (["Some"] | [.., "Option", "Some"], [argument]) => {
                let term = self.argument_term(argument);
                Some(Term::maybe(Term::Known(true), term))
            }
            (["Ok"] | [.., "Result", "Ok"], [argument]) => {
                let term = self.argument_term(argument);
                let error = self.no_error(call.span());
                Some(Term::outcome(Term::Known(true), term, error))
            }
            (["Err"] | [.., "Result", "Err"], [argument]) => {
                let opaque = self.opaque_of(argument);
                let error = self.bind("error", Ty::Constant, Op::Opaque(opaque), call.span());
                let error = self.error_value(error, call.span());
                Some(Term::outcome(Term::Known(false), Term::Uninit, error))
            }
            // A literal of nalgebra's generic scalars.
            ([.., "convert"], [argument])
                if !self.scalars.is_empty() && !self.facts.taint.mentions_expr(argument) =>
            {
                let expr = Expr::Call(call.clone());
                let opaque = self.opaque_of(&expr);
                let ty = self.floats.fresh();
                Some(Term::Value(self.bind("t", ty, Op::Opaque(opaque), call.span())))
            }
            ([.., "stop_gradient"], [argument]) => Some(self.stop(argument)),
            ([.., "mem", "swap"], [a, b]) => Some(self.swap(a, b, call.span())),
            ([.., "mem", "take"], [a]) => Some(self.take(a, call.span())),
            ([.., "mem", "replace"], [a, b]) => Some(self.replace(a, b, call.span())),
            ([.., "array", "from_fn"], [function]) => Some(self.array_from_fn(function, path, call.span())),
            ([.., "Vec", "new" | "with_capacity"], _) => Some(self.empty_vec(call)),
            ([.., "Vec", "from"], [argument]) => Some(self.vec_from(argument, call.span())),
            ([scalar, name] | [.., "primitive", scalar, name], _) => self.scalar_function(scalar, name, call),
            _ => None,
        }
    }

    /// The float type that a path segment names.
    fn float_named(&self, name: &str) -> Option<Ty> {
        match name {
            "f32" => Some(Ty::Float(Float::F32)),
            "f64" => Some(Ty::Float(Float::F64)),
            _ => self
                .scalars
                .iter()
                .find(|scalar| *scalar == name)
                .map(|scalar| Ty::Float(Float::Generic(scalar.clone()))),
        }
    }

    /// `f64::sin(x)`, `T::from_f64(2.0)`, `f64::from(n)`.
    fn scalar_function(&mut self, scalar: &str, name: &str, call: &ExprCall) -> Option<Term> {
        let ty = self.float_named(scalar)?;
        let expr = Expr::Call(call.clone());
        if call.args.iter().all(|argument| matches!(strip(argument), Expr::Lit(_))) || call.args.is_empty() {
            return Some(Term::Value(self.literal(expr, ty, call.span())));
        }
        if let Some(prim) = Prim::method(name) {
            if prim.arity() != call.args.len() {
                return None;
            }
            let mut values = Vec::new();
            for argument in &call.args {
                let term = self.expr(argument);
                values.push(self.value(term, argument.span()));
            }
            self.learn_all(prim, &values, &ty);
            return Some(Term::Value(self.primitive(prim, values, call.span())));
        }
        if name == "from" && call.args.len() == 1 {
            let term = self.expr(&call.args[0]);
            let v = self.value(term, call.span());
            if let Some(cast) = self.cast_from(v, scalar, &call.func) {
                return Some(cast);
            }
        }
        if !self.facts.taint.flows(&expr) {
            let opaque = self.opaque_of(&expr);
            return Some(Term::Value(self.bind("t", ty, Op::Opaque(opaque), call.span())));
        }
        None
    }

    /// `f64::from(x)` of a number: a cast.
    fn cast_from(&mut self, v: V, float: &str, function: &Expr) -> Option<Term> {
        let (Ty::Float(_) | Ty::Int | Ty::Bool, Some(ty), Some(path)) =
            (self.ty(v), self.float_named(float), path_of(function))
        else {
            return None;
        };
        let first = &path.segments.first()?.ident;
        let op = Op::Cast(v, Box::new(syn::parse_quote!(#first)));
        Some(Term::Value(self.bind("t", ty, op, function.span())))
    }

    /// The operands of a primitive on floats are of the float's type, an exponent of `powi` apart.
    pub fn learn_all(&mut self, prim: Prim, values: &[V], ty: &Ty) {
        for (index, &v) in values.iter().enumerate() {
            if prim == Prim::Powi && index == 1 {
                self.learn(v, &Ty::Int);
            } else {
                self.learn(v, ty);
            }
        }
    }

    /// A function's path applied to terms: `f64::max`, `T::sin`, a function of the user's.
    pub fn apply_path(&mut self, function: &Expr, arguments: Vec<Term>) -> Term {
        let span = function.span();
        let Some(path) = path_of(function) else {
            return self.not_yet(span, "this as a function");
        };
        let names = segments(path);
        if let [scalar, name] = &names[..]
            && let Some(ty) = self.float_named(scalar)
            && let Some(prim) = Prim::method(name)
            && prim.arity() == arguments.len()
        {
            let values: Vec<V> = arguments.into_iter().map(|term| self.value(term, span)).collect();
            self.learn_all(prim, &values, &ty);
            return Term::Value(self.primitive(prim, values, span));
        }
        if let ([float, from], [argument]) = (&names[..], &arguments[..])
            && from == "from"
            && self.float_named(float).is_some()
        {
            let v = self.value(argument.clone(), span);
            if let Some(cast) = self.cast_from(v, float, function) {
                return cast;
            }
            return self.apply_path_to(path, vec![Term::Value(v)], span);
        }
        if let [.., ty, name] = &names[..]
            && super::taint::is_constant_method(name)
            && (is_of_std(ty) || self.float_named(ty).is_some())
        {
            return self.constant_function(function, arguments, span);
        }
        self.apply_path_to(path, arguments, span)
    }

    fn apply_path_to(&mut self, path: &syn::Path, arguments: Vec<Term>, span: Span) -> Term {
        let args = arguments.into_iter().map(|term| self.argument_of(term, span)).collect();
        let callee = crate::ir::Callee::Path(Box::new(path.clone()));
        Term::Value(self.emit_call(callee, args, span))
    }

    /// A function of std whose result carries no derivative, like `f64::total_cmp`.
    fn constant_function(&mut self, function: &Expr, arguments: Vec<Term>, span: Span) -> Term {
        use crate::ir::{Binding, Opaque};
        let mut uses = Vec::new();
        let mut written: Vec<Expr> = Vec::new();
        for (index, term) in arguments.into_iter().enumerate() {
            let name = quote::format_ident!("argument_{index}", span = span);
            let reference = matches!(term, Term::ValueRef(_) | Term::Ref { .. });
            let v = self.value(term, span);
            written.push(if reference { syn::parse_quote!(&#name) } else { syn::parse_quote!(#name) });
            uses.push((name, Binding::Value(v)));
        }
        let expr: Expr = syn::parse_quote!(#function(#(#written),*));
        let opaque = Opaque { expr: Box::new(expr), uses, cheap: true };
        Term::Value(self.bind("t", Ty::Constant, Op::Opaque(opaque), span))
    }

    /// What is known of a constant's type.
    pub fn constant_path(&self, expr: &Expr) -> Ty {
        let Some(path) = path_of(expr) else { return Ty::Constant };
        let names = segments(path);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match &names[..] {
            [.., "f32" | "f64", "MANTISSA_DIGITS" | "DIGITS" | "RADIX" | "MAX_EXP" | "MIN_EXP"] => Ty::Int,
            [.., scalar @ ("f32" | "f64"), "consts", _] | [.., scalar @ ("f32" | "f64"), _] => {
                self.float_named(scalar).unwrap_or(Ty::Constant)
            }
            [.., integer, "MAX" | "MIN" | "BITS"] if crate::parse::types::is_integer(integer) => Ty::Int,
            [.., "consts", _]
            | [
                "PI" | "TAU" | "E" | "LN_2" | "LN_10" | "SQRT_2" | "FRAC_PI_2" | "FRAC_PI_3" | "FRAC_PI_4"
                | "FRAC_PI_6" | "FRAC_PI_8" | "FRAC_1_PI" | "FRAC_2_PI" | "FRAC_1_SQRT_2" | "FRAC_2_SQRT_PI"
                | "LOG2_E" | "LOG10_E",
            ] if !self.facts.constants.contains_key(names[names.len() - 1]) => self.floats.fresh(),
            [name] if self.facts.constants.contains_key(*name) => self.facts.constants[*name].clone(),
            _ => Ty::Constant,
        }
    }

    /// `mem::swap(a, b)`.
    fn swap(&mut self, a: &Expr, b: &Expr, span: Span) -> Term {
        if let (Some((a, first)), Some((b, second))) = (self.named_reference(a), self.named_reference(b)) {
            self.env.extend([(a, second), (b, first)]);
            return Term::Unit;
        }
        let (left, right) = (behind(a), behind(b));
        let first = self.expr(left);
        let second = self.expr(right);
        let (first, second) = (Self::deref(first), Self::deref(second));
        if let (Term::Place(a), Term::Place(b)) = (&first, &second)
            && self.is_whole_sequence(a)
            && self.is_whole_sequence(b)
            && a.base != b.base
        {
            self.traded(a, b);
            self.fresh.remove(&b.base);
            return Term::Unit;
        }
        if let (Term::Place(a), Term::Place(b)) = (&first, &second)
            && matches!((self.place_ty(a), self.place_ty(b)), (Ty::Vec(_), Ty::Vec(_)))
        {
            self.exchange(&a.clone(), &b.clone(), span);
            return Term::Unit;
        }
        let old = self.moved(first.clone(), span);
        let new = self.moved(second.clone(), span);
        self.put(left, &first, new, span);
        self.put(right, &second, old, span);
        Term::Unit
    }

    /// Two whole sequences change places; what the second variable then holds.
    fn traded(&mut self, a: &Place, b: &Place) -> Term {
        let varied = self.is_varied_place(a) || self.is_varied_place(b);
        for m in [a.base, b.base] {
            self.body.vars[m.0 as usize].mutable = true;
            self.varied_vars.insert(m, varied);
        }
        self.stmts.push(Stmt::Swap { a: a.base, b: b.base });
        self.fresh.insert(b.base);
        Term::Place(b.clone())
    }

    /// A whole vector of the function's own.
    fn whole_vec(&self, term: &Term) -> Option<Place> {
        match term {
            Term::Place(place)
                if self.is_whole_sequence(place) && matches!(self.place_ty(place), Ty::Vec(_)) =>
            {
                Some(place.clone())
            }
            _ => None,
        }
    }

    /// The variable of `&mut r`, where it holds a reference to memory: then it's that which is replaced, not the memory.
    fn named_reference(&self, argument: &Expr) -> Option<(String, Term)> {
        let Expr::Reference(reference) = strip(argument) else { return None };
        let name = super::scan::name(&reference.expr)?;
        let term = self.env.get(&name)?;
        matches!(term, Term::Ref { .. }).then(|| (name, term.clone()))
    }

    /// Whether a place is a whole vector or array of the function's own.
    fn is_whole_sequence(&self, place: &Place) -> bool {
        let var = self.body.var(place.base);
        place.projections.is_empty()
            && var.kind == VarKind::Local
            && matches!(var.ty, Ty::Vec(_) | Ty::Array(..))
    }

    /// `mem::replace(a, b)`.
    fn replace(&mut self, a: &Expr, b: &Expr, span: Span) -> Term {
        if let Some((name, old)) = self.named_reference(a) {
            let new = self.expr(b);
            self.env.insert(name, new);
            return old;
        }
        let left = behind(a);
        let target = self.expr(left);
        let target = Self::deref(target);
        if let Some(place) = self.whole_vec(&target) {
            let new = self.expr(b);
            let new = self.owned(new, span);
            return match self.whole_vec(&new) {
                Some(new) => self.traded(&place, &new),
                None => self.not_yet(span, "`mem::replace` of a vector by this"),
            };
        }
        let old = self.moved(target.clone(), span);
        let new = self.expr(b);
        let new = self.owned(new, span);
        self.put(left, &target, new, span);
        old
    }

    /// `mem::take(a)`.
    fn take(&mut self, a: &Expr, span: Span) -> Term {
        let left = behind(a);
        let target = self.expr(left);
        let target = Self::deref(target);
        if let Some(place) = self.whole_vec(&target) {
            let empty = self.empty(span);
            self.body.vars[empty.base.0 as usize].ty = self.body.var(place.base).ty.clone();
            return self.traded(&place, &empty);
        }
        let old = self.moved(target.clone(), span);
        let empty: Expr = syn::parse_quote!(::core::default::Default::default());
        let empty = match self.term_ty(&target) {
            ty @ Ty::Float(_) => Term::Value(self.bind("t", ty, Op::Number(0.0), span)),
            ty => Term::Value(self.literal(empty, ty, span)),
        };
        self.put(left, &target, empty, span);
        old
    }

    /// What something was, whatever is written there later.
    fn moved(&mut self, term: Term, span: Span) -> Term {
        match term {
            Term::Place(place) => match self.place_ty(&place) {
                Ty::Float(_) | Ty::Int | Ty::Bool => Term::Value(self.load(place, span)),
                _ => {
                    let copy = self.copy_of(place, "t", span);
                    self.fresh.extend(copy.place().map(|place| place.base));
                    copy
                }
            },
            other => other,
        }
    }

    fn put(&mut self, left: &Expr, target: &Term, term: Term, span: Span) {
        match target {
            Term::Place(_) => self.write(target, term, span),
            _ => self.assign(left, term),
        }
    }

    /// Stores a value of the same type.
    pub fn set(&mut self, place: Place, value: V) {
        let ty = self.place_ty(&place);
        self.learn(value, &ty);
        self.store(place, StoreHow::Set, value);
    }
}

/// `x` of `&mut x`; a reference as it is.
fn behind(expr: &Expr) -> &Expr {
    match strip(expr) {
        Expr::Reference(reference) => &reference.expr,
        other => other,
    }
}
