//! A program as Rust source, over `f64` or over dual numbers.

use crate::ast::{
    Argument, Call, Condition, Construct, Expression, Function, Index, Parameter, Passing, Place, Range,
    Shape, Statement,
};
use crate::constructs;
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
    if functions.iter().any(|f| uses_items(&f.body)) {
        out.push_str(&printer.items(attribute));
    }
    for function in functions {
        printer.function(&mut out, function, attribute);
    }
    out
}

/// Whether there is a construct among statements that uses the items.
fn uses_items(statements: &[Statement]) -> bool {
    statements.iter().any(|statement| match statement {
        Statement::Construct(construct) => {
            ["Pair", "Figure", "both"].iter().any(|item| construct.template.contains(item))
        }
        Statement::If(_, then, otherwise) => uses_items(then) || uses_items(otherwise),
        Statement::For { body, .. }
        | Statement::Each { body, .. }
        | Statement::While { body, .. }
        | Statement::Loop { body, .. } => uses_items(body),
        _ => false,
    })
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

    /// The types and functions that constructs use.
    fn items(&self, attribute: &str) -> String {
        let derive = match self.number {
            Number::Float => "#[derive(Clone, Copy, Differentiable)]\n",
            Number::Dual => "#[derive(Clone, Copy)]\n",
        };
        filled(constructs::ITEMS, &mut |hole| match hole {
            "T" => Some(self.name().to_string()),
            "derive" => Some(derive.to_string()),
            "attribute" => Some(attribute.to_string()),
            number => self.constant(number),
        })
    }

    fn construct(&self, construct: &Construct) -> String {
        filled(construct.template, &mut |hole| match hole {
            "T" => Some(self.name().to_string()),
            "n" => Some(construct.number.to_string()),
            "new" => Some(construct.name.clone()),
            "cond" => Some(self.condition(&construct.condition)),
            "a" | "b" | "c" => Some(self.expression(&construct.parts[place_in("abc", hole)])),
            "v" | "u" | "t" => Some(construct.arrays[place_in("vut", hole)].clone()),
            number => self.constant(number),
        })
    }

    fn constant(&self, number: &str) -> Option<String> {
        let value: f64 = number.parse().ok()?;
        Some(self.expression(&Expression::Number(value)))
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
            Statement::Construct(construct) => self.construct(construct),
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

fn place_in(letters: &str, letter: &str) -> usize {
    letters.find(letter).unwrap_or_default()
}

/// A text with its holes filled; braces around anything else stay.
fn filled(template: &str, fill: &mut dyn FnMut(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let hole = after.split_once('}').and_then(|(hole, after)| Some((fill(hole)?, after)));
        match hole {
            Some((text, after)) => {
                out.push_str(&text);
                rest = after;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out + rest
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
