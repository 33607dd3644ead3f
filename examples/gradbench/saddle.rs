//! `saddle`: the least of the greatest values of a function of two pairs of numbers. The greatest value is found by descent, and the
//! whole descent is differentiated.
use grad_runtime::prelude::*;
use serde_json::Value;

use crate::descent::{SMALL, argmin};
use crate::request::{Answer, Input, Request};

/// The function.
#[differentiable(order = 2)]
fn saddle(x: [f64; 2], y: [f64; 2]) -> f64 {
    (x[0] * x[0] + x[1] * x[1]) - (y[0] * y[0] + y[1] * y[1])
}

/// The greatest value over `y`, by descent on the negative function from `start` on, with the gradient `$slope`.
macro_rules! greatest {
    ($name:ident, |$x:ident, $y:ident| $slope:expr) => {
        #[differentiable(wrt($x))]
        pub fn $name($x: [f64; 2], start: [f64; 2]) -> f64 {
            let mut $y = start;
            let mut least = -saddle($x, $y);
            let mut slope: [f64; 2] = $slope;
            let mut rate = SMALL;
            let mut steps = 0;
            loop {
                if (slope[0] * slope[0] + slope[1] * slope[1]).sqrt() <= SMALL {
                    break;
                }
                if steps == 10 {
                    rate *= 2.0;
                    steps = 0;
                    continue;
                }
                let before = $y;
                $y = [before[0] + rate * slope[0], before[1] + rate * slope[1]];
                let step = [$y[0] - before[0], $y[1] - before[1]];
                if (step[0] * step[0] + step[1] * step[1]).sqrt() <= SMALL {
                    $y = before;
                    break;
                }
                let there = -saddle($x, $y);
                if there < least {
                    least = there;
                    slope = $slope;
                    steps += 1;
                } else {
                    $y = before;
                    rate /= 2.0;
                    steps = 0;
                }
            }
            saddle($x, $y)
        }
    };
}

/// The gradient by `y` in reverse mode, as a value.
fn reverse(x: [f64; 2], y: [f64; 2]) -> [f64; 2] {
    saddle::grad(x, y).1
}

/// The same in forward mode.
fn forward(x: [f64; 2], y: [f64; 2]) -> [f64; 2] {
    let along = |direction| saddle::jvp(x, y, [0.0; 2], direction).1;
    [along([1.0, 0.0]), along([0.0, 1.0])]
}

greatest!(by_reverse, |x, y| {
    let (_, slope): ([f64; 2], [f64; 2]) = saddle::grad(x, y);
    slope
});
greatest!(by_forward, |x, y| {
    let (_, first): (f64, f64) = saddle::jvp(x, y, [0.0, 0.0], [1.0, 0.0]);
    let (_, second): (f64, f64) = saddle::jvp(x, y, [0.0, 0.0], [0.0, 1.0]);
    [first, second]
});

/// The start of both descents.
struct Problem([f64; 2]);

/// A gradient by `x`.
type Gradient = fn([f64; 2], [f64; 2]) -> [f64; 2];

impl Problem {
    fn read(input: Input) -> Result<Self, String> {
        Ok(Self(input.field("start")?.array("start")?))
    }

    /// The place `x`, then the place `y`: `value` and `gradient` are of the greatest value over `y`, `inner` is the function's by `y`.
    fn solve(&self, value: fn([f64; 2], [f64; 2]) -> f64, gradient: Gradient, inner: Gradient) -> Vec<f64> {
        let start = self.0;
        let x = argmin(|x| value(x, start), |x| gradient(x, start), start);
        let y = argmin(|y| -saddle(x, y), |y| inner(x, y).map(|slope| -slope), start);
        [x, y].concat()
    }
}

/// Evaluates one of `rr`, `rf`, `fr` and `ff`: the mode of the derivative of the inner descent, then that of the function's.
///
/// # Errors
/// When the input doesn't fit or there is no such function.
pub fn evaluate(request: &Request) -> Result<Answer, String> {
    fn columns(jvp: impl Fn([f64; 2]) -> (f64, f64)) -> [f64; 2] {
        [jvp([1.0, 0.0]).1, jvp([0.0, 1.0]).1]
    }
    let run = |function: fn(&Problem) -> Vec<f64>| {
        request.run(Problem::read, function, |_, place| Value::from(place))
    };
    match request.function {
        "rr" => run(|problem| problem.solve(by_reverse, by_reverse::grad, reverse)),
        "rf" => run(|problem| problem.solve(by_forward, by_forward::grad, forward)),
        "fr" => run(|problem| {
            problem.solve(by_reverse, |x, start| columns(|dot| by_reverse::jvp(x, start, dot)), reverse)
        }),
        "ff" => run(|problem| {
            problem.solve(by_forward, |x, start| columns(|dot| by_forward::jvp(x, start, dot)), forward)
        }),
        _ => request.unknown_function(),
    }
}
