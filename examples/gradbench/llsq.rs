//! `llsq`: the least squares fit of a polynomial to the sign function.
use grad_runtime::prelude::*;
use serde_json::Value;

use crate::request::{Answer, Input, Request};

/// Half the sum of squared distances between the polynomial with coefficients `x` (constant term first)
/// and the sign function, at `n` evenly spaced points of [-1, 1].
#[differentiable]
pub fn objective(x: &[f64], n: usize) -> f64 {
    let mut total = 0.0;
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        // The sign of t, which is 0 at 0 (`signum` has 1 there).
        let mut residual = if t == 0.0 { 0.0 } else { t.signum() };
        let mut power = 1.0;
        for &coefficient in x {
            residual -= coefficient * power;
            power *= t;
        }
        total += residual * residual;
    }
    0.5 * total
}

/// The coefficients and the number of points.
pub struct Problem {
    pub x: Vec<f64>,
    pub n: usize,
}

impl Problem {
    fn read(input: Input) -> Result<Self, String> {
        Ok(Self { x: input.field("x")?.numbers("x")?, n: input.field("n")?.count("n", 2)? })
    }

    /// The objective.
    pub fn value(&self) -> f64 {
        objective(&self.x, self.n)
    }

    /// Its gradient.
    pub fn gradient(&self) -> Vec<f64> {
        objective::grad(&self.x, self.n)
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
