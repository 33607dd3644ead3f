//! Methods that take a closure: its body is inlined into a loop over the elements.

use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

use super::super::iter::Chain;
use super::super::opaque::{parsed, written};
use super::super::{Lower, Term};
use crate::ir::{Init, Op, Opaque, Place, Projection, Range, Ty, V};

/// What a closure gets at a row and a column, which are a tuple as well.
type Arguments<'r, 'a> = &'r mut dyn FnMut(&mut Lower<'a>, [Term; 2], V) -> Vec<Term>;

/// Whether a method goes through the elements with a function of the user's.
pub fn has_elements(method: &str) -> bool {
    matches!(method, "map" | "zip_map" | "zip_zip_map" | "map_with_location" | "fold" | "apply" | "zip_apply")
}

impl<'a> Lower<'a> {
    /// `m.map(|x| ..)`, `a.zip_map(&b, |x, y| ..)`, `m.fold(0.0, |acc, x| ..)`, `m.apply(|x| ..)`.
    pub(super) fn elementwise(&mut self, place: &Place, name: &str, call: &ExprMethodCall) -> Option<Term> {
        let span = call.span();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        Some(match (name, &arguments[..]) {
            ("map", [function]) => self.mapped_matrix(place, &[], function, span),
            ("zip_map", [other, function]) => {
                let others = [self.operand_place(other, span)];
                self.have_one_shape(place, &others, span);
                self.mapped_matrix(place, &others, function, span)
            }
            ("zip_zip_map", [b, c, function]) => {
                let others = [self.operand_place(b, span), self.operand_place(c, span)];
                self.have_one_shape(place, &others, span);
                self.mapped_matrix(place, &others, function, span)
            }
            ("map_with_location", [function]) => self.mapped_by_location(place, function, span),
            ("fold", [init, function]) => {
                let first = self.argument_term(init);
                let chain = Self::elements_of(&Term::Place(place.clone()), &call.receiver)?;
                self.fold(&chain, first, function, span)
            }
            ("apply", [function]) => {
                let term = Term::Ref { place: place.clone(), mutable: true };
                let chain = Self::elements_of(&term, &call.receiver)?;
                self.for_each(&chain, function, span)
            }
            ("zip_apply", [other, function]) => {
                let other = self.operand_place(other, span);
                self.have_one_shape(place, std::slice::from_ref(&other), span);
                self.applied_with(place, &other, function, span);
                Term::Unit
            }
            ("fill", [value]) => self.filled(place, value, span),
            _ => return None,
        })
    }

    pub(super) fn operand_place(&mut self, operand: &Expr, span: Span) -> Place {
        let term = self.expr(operand);
        self.spill(term, "t", span)
    }

