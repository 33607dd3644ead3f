//! `det`: a determinant by recursive expansion along the first remaining row.
use grad_runtime::prelude::*;
use serde_json::Value;

use crate::request::{Answer, Input, Request};

/// The expansion takes about e·ℓ! steps: one that is larger would never end, but exhaust the stack.
const LARGEST: usize = 64;

/// The determinant of the `ell` by `ell` matrix `a`, row after row.
#[differentiable]
pub fn determinant(a: &[f64], ell: usize) -> f64 {
    let mut next: Vec<usize> = (1..=ell + 1).collect();
    minor(a, ell, 0, &mut next)
}

/// The determinant of the rows from `row` on, without the columns that have been removed.
///
/// The remaining columns are a linked list: `next[0]` is one more than the first of them, `next[j + 1]`
/// one more than the one after column `j`, and `ell + 1` is its end.
#[differentiable]
fn minor(a: &[f64], ell: usize, row: usize, next: &mut [usize]) -> f64 {
    if row == ell {
        return 1.0;
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut before = 0;
    while next[before] <= ell {
        let column = next[before];
        next[before] = next[column];
        sum += sign * a[row * ell + column - 1] * minor(a, ell, row + 1, next);
        next[before] = column;
        sign = -sign;
        before = column;
    }
    sum
}

/// A square matrix, row after row.
pub struct Problem {
    pub a: Vec<f64>,
    pub ell: usize,
}

impl Problem {
    fn read(input: Input) -> Result<Self, String> {
        let a = input.field("A")?.numbers("A")?;
        let ell = input.field("ell")?.count("ell", 0)?;
        if ell > LARGEST {
            return Err(format!("`ell` must not be larger than {LARGEST}"));
        }
        if a.len() != ell * ell {
            return Err(format!("`A` has to have {} numbers", ell * ell));
        }
        Ok(Self { a, ell })
    }

    /// The objective.
    pub fn value(&self) -> f64 {
        determinant(&self.a, self.ell)
    }

    /// Its gradient: the cofactors, row after row.
    pub fn gradient(&self) -> Vec<f64> {
        determinant::grad(&self.a, self.ell)
    }
}

/// Evaluates `primal` or `gradient`.
///
/// # Errors
/// When the input doesn't fit or there is no such function.
pub fn evaluate(request: &Request) -> Result<Answer, String> {
    match request.function {
        "primal" => request.run(Problem::read, Problem::value, |_, value| Value::from(value)),
        "gradient" => request.run(Problem::read, Problem::gradient, |_, gradient| Value::from(gradient)),
        _ => request.unknown_function(),
    }
}
