//! A program as Rust source, over `f64` or over dual numbers.

use crate::ast::{
    Argument, Call, Condition, Expression, Function, Index, Parameter, Passing, Place, Range, Shape,
    Statement,
};
use std::fmt::Write;

/// The type that the source computes with.
#[derive(Clone, Copy, PartialEq)]
pub enum Number {
    Float,
    Dual,
}

/// All functions of a program, each with `attribute` before it.
pub fn program(functions: &[Function], attribute: &str, number: Number) -> String {
    let printer = Printer { number };
    let mut out = String::new();
    for function in functions {
        printer.function(&mut out, function, attribute);
    }
    out
}

struct Printer {
    number: Number,
}

impl Printer {
    fn name(&self) -> &'static str {
        match self.number {
            Number::Float => "f64",
            Number::Dual => "Dual",
        }
    }

    fn function(&self, out: &mut String, f: &Function, attribute: &str) {
        let parameters: Vec<String> = f.parameters.iter().map(|p| self.parameter(p)).collect();
        let result = match f.result.len() {
            0 => String::new(),
            1 => format!(" -> {}", self.name()),
            _ => format!(" -> ({0}, {0})", self.name()),
        };
        let _ = writeln!(out, "{attribute}pub fn {}({}){result} {{", f.name, parameters.join(", "));
        self.block(out, &f.body, 1);
        if !f.result.is_empty() {
            let _ = writeln!(out, "    {}", self.results(&f.result));
        }
        out.push_str("}\n\n");
    }

    fn parameter(&self, p: &Parameter) -> String {
        let number = self.name();
        let shape = match p.shape {
            Shape::Number => number.to_string(),
            Shape::Array(_) if p.passing == Passing::Slice => format!("[{number}]"),
            Shape::Array(n) => format!("[{number}; {n}]"),
        };
        match p.passing {
            Passing::Value => format!("mut {}: {shape}", p.name),
            Passing::Borrowed | Passing::Slice => format!("{}: &{shape}", p.name),
            Passing::InOut => format!("{}: &mut {shape}", p.name),
        }
    }

    fn results(&self, results: &[Expression]) -> String {
        match results {
            [] => String::new(),
            [one] => self.expression(one),
            many => format!("({})", many.iter().map(|e| self.expression(e)).collect::<Vec<_>>().join(", ")),
        }
    }

    fn block(&self, out: &mut String, statements: &[Statement], depth: usize) {
        for statement in statements {
            self.statement(out, statement, depth);
        }
    }

    fn statement(&self, out: &mut String, statement: &Statement, depth: usize) {
        let pad = "    ".repeat(depth);
        let line = match statement {
            Statement::If(..)
            | Statement::For { .. }
            | Statement::Each { .. }
            | Statement::While { .. }
            | Statement::Loop { .. } => return self.structure(out, statement, depth),
            Statement::EachMut { element, array, operator, value } => format!(
                "for {element} in {array}.iter_mut() {{\n{pad}    *{element} {operator} {};\n{pad}}}",
                self.expression(value)
            ),
            simple => self.simple(simple),
        };
        let _ = writeln!(out, "{pad}{line}");
    }

    fn simple(&self, statement: &Statement) -> String {
        let number = self.name();
        match statement {
            Statement::Let(name, e) => format!("let mut {name}: {number} = {};", self.expression(e)),
            Statement::LetArray(name, elements) => {
                let elements: Vec<String> = elements.iter().map(|e| self.expression(e)).collect();
                format!("let mut {name} = [{}];", elements.join(", "))
            }
            Statement::LetCopy(name, from) => format!("let mut {name} = {from};"),
            Statement::LetPair(a, b, call) => format!("let (mut {a}, mut {b}) = {};", self.call(call)),
            Statement::LetLate(name, c, a, b) => format!(
                "let mut {name}: {number}; if {} {{ {name} = {}; }} else {{ {name} = {}; }}",
                self.condition(c),
                self.expression(a),
                self.expression(b)
            ),
            Statement::Assign(place, operator, e) => {
                format!("{} {operator} {};", self.place(place), self.expression(e))
            }
            Statement::Swap(array, i, j) => format!("{array}.swap({}, {});", index(i), index(j)),
            Statement::Break(label) => jump("break", label.as_ref()),
            Statement::Continue(label) => jump("continue", label.as_ref()),
            Statement::Return(results) => format!("return {};", self.results(results)),
            Statement::Call(call) => self.call_in_place(call),
            _ => String::new(),
        }
    }

    fn structure(&self, out: &mut String, statement: &Statement, depth: usize) {
        let pad = "    ".repeat(depth);
        let (before, head, first, body) = match statement {
            Statement::If(c, then, _) => {
                (String::new(), format!("if {}", self.condition(c)), String::new(), then)
            }
            Statement::For { label, index, range: r, body } => {
                let label = label.as_ref().map_or(String::new(), |l| format!("'{l}: "));
                (String::new(), format!("{label}for {index} in {}", range(r)), String::new(), body)
            }
            Statement::Each { element, array, body } => {
                (String::new(), format!("for {element} in {array}.iter()"), String::new(), body)
            }
            Statement::While { counter, count, condition, body } => {
                let more = condition.as_ref().map_or(String::new(), |c| format!(" && {}", self.condition(c)));
                (
                    format!("let mut {counter} = 0_usize;"),
                    format!("while {counter} < {count}{more}"),
                    format!("{counter} += 1;"),
                    body,
                )
            }
            Statement::Loop { counter, count, exit, body } => (
                format!("let mut {counter} = 0_usize;"),
                "loop".to_string(),
                format!("{counter} += 1; if {counter} >= {count} || {} {{ break; }}", self.condition(exit)),
                body,
            ),
            _ => return,
        };
        if !before.is_empty() {
            let _ = writeln!(out, "{pad}{before}");
        }
        let _ = writeln!(out, "{pad}{head} {{");
        // The counter moves first, so that a `continue` can't keep the loop running.
        if !first.is_empty() {
            let _ = writeln!(out, "{pad}    {first}");
        }
        self.block(out, body, depth + 1);
        if let Statement::If(_, _, otherwise) = statement
            && !otherwise.is_empty()
        {
            let _ = writeln!(out, "{pad}}} else {{");
            self.block(out, otherwise, depth + 1);
        }
        let _ = writeln!(out, "{pad}}}");
    }

    fn place(&self, place: &Place) -> String {
        match place {
            Place::Variable(name) => name.clone(),
            Place::Behind(name) => format!("*{name}"),
            Place::Element(name, i) => format!("{name}[{}]", index(i)),
        }
    }

    /// Method calls bind tighter than `*`, so what is behind a reference gets parentheses.
    fn receiver(&self, e: &Expression) -> String {
        match e {
            Expression::Read(Place::Behind(_)) | Expression::Number(_) | Expression::Negated(_) => {
                format!("({})", self.expression(e))
            }
            _ => self.expression(e),
        }
    }

    fn expression(&self, e: &Expression) -> String {
        match e {
            Expression::Number(value) if self.number == Number::Dual => format!("number({value:?})"),
            Expression::Number(value) if *value < 0.0 => format!("({value:?})"),
            Expression::Number(value) => format!("{value:?}"),
            Expression::Read(place) => self.place(place),
            Expression::Negated(e) => format!("-{}", self.receiver(e)),
            Expression::Binary(operator, a, b) => {
                format!("({} {operator} {})", self.expression(a), self.expression(b))
            }
            Expression::Method(name, e) => format!("{}.{name}()", self.receiver(e)),
            Expression::Method2(name, a, b) => format!("{}.{name}({})", self.receiver(a), self.expression(b)),
            Expression::Power(e, n) => format!("{}.powi({n})", self.receiver(e)),
            Expression::Counter(name) if self.number == Number::Dual => format!("number({name} as f64)"),
            Expression::Counter(name) => format!("({name} as f64)"),
            Expression::Choice(c, a, b) => format!(
                "(if {} {{ {} }} else {{ {} }})",
                self.condition(c),
                self.expression(a),
                self.expression(b)
            ),
            Expression::Called(call) => self.call(call),
        }
    }

    fn condition(&self, c: &Condition) -> String {
        match c {
            Condition::Compared(operator, a, b) => {
                format!("{} {operator} {}", self.expression(a), self.expression(b))
            }
            Condition::Even(name) => format!("{name} % 2 == 0"),
            Condition::Both(a, b) => format!("({} && {})", self.condition(a), self.condition(b)),
            Condition::Either(a, b) => format!("({} || {})", self.condition(a), self.condition(b)),
            Condition::Not(c) => format!("!({})", self.condition(c)),
        }
    }

    fn call(&self, call: &Call) -> String {
        let arguments: Vec<String> = call.arguments.iter().map(|a| self.argument(a)).collect();
        format!("{}({})", call.function, arguments.join(", "))
    }

    /// Numbers are computed before, since they may read what the call borrows.
    fn call_in_place(&self, call: &Call) -> String {
        let mut out = String::from("{ ");
        let mut arguments = Vec::new();
        for (i, argument) in call.arguments.iter().enumerate() {
            if let Argument::Number(e) = argument {
                let _ = write!(out, "let argument_{i}: {} = {}; ", self.name(), self.expression(e));
                arguments.push(format!("argument_{i}"));
            } else {
                arguments.push(self.argument(argument));
            }
        }
        let _ = write!(out, "{}({}); }}", call.function, arguments.join(", "));
        out
    }

    fn argument(&self, argument: &Argument) -> String {
        match argument {
            Argument::Number(e) => self.expression(e),
            Argument::Array(name) => name.clone(),
            Argument::Borrowed(name) => format!("&{name}"),
            Argument::InOutNumber(name) | Argument::InOutArray(name) => format!("&mut {name}"),
        }
    }
}

fn jump(word: &str, label: Option<&String>) -> String {
    label.map_or(format!("{word};"), |label| format!("{word} '{label};"))
}

fn index(index: &Index) -> String {
    match index {
        Index::Fixed(i) => i.to_string(),
        Index::Moving(name, 0, length) => format!("{name} % {length}"),
        Index::Moving(name, offset, length) => format!("({name} + {offset}) % {length}"),
    }
}

fn range(r: &Range) -> String {
    let dots = if r.inclusive { "..=" } else { ".." };
    let plain = format!("{}{dots}{}", r.from, r.to);
    match (r.reversed, r.step) {
        (false, 1) => format!("{}{dots}{}_usize", r.from, r.to),
        (true, 1) => format!("({plain}_usize).rev()"),
        (false, step) => format!("({plain}_usize).step_by({step})"),
        (true, step) => format!("({plain}_usize).rev().step_by({step})"),
    }
}
