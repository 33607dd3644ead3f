//! From operations to the terms of the equations, and back.

use super::rewrite::{self, Operand, Simpler, Term};
use super::walk::Walk;
use crate::ir::{Float, Op, Prim, Stmt, Ty, V};

/// How often an equation may be followed by another one.
const MAX_STEPS: usize = 16;

impl Walk<'_> {
    /// A number of ours, or a literal of the user's, of a float type.
    pub fn number(&self, v: V) -> Option<f64> {
        match self.ops.get(&v)? {
            Op::Number(number) => Some(*number),
            Op::Literal(expr) if self.body.value(v).ty.is_float() => literal(expr),
            _ => None,
        }
    }

    /// The integer that a literal exponent is.
    fn integer(&self, v: V) -> Option<f64> {
        match self.ops.get(&v)? {
            Op::Literal(expr) => integer(expr),
            _ => None,
        }
    }

    pub fn operand(&self, v: V) -> Operand {
        let ours = self.is_ours(v);
        let term = match (self.number(v), self.ops.get(&v)) {
            (Some(number), _) => Term::Number(number),
            (None, Some(Op::Prim(Prim::Div, operands))) => match operands[..] {
                [one, x] if self.number(one) == Some(1.0) => Term::Inverse(x),
                [x, y] if ours => Term::Quotient(x, y),
                _ => Term::Other,
            },
            (None, Some(Op::Prim(prim, operands))) if ours => match (prim, &operands[..]) {
                (Prim::Neg, [x]) => Term::Neg(*x),
                (Prim::Mul, [p, x]) => self.number(*p).map_or(Term::Other, |p| Term::Scaled(p, *x)),
                (Prim::Add, [x, y]) => Term::Sum(*x, *y),
                (Prim::Sub, [x, y]) => Term::Difference(*x, *y),
                _ => Term::Other,
            },
            _ => Term::Other,
        };
        Operand { v, term, once: self.uses.get(&v).copied().unwrap_or(0) <= 1 }
    }

    /// What one of the equations makes of an operation of ours.
    pub fn simpler(&self, value: V, op: &Op) -> Option<Simpler> {
        if !self.is_ours(value) {
            return None;
        }
        match op {
            Op::Prim(prim, operands) if self.body.value(value).ty.is_float() => {
                self.equation(*prim, operands)
            }
            // c || false = c, where the false is "this literal isn't a number".
            Op::Prim(Prim::Or, operands) => match operands[..] {
                [c, test] if self.is_number_test(test) => Some(Simpler::Value(c)),
                _ => None,
            },
            Op::TangentSum(a, b) => match (self.ops.get(a), self.ops.get(b)) {
                (Some(Op::ZeroTangent(_)), _) => Some(Simpler::Value(*b)),
                (_, Some(Op::ZeroTangent(_))) => Some(Simpler::Value(*a)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the value is `number.is_nan()`, for a number.
    fn is_number_test(&self, test: V) -> bool {
        match self.ops.get(&test) {
            Some(Op::Prim(Prim::IsNan, operands)) => {
                operands.first().and_then(|v| self.number(*v)).is_some_and(|number| !number.is_nan())
            }
            _ => false,
        }
    }

    pub fn equation(&self, prim: Prim, operands: &[V]) -> Option<Simpler> {
        match *operands {
            [a] => rewrite::unary(prim, self.operand(a)),
            [x, n] if prim == Prim::PowiPartial => {
                let term = Term::Number(self.integer(n)?);
                rewrite::binary(
                    prim,
                    Operand { v: x, term: Term::Other, once: false },
                    Operand { v: n, term, once: false },
                )
            }
            [a, b] => rewrite::binary(prim, self.operand(a), self.operand(b)),
            [_, a, b] if prim == Prim::Select && a == b => Some(Simpler::Value(a)),
            _ => None,
        }
    }

    /// Writes the right side of an equation: a value that is there already, or the operation that is left to be bound.
    pub fn built(&mut self, simpler: Simpler, ty: &Ty, out: &mut Vec<Stmt>, steps: usize) -> Result<V, Op> {
        let (prim, operands) = match simpler {
            Simpler::Value(v) => return Ok(v),
            Simpler::Number(number) => return Err(Op::Number(rounded(number, ty))),
            Simpler::Power(x, exponent) => (Prim::Powi, vec![x, self.exponent(exponent, out)]),
            Simpler::Neg(a) => (Prim::Neg, vec![self.bound(*a, ty, out, steps)]),
            Simpler::Prim(prim, a, b) => {
                (prim, vec![self.bound(*a, ty, out, steps), self.bound(*b, ty, out, steps)])
            }
        };
        if steps < MAX_STEPS
            && let Some(simpler) = self.equation(prim, &operands)
        {
            return self.built(simpler, ty, out, steps + 1);
        }
        Err(Op::Prim(prim, operands))
    }

    pub fn bound(&mut self, simpler: Simpler, ty: &Ty, out: &mut Vec<Stmt>, steps: usize) -> V {
        let op = match self.built(simpler, ty, out, steps + 1) {
            Ok(v) => return v,
            Err(op) => op,
        };
        let value = self.body.new_value("t", ty.clone(), proc_macro2::Span::call_site());
        if let Some(known) = self.computed_before(value, &op) {
            return known;
        }
        self.remember(value, &op);
        out.push(Stmt::Let { value, op });
        value
    }

    fn exponent(&mut self, exponent: i32, out: &mut Vec<Stmt>) -> V {
        let value = self.body.new_value("t", Ty::Int, proc_macro2::Span::call_site());
        let literal = proc_macro2::Literal::i32_unsuffixed(exponent.abs());
        let expr: syn::Expr =
            if exponent < 0 { syn::parse_quote!(-#literal) } else { syn::parse_quote!(#literal) };
        let op = Op::Literal(Box::new(expr));
        self.remember(value, &op);
        out.push(Stmt::Let { value, op });
        value
    }
}

/// A number in the precision of the type.
fn rounded(number: f64, ty: &Ty) -> f64 {
    #[allow(clippy::cast_possible_truncation, reason = "rounding is what is meant")]
    let single = number as f32;
    if matches!(ty, Ty::Float(Float::F32)) { f64::from(single) } else { number }
}

/// The number that a float literal is.
fn literal(expr: &syn::Expr) -> Option<f64> {
    match expr {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Float(float) => float.base10_parse().ok(),
            _ => None,
        },
        syn::Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => {
            literal(&unary.expr).map(|number| -number)
        }
        syn::Expr::Group(group) => literal(&group.expr),
        syn::Expr::Paren(group) => literal(&group.expr),
        _ => None,
    }
}

fn integer(expr: &syn::Expr) -> Option<f64> {
    match expr {
        syn::Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Int(int) => int.base10_parse::<i32>().ok().map(f64::from),
            _ => None,
        },
        syn::Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => {
            integer(&unary.expr).map(|number| -number)
        }
        syn::Expr::Group(group) => integer(&group.expr),
        syn::Expr::Paren(group) => integer(&group.expr),
        _ => None,
    }
}
