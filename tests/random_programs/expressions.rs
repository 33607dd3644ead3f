//! Expressions and conditions of the random programs.

use crate::ast::{Condition, Expression};
use crate::generate::Writer;

impl Writer<'_> {
    /// A value that is read: never a literal, whose type might stay open.
    pub fn operand(&mut self) -> Expression {
        match self.variable(|_| true) {
            Some(v) => Expression::Read(self.place(&v)),
            None => Expression::Method("sin", Box::new(Expression::Number(0.5))),
        }
    }

    /// Between -1 and 1 mostly, so that loops don't overflow.
    pub fn bounded(&mut self) -> Expression {
        let inner = self.expression(2);
        match self.chance.below(4) {
            0 => Expression::Method("sin", Box::new(inner)),
            1 => Expression::Method("tanh", Box::new(inner)),
            2 => binary("*", Expression::Number(0.5), inner),
            _ => inner,
        }
    }

    pub fn expression(&mut self, depth: usize) -> Expression {
        if depth == 0 {
            return self.operand();
        }
        match self.chance.below(16) {
            0..=1 => self.operand(),
            2..=4 => self.with_a_constant(depth),
            5..=8 => {
                let operator = *self.chance.pick(&["+", "-", "*", "*"]);
                binary(operator, self.expression(depth - 1), self.expression(depth - 1))
            }
            9 => {
                // A divisor of at least one half.
                let square = Expression::Power(Box::new(self.operand()), 2);
                binary("/", self.expression(depth - 1), binary("+", square, Expression::Number(0.5)))
            }
            10..=12 => self.method(depth),
            13 => Expression::Choice(
                Box::new(self.condition(1)),
                Box::new(self.expression(depth - 1)),
                Box::new(self.expression(depth - 1)),
            ),
            14 => Expression::Negated(Box::new(self.operand())),
            _ => self.called(depth),
        }
    }

    fn with_a_constant(&mut self, depth: usize) -> Expression {
        let constant = match self.loops.last() {
            Some((Some(counter), _)) if self.chance.one_in(3) => Expression::Counter(counter.clone()),
            _ => Expression::Number(*self.chance.pick(&[0.5, 2.0, -1.5, 0.25, 1.0, 3.0, -0.75])),
        };
        let other = self.expression(depth - 1);
        match self.chance.below(4) {
            0 => binary("+", other, constant),
            1 => binary("-", constant, other),
            2 => binary("*", constant, other),
            _ => binary("*", other, constant),
        }
    }

    fn method(&mut self, depth: usize) -> Expression {
        let inner = Box::new(self.expression(depth - 1));
        match self.chance.below(9) {
            0..=3 => Expression::Method(*self.chance.pick(&["sin", "cos", "tanh", "atan", "abs"]), inner),
            4 => Expression::Method("exp", Box::new(Expression::Method("sin", inner))),
            5 => {
                let square = binary("+", Expression::Power(inner, 2), Expression::Number(1.0));
                Expression::Method(*self.chance.pick(&["sqrt", "recip", "ln_1p"]), Box::new(square))
            }
            6 => Expression::Power(inner, *self.chance.pick(&[2, 3, 1, 0])),
            7 => Expression::Method2(*self.chance.pick(&["max", "min"]), inner, Box::new(self.operand())),
            _ => {
                let away =
                    binary("+", Expression::Method("abs", Box::new(self.operand())), Expression::Number(0.5));
                Expression::Method2(*self.chance.pick(&["hypot", "atan2"]), inner, Box::new(away))
            }
        }
    }

    fn called(&mut self, depth: usize) -> Expression {
        let call = match self.known_function(|f| f.result.len() == 1) {
            Some(function) => self.call(&function),
            None => None,
        };
        call.map_or_else(|| self.method(depth), Expression::Called)
    }

    pub fn condition(&mut self, depth: usize) -> Condition {
        let kind = if depth == 0 { self.chance.below(4) } else { self.chance.below(8) };
        match (kind, self.loops.last().cloned()) {
            (3, Some((Some(counter), _))) => Condition::Even(counter),
            (4, _) => {
                Condition::Both(Box::new(self.condition(depth - 1)), Box::new(self.condition(depth - 1)))
            }
            (5, _) => {
                Condition::Either(Box::new(self.condition(depth - 1)), Box::new(self.condition(depth - 1)))
            }
            (6, _) => Condition::Not(Box::new(self.condition(depth - 1))),
            _ => {
                let operator = *self.chance.pick(&["<", ">", "<=", ">="]);
                let right = if self.chance.one_in(2) { Expression::Number(0.5) } else { self.operand() };
                Condition::Compared(operator, self.operand(), right)
            }
        }
    }
}

/// `a operator b`.
pub fn binary(operator: &'static str, a: Expression, b: Expression) -> Expression {
    Expression::Binary(operator, Box::new(a), Box::new(b))
}
