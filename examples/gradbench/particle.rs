//! `particle`: a particle flies through the field of two charges, one of which can be moved; how near to the origin can it be made to
//! land? The field is the gradient of a potential, and the whole flight is differentiated.
use grad_runtime::prelude::*;
use serde_json::Value;

use crate::descent::argmin;
use crate::request::{Answer, Input, Request};

/// The potential at `x` of charges at (10, 10 - w) and (10, 0).
#[differentiable(order = 2, wrt(x))]
fn potential(x: [f64; 2], w: f64) -> f64 {
    let (across, up, down) = (x[0] - 10.0, x[1] - 10.0 + w, x[1]);
    1.0 / (across * across + up * up).sqrt() + 1.0 / (across * across + down * down).sqrt()
}

/// The square of the place where the particle comes down, which the gradient of the potential by `$slope` drives.
macro_rules! landing {
    ($name:ident, |$x:ident, $w:ident| $slope:expr) => {
        #[differentiable]
        pub fn $name($w: f64) -> f64 {
            const STEP: f64 = 0.1;
            let mut $x = [0.0, 8.0];
            let mut v = [0.75, 0.0];
            while $x[1] + STEP * v[1] > 0.0 {
                let slope: [f64; 2] = $slope;
                for i in 0..2 {
                    $x[i] += STEP * v[i];
                    v[i] -= STEP * slope[i];
                }
            }
            let last = [$x[0] + STEP * v[0], $x[1] + STEP * v[1]];
            let late = -last[1] / v[1];
            (last[0] + late * v[0]).powi(2)
        }
    };
}

landing!(by_reverse, |x, w| potential::grad(x, w));
landing!(by_forward, |x, w| {
    let (_, first): (f64, f64) = potential::jvp(x, w, [1.0, 0.0]);
    let (_, second): (f64, f64) = potential::jvp(x, w, [0.0, 1.0]);
    [first, second]
});

/// The start of the descent.
struct Problem(f64);

impl Problem {
    fn read(input: Input) -> Result<Self, String> {
        Ok(Self(input.field("w")?.number("w")?))
    }

    /// How far the second charge is to be moved.
    fn best(&self, value: fn(f64) -> f64, gradient: impl Fn(f64) -> f64) -> f64 {
        let [w] = argmin(|[w]| value(w), |[w]| [gradient(w)], [self.0]);
        w
    }
}

/// Evaluates one of `rr`, `rf`, `fr` and `ff`: the mode of the derivative of the flight, then that of the potential's.
///
/// # Errors
/// When the input doesn't fit or there is no such function.
pub fn evaluate(request: &Request) -> Result<Answer, String> {
    let run =
        |function: fn(&Problem) -> f64| request.run(Problem::read, function, |_, value| Value::from(value));
    match request.function {
        "rr" => run(|problem| problem.best(by_reverse, by_reverse::grad)),
        "rf" => run(|problem| problem.best(by_forward, by_forward::grad)),
        "fr" => run(|problem| problem.best(by_reverse, |w| by_reverse::jvp(w, 1.0).1)),
        "ff" => run(|problem| problem.best(by_forward, |w| by_forward::jvp(w, 1.0).1)),
        _ => request.unknown_function(),
    }
}