    /// A constant with the shape of a matrix, every element of which is then overwritten.
    fn shaped_like(&mut self, place: &Place, span: Span) -> Place {
        let (tokens, uses) = written(place, span);
        let opaque = Opaque { expr: Box::new(parsed(quote!(#tokens.clone_owned()))), uses, cheap: false };
        let ty = self.place_ty(place);
        self.declare("mapped", ty, true, Init::Opaque(opaque), span)
    }

    /// An element: a number is read.
    fn number_at(&mut self, place: &Place, at: V, span: Span) -> Term {
        Term::Value(self.load(place.then(Projection::Index(at)), span))
    }

    fn mapped_matrix(&mut self, place: &Place, others: &[Place], function: &Expr, span: Span) -> Term {
        let mapped = self.shaped_like(place, span);
        self.for_each_number(place, function, span, &mut |lower, at| {
            let mut numbers = vec![lower.number_at(place, at, span)];
            numbers.extend(others.iter().map(|other| lower.number_at(other, at, span)));
            let term = lower.apply(function, numbers);
            lower.put_element(&mapped, at, term, span);
        });
        Term::Place(mapped)
    }

    /// `m.map_with_location(|i, j, x| ..)`
    fn mapped_by_location(&mut self, place: &Place, function: &Expr, span: Span) -> Term {
        let mapped = self.shaped_like(place, span);
        self.for_each_location(&mapped, function, span, &mut |lower, [row, column], at| {
            let number = lower.number_at(place, at, span);
            vec![row, column, number]
        });
        Term::Place(mapped)
    }

    /// A loop over the linear indices of a matrix, with the names that a closure assigns.
    pub(super) fn for_each_number(
        &mut self,
        place: &Place,
        function: &Expr,
        span: Span,
        body: &mut dyn FnMut(&mut Self, V),
    ) {
        let mut assigned = std::collections::BTreeSet::new();
        self.assigned_in(function, &mut assigned);
        let (start, end) = (self.integer(0, span), self.len_of(place, span));
        let trip = match self.place_ty(place) {
            Ty::Algebra(_, _, len) => len,
            _ => None,
        };
        let range = Range { start, end, inclusive: false, adapters: Vec::new(), trip };
        self.count_up(range, assigned, span, body);
    }

    /// A loop over columns and, in it, rows, that stores what the function gives for the arguments that are made of them.
    pub(super) fn for_each_location(
        &mut self,
        target: &Place,
        function: &Expr,
        span: Span,
        arguments: Arguments<'_, 'a>,
    ) {
        let mut assigned = std::collections::BTreeSet::new();
        self.assigned_in(function, &mut assigned);
        let inner = assigned.clone();
        let range = self.extent(target, "ncols", span);
        self.count_up(range, assigned, span, &mut |lower, column| {
            let range = lower.extent(target, "nrows", span);
            lower.count_up(range, inner.clone(), span, &mut |lower, row| {
                let at = lower.tuple_of(&[row, column], span);
                let arguments = arguments(lower, [Term::Value(row), Term::Value(column)], at);
                let term = lower.apply(function, arguments);
                lower.put_element(target, at, term, span);
            });
        });
    }

    /// From zero to the number of rows or columns.
    pub(super) fn extent(&mut self, place: &Place, method: &str, span: Span) -> Range {
        let (tokens, uses) = written(place, span);
        let method = syn::Ident::new(method, span);
        let opaque = Opaque { expr: Box::new(parsed(quote!(#tokens.#method()))), uses, cheap: true };
        let end = self.bind("len", Ty::Int, Op::Opaque(opaque), span);
        let start = self.integer(0, span);
        Range { start, end, inclusive: false, adapters: Vec::new(), trip: None }
    }

    /// Matrices of different shapes are an error, as in the primal; static ones have one shape by their types.
    pub(super) fn have_one_shape(&mut self, place: &Place, others: &[Place], span: Span) {
        if matches!(self.place_ty(place), Ty::Algebra(_, _, Some(_))) {
            return;
        }
        for method in ["nrows", "ncols"] {
            let own = self.extent(place, method, span).end;
            for other in others {
                let its = self.extent(other, method, span).end;
                self.are_equal(own, its, "the shapes of the matrices differ", span);
            }
        }
    }

    fn for_each(&mut self, chain: &Chain, function: &Expr, span: Span) -> Term {
        let mut assigned = std::collections::BTreeSet::new();
        self.assigned_in(function, &mut assigned);
        self.run(chain, assigned, span, &mut |lower, term| {
            lower.apply(function, vec![term]);
        });
        Term::Unit
    }

    /// `a.zip_apply(&b, |x, y| ..)`
    fn applied_with(&mut self, place: &Place, other: &Place, function: &Expr, span: Span) {
        self.for_each_number(place, function, span, &mut |lower, at| {
            let target = Term::Ref { place: place.then(Projection::Index(at)), mutable: true };
            let number = lower.number_at(other, at, span);
            lower.apply(function, vec![target, number]);
        });
    }

    /// `m.fill(x)`
    pub(super) fn filled(&mut self, place: &Place, value: &Expr, span: Span) -> Term {
        let term = self.expr(value);
        let v = self.value(term, span);
        self.for_each_number(place, value, span, &mut |lower, at| {
            lower.set(place.then(Projection::Index(at)), v);
        });
        Term::Unit
    }
}
