//! `ode`: classic fourth order Runge-Kutta on a chain of linear equations.
use grad_runtime::prelude::*;
use serde_json::Value;

use crate::request::{Answer, Input, Request, check_size};

/// The state at t = 2 of y₀' = x₀, yᵢ' = xᵢ·yᵢ₋₁ from y(0) = 0, in `steps` equal steps.
#[differentiable]
pub fn solve(x: &[f64], steps: usize) -> Vec<f64> {
    let n = x.len();
    let h = 2.0 / steps as f64;
    let mut y = vec![0.0; n];
    let mut stage = vec![0.0; n];
    let (mut k1, mut k2) = (vec![0.0; n], vec![0.0; n]);
    let (mut k3, mut k4) = (vec![0.0; n], vec![0.0; n]);
    for _ in 0..steps {
        rates(x, &y, &mut k1);
        advance(&y, 0.5 * h, &k1, &mut stage);
        rates(x, &stage, &mut k2);
        advance(&y, 0.5 * h, &k2, &mut stage);
        rates(x, &stage, &mut k3);
        advance(&y, h, &k3, &mut stage);
        rates(x, &stage, &mut k4);
        for i in 0..n {
            y[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    y
}

/// The right hand side of the equations in the state `y`.
#[differentiable]
fn rates(x: &[f64], y: &[f64], rates: &mut [f64]) {
    rates[0] = x[0];
    for i in 1..x.len() {
        rates[i] = x[i] * y[i - 1];
    }
}

/// The state a time `h` after `y` at the given rates.
#[differentiable]
fn advance(y: &[f64], h: f64, rates: &[f64], stage: &mut [f64]) {
    for i in 0..y.len() {
        stage[i] = y[i] + h * rates[i];
    }
}

/// The last component of the state at t = 2, which is what the suite differentiates.
#[differentiable]
#[allow(dead_code, reason = "only its derivative is asked for")]
pub fn last(x: &[f64], steps: usize) -> f64 {
    let y = solve(x, steps);
    y[x.len() - 1]
}

/// The coefficients, at least one, and the number of steps.
pub struct Problem {
    pub x: Vec<f64>,
    pub steps: usize,
}

impl Problem {
    fn read(input: Input) -> Result<Self, String> {
        let x = input.field("x")?.numbers("x")?;
        let steps = input.field("s")?.count("s", 1)?;
        // The derivative keeps the state of every step.
        check_size("the derivative would need n times s numbers", &[x.len(), steps])?;
        if x.is_empty() { Err("`x` must not be empty".to_owned()) } else { Ok(Self { x, steps }) }
    }

    /// The objective.
    pub fn value(&self) -> Vec<f64> {
        solve(&self.x, self.steps)
    }

    /// The gradient of its last component.
    pub fn gradient(&self) -> Vec<f64> {
        last::grad(&self.x, self.steps)
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
