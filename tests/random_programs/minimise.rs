//! Makes a failing program small: everything that one step can take away is tried in one build, again and again.

use crate::ast::{Condition, Construct, Expression, Function, Statement};
use crate::workshop::{Outcome, outcomes};

const ROUNDS: usize = 8;
const CANDIDATES: usize = 30;

/// The smallest program found that goes wrong in the same way.
pub fn minimise(program: &[Function], outcome: &Outcome) -> Vec<Function> {
    let mut smallest = program.to_vec();
    for _ in 0..ROUNDS {
        let candidates: Vec<Vec<Function>> = smaller(&smallest).into_iter().take(CANDIDATES).collect();
        let verdicts = outcomes(&candidates);
        let same = |verdict: &Outcome| std::mem::discriminant(verdict) == std::mem::discriminant(outcome);
        let Some(found) = verdicts.iter().position(same) else { break };
        smallest.clone_from(&candidates[found]);
    }
    smallest
}

/// All programs that are one step smaller, the biggest steps first.
fn smaller(program: &[Function]) -> Vec<Vec<Function>> {
    let mut out = Vec::new();
    for i in 0..program.len().saturating_sub(1) {
        let mut without = program.to_vec();
        without.remove(i);
        out.push(without);
    }
    for (i, function) in program.iter().enumerate() {
        let with = |changed: Function| {
            let mut copy = program.to_vec();
            copy[i] = changed;
            copy
        };
        for body in smaller_blocks(&function.body) {
            out.push(with(Function { body, ..function.clone() }));
        }
        for result in smaller_lists(&function.result) {
            out.push(with(Function { result, ..function.clone() }));
        }
    }
    out
}

fn smaller_blocks(block: &[Statement]) -> Vec<Vec<Statement>> {
    let mut out = Vec::new();
    for i in 0..block.len() {
        let around = |middle: &[Statement]| [&block[..i], middle, &block[i + 1..]].concat();
        out.push(around(&[]));
        for inner in bodies(&block[i]) {
            out.push(around(inner));
        }
    }
    for i in 0..block.len() {
        for statement in smaller_statements(&block[i]) {
            let mut copy = block.to_vec();
            copy[i] = statement;
            out.push(copy);
        }
    }
    out
}

fn bodies(statement: &Statement) -> Vec<&[Statement]> {
    match statement {
        Statement::If(_, then, otherwise) => vec![then, otherwise],
        Statement::For { body, .. } | Statement::Each { body, .. } => vec![body],
        Statement::While { body, .. } | Statement::Loop { body, .. } => vec![body],
        _ => vec![],
    }
}

fn smaller_statements(statement: &Statement) -> Vec<Statement> {
    let mut out = Vec::new();
    match statement {
        Statement::If(c, then, otherwise) => {
            out.extend(
                smaller_conditions(c).into_iter().map(|c| Statement::If(c, then.clone(), otherwise.clone())),
            );
            out.extend(
                smaller_blocks(then)
                    .into_iter()
                    .map(|then| Statement::If(c.clone(), then, otherwise.clone())),
            );
            let others = smaller_blocks(otherwise).into_iter();
            out.extend(others.map(|otherwise| Statement::If(c.clone(), then.clone(), otherwise)));
        }
        Statement::For { body, .. }
        | Statement::Each { body, .. }
        | Statement::While { body, .. }
        | Statement::Loop { body, .. } => {
            out.extend(smaller_blocks(body).into_iter().map(|body| with_body(statement, body)));
        }
        Statement::Let(name, e) => {
            out.extend(smaller_expressions(e).into_iter().map(|e| Statement::Let(name.clone(), e)));
        }
        Statement::LetLate(name, _, a, b) => {
            out.extend([a, b].map(|e| Statement::Let(name.clone(), e.clone())));
        }
        Statement::Assign(place, operator, e) => {
            let shorter = smaller_expressions(e).into_iter();
            out.extend(shorter.map(|e| Statement::Assign(place.clone(), operator, e)));
        }
        Statement::LetArray(name, elements) => {
            for i in 0..elements.len() {
                out.extend(smaller_expressions(&elements[i]).into_iter().map(|e| {
                    let mut copy = elements.clone();
                    copy[i] = e;
                    Statement::LetArray(name.clone(), copy)
                }));
            }
        }
        Statement::Construct(construct) => {
            let parts = smaller_lists(&construct.parts).into_iter();
            out.extend(parts.map(|parts| Statement::Construct(Construct { parts, ..construct.clone() })));
            let conditions = smaller_conditions(&construct.condition).into_iter();
            out.extend(
                conditions
                    .map(|condition| Statement::Construct(Construct { condition, ..construct.clone() })),
            );
        }
        _ => {}
    }
    out
}

fn with_body(statement: &Statement, new: Vec<Statement>) -> Statement {
    let mut copy = statement.clone();
    match &mut copy {
        Statement::For { body, .. }
        | Statement::Each { body, .. }
        | Statement::While { body, .. }
        | Statement::Loop { body, .. } => *body = new,
        _ => {}
    }
    copy
}

fn smaller_conditions(condition: &Condition) -> Vec<Condition> {
    match condition {
        Condition::Both(a, b) | Condition::Either(a, b) => vec![(**a).clone(), (**b).clone()],
        Condition::Not(c) => vec![(**c).clone()],
        _ => vec![],
    }
}

fn smaller_lists(results: &[Expression]) -> Vec<Vec<Expression>> {
    let mut out = Vec::new();
    for i in 0..results.len() {
        for e in smaller_expressions(&results[i]) {
            let mut copy = results.to_vec();
            copy[i] = e;
            out.push(copy);
        }
    }
    out
}

/// The parts of an expression, and the expression with a part made smaller.
fn smaller_expressions(e: &Expression) -> Vec<Expression> {
    match e {
        Expression::Binary(operator, a, b) => {
            let mut out = vec![(**a).clone(), (**b).clone()];
            out.extend(
                smaller_expressions(a).into_iter().map(|a| Expression::Binary(operator, a.into(), b.clone())),
            );
            out.extend(
                smaller_expressions(b).into_iter().map(|b| Expression::Binary(operator, a.clone(), b.into())),
            );
            out
        }
        Expression::Method(name, a) => {
            let mut out = vec![(**a).clone()];
            out.extend(smaller_expressions(a).into_iter().map(|a| Expression::Method(name, a.into())));
            out
        }
        Expression::Power(a, n) => {
            let mut out = vec![(**a).clone()];
            out.extend(smaller_expressions(a).into_iter().map(|a| Expression::Power(a.into(), *n)));
            out
        }
        Expression::Method2(_, a, b) | Expression::Choice(_, a, b) => vec![(**a).clone(), (**b).clone()],
        Expression::Negated(a) => vec![(**a).clone()],
        _ => vec![],
    }
}
