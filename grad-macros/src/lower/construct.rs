//! Arrays, vectors and structs.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Expr, ExprArray, ExprCall, ExprRepeat, ExprStruct, Macro, Path};

use super::{Lower, Term};
use crate::ir::{CopyHow, Init, M, Opaque, Place, Projection, Stmt, Ty, V};

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

    fn elements<'e>(
        &mut self,
        elements: impl ExactSizeIterator<Item = &'e Expr>,
        vec: bool,
        span: Span,
    ) -> Term {
        let count = elements.len();
        let mut values = Vec::new();
        for element in elements {
            let term = self.expr(element);
            if matches!(term, Term::Poison | Term::Never) {
                return term;
            }
            values.push(self.value(term, element.span()));
        }
        let element = if values.is_empty() { Ty::Unknown } else { self.common(&values) };
        let varied = values.iter().any(|v| self.is_varied(*v));
        let len = proc_macro2::Literal::usize_unsuffixed(count).to_token_stream();
        let array = Ty::Array(Box::new(element.clone()), len);
        let place = self.declare("array", array, varied, Init::Elements(values), span);
        if vec { self.to_vec(place, span) } else { Term::Place(place) }
    }

    /// `[value; len]`
    pub fn repeated(&mut self, repeat: &ExprRepeat) -> Term {
        self.fill(&repeat.expr, &repeat.len, false, repeat.span())
    }

    fn fill(&mut self, value: &Expr, len: &Expr, vec: bool, span: Span) -> Term {
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
        let ty = Ty::Vec(Box::new(self.floats.fresh()));
        Term::Place(self.declare("vec", ty, false, Init::Opaque(opaque), call.span()))
    }

    pub fn vec_from(&mut self, argument: &Expr, span: Span) -> Term {
        let term = self.expr(argument);
        let place = self.spill(term, "t", span);
        self.to_vec(place, span)
    }

    /// A `Vec` with the elements of a place.
    pub fn to_vec(&mut self, from: Place, span: Span) -> Term {
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
            let term = self.expr(&field.expr);
            fields.push((field.member.clone(), self.value(term, field.span())));
        }
        let ty = named(&literal.path);
        match &literal.rest {
            None => {
                let init = Init::Struct { path: Box::new(literal.path.clone()), fields };
                Term::Place(self.declare("value", ty, true, init, span))
            }
            Some(rest) => self.updated(rest, fields, ty, span),
        }
    }

    /// Struct update: a copy of the rest, whose fields are then overwritten.
    fn updated(&mut self, rest: &Expr, fields: Vec<(syn::Member, V)>, ty: Ty, span: Span) -> Term {
        let term = self.expr(rest);
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
        let _ = (function, len);
        self.not_yet(span, "`array::from_fn`")
    }

    /// Whether a variable is a temporary of the lowering's.
    pub fn is_temporary(&self, var: M) -> bool {
        self.fresh.contains(&var)
    }

    /// Constant code as the length of something.
    pub fn length(&mut self, expr: &Expr) -> Opaque {
        self.opaque_of(expr)
    }
}

/// The type with this path.
fn named(path: &Path) -> Ty {
    let path = path.clone();
    Ty::Named(Box::new(syn::parse_quote!(#path)))
}
