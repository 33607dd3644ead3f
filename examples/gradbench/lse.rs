//! `lse`: the logarithm of a sum of exponentials, shifted by the largest of them.
use grad_runtime::prelude::*;
use serde_json::Value;

use crate::request::{Answer, Input, Request};

/// ln Σ exp(xᵢ), without overflow.
#[differentiable]
pub fn objective(x: &[f64]) -> f64 {
    let mut largest = f64::NEG_INFINITY;
    for &x_i in x {
        largest = x_i.max(largest);
    }
    // The shift cancels, so that it may count as a constant.
    let largest = stop_gradient(largest);
    let mut sum = 0.0;
    for &x_i in x {
        sum += (x_i - largest).exp();
    }
    largest + sum.ln()
}

/// The exponents, at least one.
pub struct Problem {
    pub x: Vec<f64>,
}

impl Problem {
    fn read(input: Input) -> Result<Self, String> {
        let x = input.field("x")?.numbers("x")?;
        if x.is_empty() { Err("`x` must not be empty".to_owned()) } else { Ok(Self { x }) }
    }

    /// The objective.
    pub fn value(&self) -> f64 {
        objective(&self.x)
    }

    /// Its gradient.
    pub fn gradient(&self) -> Vec<f64> {
        objective::grad(&self.x)
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
