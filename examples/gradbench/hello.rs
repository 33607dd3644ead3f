//! `hello`: the square of a number and its derivative.
use grad_runtime::prelude::*;
use serde_json::Value;

use crate::request::{Answer, Input, Request};

/// x².
#[differentiable]
pub fn square(x: f64) -> f64 {
    x * x
}

/// Evaluates `square` or `double`.
///
/// # Errors
/// When the input isn't a number or there is no such function.
pub fn evaluate(request: &Request) -> Result<Answer, String> {
    let prepare = |input: Input| input.number("input");
    match request.function {
        "square" => request.run(prepare, |&x| square(x), |_, y| Value::from(y)),
        "double" => request.run(prepare, |&x| square::grad(x), |_, y| Value::from(y)),
        _ => request.unknown_function(),
    }
}
