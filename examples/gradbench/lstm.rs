//! `lstm`: a stack of long short-term memory layers with diagonal weights, predicting a sequence.
use grad_runtime::prelude::*;
use serde_json::Value;

use crate::request::{Answer, Input, Request, check_size};

/// The mean negative log-likelihood of a sequence of `b` bits per step under the network.
///
/// `main` has for each layer 4b weights and 4b biases (forget, ingate, outgate, change), `extra` the
/// weights of the input, then the weights and biases of the output, `state` for each layer the hidden
/// values and the cells to start from.
#[differentiable]
pub fn objective(
    main: &[f64],
    extra: &[f64],
    #[constant] state: &[f64],
    #[constant] sequence: &[f64],
    b: usize,
) -> f64 {
    let layers = main.len() / (8 * b);
    let steps = sequence.len() / b - 1;
    let mut state = state.to_vec();
    let mut signal = vec![0.0; b];
    let mut loss = 0.0;
    for t in 0..steps {
        for i in 0..b {
            signal[i] = sequence[t * b + i] * extra[i];
        }
        for j in 0..layers {
            let (weights, biases) = main[8 * j * b..8 * (j + 1) * b].split_at(4 * b);
            layer(weights, biases, &mut state[2 * j * b..2 * (j + 1) * b], &mut signal);
        }
        for i in 0..b {
            signal[i] = signal[i] * extra[b + i] + extra[2 * b + i];
        }
        loss -= log_likelihood(&signal, &sequence[(t + 1) * b..(t + 2) * b]);
    }
    loss / (b * steps) as f64
}

/// One step of one layer: updates its state, the hidden values and then the cells, and turns its input
/// `signal` into its output.
#[differentiable]
fn layer(weights: &[f64], biases: &[f64], state: &mut [f64], signal: &mut [f64]) {
    let b = signal.len();
    for i in 0..b {
        let hidden = state[i];
        let forget = sigmoid(signal[i] * weights[i] + biases[i]);
        let ingate = sigmoid(hidden * weights[b + i] + biases[b + i]);
        let outgate = sigmoid(signal[i] * weights[2 * b + i] + biases[2 * b + i]);
        let change = (hidden * weights[3 * b + i] + biases[3 * b + i]).tanh();
        let cell = state[b + i] * forget + ingate * change;
        state[b + i] = cell;
        state[i] = outgate * cell.tanh();
        signal[i] = state[i];
    }
}

#[differentiable]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The log-likelihood of the bits `target` under the prediction `y`; the suite adds 2 to the sum.
#[differentiable]
fn log_likelihood(y: &[f64], #[constant] target: &[f64]) -> f64 {
    let mut sum = 2.0;
    for &y_i in y {
        sum += y_i.exp();
    }
    let normalizer = sum.ln();
    let mut total = 0.0;
    for i in 0..y.len() {
        total += target[i] * (y[i] - normalizer);
    }
    total
}

/// The network and the sequence, as [`objective`] takes them.
pub struct Problem {
    pub main: Vec<f64>,
    pub extra: Vec<f64>,
    pub state: Vec<f64>,
    pub sequence: Vec<f64>,
    pub bits: usize,
}

impl Problem {
    fn read(input: Input) -> Result<Self, String> {
        let main = input.field("main_params")?;
        let sequence = input.field("sequence")?;
        let rows = main.list("main_params")?.len();
        let steps = sequence.list("sequence")?.len();
        let bits = match sequence.list("sequence")?.next() {
            Some(first) => first.list("sequence")?.len(),
            None => 0,
        };
        if steps < 2 || bits == 0 || rows == 0 || rows % 2 != 0 {
            return Err("the network needs layers of two rows, and two steps of one bit or more".to_owned());
        }
        check_size("the derivative keeps 8 numbers per step, layer and bit", &[steps, rows, bits, 4])?;
        Ok(Self {
            main: main.table("main_params", rows, 4 * bits)?,
            extra: input.field("extra_params")?.table("extra_params", 3, bits)?,
            state: input.field("state")?.table("state", rows, bits)?,
            sequence: sequence.table("sequence", steps, bits)?,
            bits,
        })
    }

    /// The objective.
    pub fn value(&self) -> f64 {
        objective(&self.main, &self.extra, &self.state, &self.sequence, self.bits)
    }

    /// Its gradient in `main` and `extra`.
    pub fn gradient(&self) -> (Vec<f64>, Vec<f64>) {
        objective::grad(&self.main, &self.extra, &self.state, &self.sequence, self.bits)
    }
}

/// Evaluates `objective` or `jacobian`.
///
/// # Errors
/// When the input doesn't fit or there is no such function.
pub fn evaluate(request: &Request) -> Result<Answer, String> {
    match request.function {
        "objective" => request.run(Problem::read, Problem::value, |_, value| Value::from(value)),
        "jacobian" => request
            .run(Problem::read, Problem::gradient, |_, (main, extra)| Value::from([main, extra].concat())),
        _ => request.unknown_function(),
    }
}
