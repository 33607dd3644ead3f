//! Arrays, vectors and structs.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprArray, ExprCall, ExprMethodCall, ExprRepeat, ExprStruct, Macro, Path};

use super::{Lower, Term};
use crate::ir::{CopyHow, Init, Op, Opaque, Place, Projection, Stmt, Ty, V};

/// Arrays up to this length are written out where the type of their elements isn't known.
const MOST_WRITTEN_OUT: usize = 8;

impl Lower<'_> {
    /// A new variable that no name owns yet.
    pub fn declare(&mut self, name: &str, ty: Ty, varied: bool, init: Init, span: Span) -> Place {
        let var = self.new_var(name, ty, varied, span);
        self.stmts.push(Stmt::Declare { var, init });
        self.fresh.insert(var);
        Place::whole(var)
    }

    /// `[a, b, c]`
    pub fn array(&mut self, array: &ExprArray) -> Term {
        self.elements(array.elems.iter(), false, array.span())
    }

    fn elements<'e>(&mut self, elements: impl Iterator<Item = &'e Expr>, vec: bool, span: Span) -> Term {
        let mut values = Vec::new();
        for element in elements {
            let term = self.expr(element);
            if matches!(term, Term::Poison | Term::Never) {
                return term;
            }
            values.push(self.value(term, element.span()));
        }
        match self.array_from(values, span) {
            Term::Place(place) if vec => self.vec_of(place, span),
            term => term,
        }
    }

    fn array_from(&mut self, values: Vec<V>, span: Span) -> Term {
        let element = if values.is_empty() { Ty::Unknown } else { self.common(&values) };
        let varied = values.iter().any(|v| self.is_varied(*v));
        let len = proc_macro2::Literal::usize_unsuffixed(values.len()).to_token_stream();
        let array = Ty::Array(Box::new(element), len);
        Term::Place(self.declare("array", array, varied, Init::Elements(values), span))
    }

    /// `[value; len]`
    pub fn repeated(&mut self, repeat: &ExprRepeat) -> Term {
        self.fill(&repeat.expr, &repeat.len, false, repeat.span())
    }

    fn fill(&mut self, value: &Expr, len: &Expr, vec: bool, span: Span) -> Term {
        if !self.facts.taint.flows(value) && is_owner(value) {
            // Not `Copy`: the compiler's own `let`s would move it.
            let (_, v) = self.in_block(|lower| {
                let term = lower.expr(value);
                lower.value(term, span)
            });
            let element = Box::new(self.body.value(v).ty.clone());
            let expr: Expr =
                if vec { syn::parse_quote!(vec![#value; #len]) } else { syn::parse_quote!([#value; #len]) };
            let ty = if vec { Ty::Vec(element) } else { Ty::Array(element, len.to_token_stream()) };
            let opaque = self.opaque_of(&expr);
            return Term::Place(self.declare("array", ty, false, Init::Opaque(opaque), span));
        }
        let term = self.expr(value);
        let v = self.value(term, value.span());
        let element = Box::new(self.body.value(v).ty.clone());
        let ty = if vec { Ty::Vec(element) } else { Ty::Array(element, len.to_token_stream()) };
        let len = self.opaque_of(len);
        let varied = self.is_varied(v);
        Term::Place(self.declare("array", ty, varied, Init::Fill { value: v, len, vec }, span))
    }

    /// `vec![..]`
    pub fn vec_macro(&mut self, mac: &Macro, span: Span) -> Term {
        let parsed = mac.parse_body_with(|input: syn::parse::ParseStream<'_>| {
            if input.is_empty() {
                return Ok((Vec::new(), None));
            }
            let first: Expr = input.parse()?;
            if input.parse::<Option<syn::Token![;]>>()?.is_some() {
                return Ok((vec![first], Some(input.parse::<Expr>()?)));
            }
            let mut elements = vec![first];
            while input.parse::<Option<syn::Token![,]>>()?.is_some() && !input.is_empty() {
                elements.push(input.parse()?);
            }
            Ok((elements, None))
        });
        match parsed {
            Ok((elements, Some(len))) if elements.len() == 1 => self.fill(&elements[0], &len, true, span),
            Ok((elements, _)) => self.elements(elements.iter(), true, span),
            Err(error) => {
                self.errors.report(error.span(), &crate::diag::Message::unknown_macro("vec"));
                Term::Poison
            }
        }
    }

    /// `Vec::new()`
    pub fn empty_vec(&mut self, call: &ExprCall) -> Term {
        let opaque = self.opaque_of(&Expr::Call(call.clone()));
        Term::Place(self.declare(
            "vec",
            Ty::Vec(Box::new(Ty::Unknown)),
            false,
            Init::Opaque(opaque),
            call.span(),
        ))
    }

    pub fn vec_from(&mut self, argument: &Expr, span: Span) -> Term {
        let term = self.expr(argument);
        let place = self.spill(term, "t", span);
        self.vec_of(place, span)
    }

    /// A `Vec` with the elements of a place.
    pub fn vec_of(&mut self, from: Place, span: Span) -> Term {
        let ty = match self.place_ty(&from) {
            Ty::Array(element, _) | Ty::Slice(element) | Ty::Vec(element) => Ty::Vec(element),
            other => other,
        };
        let varied = self.is_varied_place(&from);
        Term::Place(self.declare("vec", ty, varied, Init::Copy { from, how: CopyHow::ToVec }, span))
    }

    /// `S { a: x, b }`, `S { a: x, ..rest }`
    pub fn struct_(&mut self, literal: &ExprStruct) -> Term {
        let expr = Expr::Struct(literal.clone());
        if !self.facts.taint.flows(&expr) {
            return self.opaque(&expr);
        }
        let span = literal.span();
        let mut fields = Vec::new();
        for field in &literal.fields {
            if let Some(owner) = literal.path.segments.last() {
                self.want(&owner.ident.to_string(), &field.member.to_token_stream().to_string());
            }
            let term = self.expr(&field.expr);
            fields.push((field.member.clone(), self.value(term, field.span())));
        }
        self.expected = None;
        let path = self.written_out(&literal.path);
        match &literal.rest {
            None => {
                let ty = named(&path);
                let init = Init::Struct { path: Box::new(path), fields };
                Term::Place(self.declare("value", ty, true, init, span))
            }
            Some(rest) => self.updated(&path, rest, fields, span),
        }
    }

    /// `Meters(x)`: a tuple struct or a variant, written with the numbers of its fields.
    pub fn tuple_struct(&mut self, path: &Path, call: &ExprCall) -> Term {
        let mut fields = Vec::new();
        let owner = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        for (index, argument) in call.args.iter().enumerate() {
            self.want(&owner, &index.to_string());
            let term = self.expr(argument);
            fields.push((super::opaque::member(index, argument.span()), self.value(term, argument.span())));
        }
        self.expected = None;
        let path = self.written_out(path);
        let ty = named(&path);
        let init = Init::Struct { path: Box::new(path), fields };
        Term::Place(self.declare("value", ty, true, init, call.span()))
    }

    /// Struct update: a copy of the rest, whose fields are then overwritten.
    fn updated(&mut self, path: &Path, rest: &Expr, fields: Vec<(syn::Member, V)>, span: Span) -> Term {
        let ty = named(path);
        let term = match rest {
            // Here nothing says of what type it is.
            Expr::Call(call) if is_default(&call.func) => {
                self.opaque(&syn::parse_quote!(<#path as ::core::default::Default>::default()))
            }
            rest => self.expr(rest),
        };
        let from = self.spill(term, "rest", span);
        let varied = self.is_varied_place(&from) || fields.iter().any(|(_, v)| self.is_varied(*v));
        let place = self.declare("value", ty, varied, Init::Copy { from, how: CopyHow::Plain }, span);
        for (member, v) in fields {
            self.set(place.then(Projection::Field(member)), v);
        }
        Term::Place(place)
    }

    /// `array::from_fn(|i| …)`: the closure is inlined into a loop that fills the array.
    pub fn array_from_fn(&mut self, function: &Expr, path: &Path, span: Span) -> Term {
        let len = path.segments.last().and_then(|last| match &last.arguments {
            syn::PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().nth(1).map(ToTokens::to_token_stream)
            }
            _ => None,
        });
        let around = self.expected.clone();
        let expected = around.clone().or_else(|| self.returned.clone());
        let (element, len) = match (len, expected) {
            (None, Some(Ty::Array(element, len))) => (Some(*element), len),
            (Some(len), _) => (None, len),
            _ => return self.not_yet(span, "`array::from_fn` without a written type"),
        };
        // What isn't known of an element isn't known of the elements of that.
        let known = |ty: &Ty| !matches!(ty, Ty::Unknown);
        let element = element.filter(known);
        self.expected = Some(element.clone().unwrap_or(Ty::Unknown));
        let array = self.array_of(&len, element, span, &mut |lower, index| {
            lower.apply(function, vec![Term::Value(index)])
        });
        self.expected = around;
        array
    }

    /// `slice.try_into().unwrap()`, where an array of numbers is wanted: its elements, if there are so many.
    pub fn array_of_slice(&mut self, call: &ExprMethodCall) -> Option<Term> {
        let Expr::MethodCall(turned) = super::stmt::strip(&call.receiver) else { return None };
        let unwraps = call.method == "unwrap" || call.method == "expect";
        let Some(Ty::Array(element, len)) = self.expected.clone() else { return None };
        let known = unwraps && turned.method == "try_into" && turned.args.is_empty() && element.is_float();
        (known && self.carries(&turned.receiver)).then_some(())?;
        let span = call.span();
        let term = self.expr(&turned.receiver);
        let from = self.spill(term, "t", span);
        let (own, wanted) =
            (self.len_of(&from, span), self.literal(super::opaque::parsed(len.clone()), Ty::Int, span));
        self.are_equal(own, wanted, "the slice has another length than the array", span);
        Some(self.array_of(&len, Some(*element), span, &mut |lower, index| {
            Term::Value(lower.load(from.then(Projection::Index(index)), span))
        }))
    }

    /// An array whose elements `each` gives: by a loop, or one after the other where their type isn't known.
    fn array_of(
        &mut self,
        len: &proc_macro2::TokenStream,
        element: Option<Ty>,
        span: Span,
        each: &mut dyn FnMut(&mut Self, V) -> Term,
    ) -> Term {
        let built = self.built(Built::Array(len), element, span, &mut |lower, place| {
            lower.count_to(len, span, &mut |lower, index| {
                let term = each(lower, index);
                lower.put_element(place, index, term, span)
            })
        });
        if let Some(term) = built {
            return term;
        }
        let Some(count) = len.to_string().parse().ok().filter(|count| *count <= MOST_WRITTEN_OUT) else {
            return self.unknown_elements(span);
        };
        let values = (0..count).map(|index| {
            let index = self.integer(index, span);
            let term = each(self, index);
            let term = self.owned(term, span);
            self.value(term, span)
        });
        let values: Vec<V> = values.collect();
        self.array_from(values, span)
    }

    pub fn unknown_elements(&mut self, span: Span) -> Term {
        self.not_yet(span, "an array or a vector whose elements have a type that isn't known")
    }

    /// A loop over `0..len`; what the body last gave.
    fn count_to(
        &mut self,
        len: &proc_macro2::TokenStream,
        span: Span,
        body: &mut dyn FnMut(&mut Self, V) -> Ty,
    ) -> Ty {
        let start = self.integer(0, span);
        let end = self.literal(super::opaque::parsed(len.clone()), Ty::Int, span);
        let range =
            crate::ir::Range { start, end, inclusive: false, adapters: Vec::new(), trip: Some(len.clone()) };
        let mut ty = Ty::Unknown;
        self.count_up(range, std::collections::BTreeSet::new(), span, &mut |lower, index| {
            ty = body(lower, index);
        });
        ty
    }

    /// Stores an element of something under construction; its type.
    pub fn put_element(&mut self, place: &Place, index: V, term: Term, span: Span) -> Ty {
        let term = self.owned(term, span);
        let v = self.value(term, span);
        let known = self.place_ty(&place.then(Projection::Index(index)));
        self.learn(v, &known);
        self.store(place.then(Projection::Index(index)), crate::ir::StoreHow::Set, v);
        self.ty(v)
    }

    /// An array or vector that `fill` stores the elements of. It's declared with zeros; where their type doesn't become known, all is undone.
    pub fn built(
        &mut self,
        built: Built<'_>,
        element: Option<Ty>,
        span: Span,
        fill: &mut dyn FnMut(&mut Self, &Place) -> Ty,
    ) -> Option<Term> {
        let unknown = Ty::Unknown;
        let var = self.new_var("array", built.ty(element.unwrap_or(unknown)), true, span);
        self.fresh.insert(var);
        let place = Place::whole(var);
        let (start, before) = (self.stmts.len(), self.env.clone());
        let found = fill(self, &place);
        let known = super::floats::merge(&self.place_ty(&place).element(), &found);
        self.body.vars[var.0 as usize].ty = built.ty(known.clone());
        let (mut stmts, value) = self.in_block(|lower| lower.zero(&known, span));
        let Some(value) = value else {
            self.stmts.truncate(start);
            self.env = before;
            return None;
        };
        let init = match built {
            Built::Array(len) => {
                let len = Opaque {
                    expr: Box::new(super::opaque::parsed(len.clone())),
                    uses: Vec::new(),
                    cheap: true,
                };
                Init::Fill { value, len, vec: false }
            }
            Built::Vec(len) => {
                let name = syn::Ident::new("len", span);
                let expr: Expr = syn::parse_quote!(#name);
                let uses = vec![(name, crate::ir::Binding::Value(len))];
                Init::Fill { value, len: Opaque { expr: Box::new(expr), uses, cheap: true }, vec: true }
            }
        };
        stmts.push(Stmt::Declare { var, init });
        self.stmts.splice(start..start, stmts);
        Some(Term::Place(place))
    }

    /// A value of a type, whatever it is.
    fn zero(&mut self, ty: &Ty, span: Span) -> Option<V> {
        match ty {
            Ty::Float(_) => Some(self.bind("t", ty.clone(), Op::Number(0.0), span)),
            Ty::Int => Some(self.integer(0, span)),
            Ty::Bool => Some(self.boolean(false, span)),
            Ty::Array(element, len) => {
                let value = self.zero(element, span)?;
                let len_of = Opaque {
                    expr: Box::new(super::opaque::parsed(len.clone())),
                    uses: Vec::new(),
                    cheap: true,
                };
                let init = Init::Fill { value, len: len_of, vec: false };
                let place = self.declare("zeros", ty.clone(), false, init, span);
                Some(self.load(place, span))
            }
            Ty::Tuple(elements) => {
                let mut values = Vec::new();
                for element in elements {
                    values.push(Term::Value(self.zero(element, span)?));
                }
                let place = self.spill(Term::Tuple(values), "zeros", span);
                Some(self.load(place, span))
            }
            _ => None,
        }
    }

    /// `array.map(f)`
    pub fn array_map(
        &mut self,
        from: &Place,
        len: &proc_macro2::TokenStream,
        function: &Expr,
        span: Span,
    ) -> Term {
        self.array_of(len, None, span, &mut |lower, index| {
            let element = Term::Place(from.then(Projection::Index(index)));
            let element = lower.owned(element, span);
            lower.apply(function, vec![element])
        })
    }
}

/// Whether a function is `Default::default`, of a type that isn't written.
fn is_default(function: &Expr) -> bool {
    matches!(function, Expr::Path(path) if path.qself.is_none() && {
        let names: Vec<String> = path.path.segments.iter().map(|one| one.ident.to_string()).collect();
        names.ends_with(&["Default".to_owned(), "default".to_owned()])
    })
}

/// Whether an expression makes a vector.
fn is_owner(expr: &Expr) -> bool {
    match super::stmt::strip(expr) {
        Expr::Macro(mac) => mac.mac.path.is_ident("vec"),
        Expr::Call(call) => {
            matches!(&*call.func, Expr::Path(path) if path.path.segments.iter().any(|one| one.ident == "Vec"))
        }
        _ => false,
    }
}

/// What is built element by element.
#[derive(Clone, Copy)]
pub enum Built<'l> {
    /// An array of this length.
    Array(&'l proc_macro2::TokenStream),
    /// A vector with as many elements.
    Vec(V),
}

impl Built<'_> {
    fn ty(&self, element: Ty) -> Ty {
        match self {
            Self::Array(len) => Ty::Array(Box::new(element), (*len).clone()),
            Self::Vec(_) => Ty::Vec(Box::new(element)),
        }
    }
}

/// Whether a path in the place of a function is that of a tuple struct or a variant.
pub fn is_constructor(path: &Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident.to_string().starts_with(char::is_uppercase))
}

/// The type that a constructor makes: of `Shape::Circle`, `Shape`.
fn named(path: &Path) -> Ty {
    let mut path = path.clone();
    let count = path.segments.len();
    let variant = count >= 2 && path.segments[count - 2].ident.to_string().starts_with(char::is_uppercase);
    if variant {
        path.segments.pop();
        path.segments.pop_punct();
    }
    Ty::Named(Box::new(syn::Type::Path(syn::TypePath { attrs: Vec::new(), qself: None, path })))
}
