//! Methods that change a matrix element by element: loops over its elements, like those with closures.

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::{Expr, ExprMethodCall};

use super::super::stmt::strip;
use super::super::{Lower, Term};
use super::view;
use crate::ir::{Algebra, Place, Prim, Projection, Range, Ty, V};

impl Lower<'_> {
    /// `m.scale_mut(x)`, `a.component_mul_assign(&b)`, `m.fill_diagonal(x)` and their like, of what is known to be a matrix.
    pub(super) fn changed_in_place(
        &mut self,
        place: &Place,
        name: &str,
        call: &ExprMethodCall,
    ) -> Option<Term> {
        if !matches!(self.place_ty(place), Ty::Algebra(Algebra::Matrix, ..)) {
            return None;
        }
        let span = call.span();
        let arguments: Vec<&Expr> = call.args.iter().collect();
        match (name, &arguments[..]) {
            ("scale_mut", [factor]) => self.by_number(place, Prim::Mul, factor, span),
            ("unscale_mut", [divisor]) => self.by_number(place, Prim::Div, divisor, span),
            ("add_scalar_mut", [summand]) => self.by_number(place, Prim::Add, summand, span),
            ("component_mul_assign", [other]) => self.by_matrix(place, Prim::Mul, other, span),
            ("component_div_assign", [other]) => self.by_matrix(place, Prim::Div, other, span),
            ("axpy", [factor, other, share]) => self.axpy(place, [factor, other, share], span)?,
            ("fill_row" | "fill_column", [at, value]) => {
                let line = if name == "fill_row" { "row" } else { "column" };
                let at = self.index_argument(at);
                let line = view(syn::Ident::new(line, call.method.span()), None, vec![at]);
                return Some(self.filled(&place.then(line), value, span));
            }
            ("fill_diagonal", [value]) => self.fill_diagonal(place, value, span),
            ("set_diagonal", [values]) => {
                let values = self.operand_place(values, span);
                let [count, rows, columns] = [
                    self.extent(&values, "len", span),
                    self.extent(place, "nrows", span),
                    self.extent(place, "ncols", span),
                ];
                if !matches!(self.place_ty(place), Ty::Algebra(_, _, Some(_))) {
                    let diagonal = self.integers("a.min(b)", &[rows.end, columns.end], span);
                    self.are_equal(diagonal, count.end, "the diagonal has another length", span);
                }
                self.each_of_diagonal(place, span, &mut |lower, index, at| {
                    let value = lower.load(values.then(Projection::Index(index)), span);
                    lower.set(place.then(at), value);
                });
            }
            _ => return None,
        }
        Some(Term::Unit)
    }

    /// The same number all along the diagonal.
    pub(super) fn fill_diagonal(&mut self, place: &Place, value: &Expr, span: Span) {
        let term = self.expr(value);
        let value = self.value(term, span);
        self.each_of_diagonal(place, span, &mut |lower, _, at| lower.set(place.then(at), value));
    }

    /// Each element and the same number.
    fn by_number(&mut self, place: &Place, prim: Prim, number: &Expr, span: Span) {
        let term = self.expr(number);
        let number = self.value(term, span);
        self.each_with(place, prim, span, &mut |_, _| number);
    }

    /// Each element and that at the same place of another matrix.
    fn by_matrix(&mut self, place: &Place, prim: Prim, other: &Expr, span: Span) {
        let other = self.operand_place(other, span);
        self.have_one_shape(place, std::slice::from_ref(&other), span);
        self.each_with(place, prim, span, &mut |lower, at| {
            lower.load(other.then(Projection::Index(at)), span)
        });
    }

    /// `y.axpy(a, &x, b)`: `a * x + b * y`, where `b` is written as a number. Of zero `y` isn't read, which shows in the sign of a zero.
    fn axpy(&mut self, place: &Place, [factor, other, share]: [&Expr; 3], span: Span) -> Option<()> {
        let Expr::Lit(syn::ExprLit { lit: syn::Lit::Float(literal), .. }) = strip(share) else { return None };
        let is_read = literal.base10_parse::<f64>().ok()? != 0.0;
        let factor = self.expr(factor);
        let factor = self.value(factor, span);
        let other = self.operand_place(other, span);
        self.have_one_shape(place, std::slice::from_ref(&other), span);
        let share = self.expr(share);
        let share = self.value(share, span);
        self.for_each_index(place, span, &mut |lower, at| {
            let element = place.then(Projection::Index(at));
            let ty = lower.place_ty(&element);
            let number = lower.load(other.then(Projection::Index(at)), span);
            let mut sum = lower.product(&ty, factor, number, span);
            if is_read {
                let before = lower.load(element.clone(), span);
                let before = lower.product(&ty, share, before, span);
                sum = lower.primitive(Prim::Add, vec![sum, before], span);
            }
            lower.set(element, sum);
        });
        Some(())
    }

    fn product(&mut self, ty: &Ty, a: V, b: V, span: Span) -> V {
        let values = vec![a, b];
        self.learn_all(Prim::Mul, &values, ty);
        self.primitive(Prim::Mul, values, span)
    }

    fn each_with(
        &mut self,
        place: &Place,
        prim: Prim,
        span: Span,
        operand: &mut dyn FnMut(&mut Self, V) -> V,
    ) {
        self.for_each_index(place, span, &mut |lower, at| {
            let element = place.then(Projection::Index(at));
            let number = lower.load(element.clone(), span);
            let values = vec![number, operand(lower, at)];
            let ty = lower.ty(number);
            lower.learn_all(prim, &values, &ty);
            let result = lower.primitive(prim, values, span);
            lower.set(element, result);
        });
    }

    /// A loop over the diagonal, with the number of the row and the place of the element.
    fn each_of_diagonal(
        &mut self,
        place: &Place,
        span: Span,
        body: &mut dyn FnMut(&mut Self, V, Projection),
    ) {
        let rows = self.extent(place, "nrows", span);
        let columns = self.extent(place, "ncols", span);
        let end = self.integers("a.min(b)", &[rows.end, columns.end], span);
        let range = Range { end, ..rows };
        self.count_up(range, std::collections::BTreeSet::new(), span, &mut |lower, index| {
            let at = lower.tuple_of(&[index, index], span);
            body(lower, index, Projection::Index(at));
        });
    }
}
