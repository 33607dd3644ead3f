//! One step of an LSTM cell with 100 units and diagonal weights, and the squared distance of its new hidden state
//! from a target. Everything but the target is differentiated: an earlier step's output comes in by `hidden`.

use std::rc::Rc;

use grad_runtime::prelude::*;

use crate::case::{Case, gradient, split, split_mut, value};
use crate::peers::{self, Program, Scalar};
use crate::random::Random;

const UNITS: usize = 100;
const SIZES: [usize; 5] = [4 * UNITS, 4 * UNITS, UNITS, UNITS, UNITS];

#[differentiable]
fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[differentiable]
fn lstm(
    w: &[f64],
    b: &[f64],
    input: &[f64],
    hidden: &[f64],
    cell: &[f64],
    #[constant] target: &[f64],
) -> f64 {
    let n = target.len();
    let mut loss = 0.0;
    for i in 0..n {
        let forget = sigmoid(w[i] * input[i] + b[i]);
        let ingate = sigmoid(w[n + i] * hidden[i] + b[n + i]);
        let outgate = sigmoid(w[2 * n + i] * input[i] + b[2 * n + i]);
        let change = (w[3 * n + i] * hidden[i] + b[3 * n + i]).tanh();
        let state = cell[i] * forget + ingate * change;
        let gap = outgate * state.tanh() - target[i];
        loss += gap * gap;
    }
    loss
}

/// The differentiated parameters in their order, or their cotangents.
struct State<S> {
    w: S,
    b: S,
    input: S,
    hidden: S,
    cell: S,
}

/// Two loops: where each unit goes forward and back at once, the processor waits for the last `tanh` before it can start
/// on the way back, and what comes after is too far away to fill the time. A gate's derivative reuses the gate.
fn by_hand(x: &State<&[f64]>, target: &[f64], bars: &mut State<&mut [f64]>) -> f64 {
    let n = target.len();
    let (w, b, w_bar, b_bar) = (&x.w[..4 * n], &x.b[..4 * n], &mut bars.w[..4 * n], &mut bars.b[..4 * n]);
    let (input, hidden, cell) = (&x.input[..n], &x.hidden[..n], &x.cell[..n]);
    let (input_bar, hidden_bar, cell_bar) =
        (&mut bars.input[..n], &mut bars.hidden[..n], &mut bars.cell[..n]);
    let mut kept = Vec::with_capacity(n);
    let mut loss = 0.0;
    for i in 0..n {
        let forget = sigmoid(w[i] * input[i] + b[i]);
        let ingate = sigmoid(w[n + i] * hidden[i] + b[n + i]);
        let outgate = sigmoid(w[2 * n + i] * input[i] + b[2 * n + i]);
        let change = (w[3 * n + i] * hidden[i] + b[3 * n + i]).tanh();
        let squashed = (cell[i] * forget + ingate * change).tanh();
        let gap = outgate * squashed - target[i];
        loss += gap * gap;
        kept.push([forget, ingate, outgate, change, squashed, gap]);
    }
    for (i, [forget, ingate, outgate, change, squashed, gap]) in kept.into_iter().enumerate() {
        let out_bar = 2.0 * gap;
        let state_bar = out_bar * outgate * (1.0 - squashed * squashed);
        let outgate_bar = out_bar * squashed * outgate * (1.0 - outgate);
        let forget_bar = state_bar * cell[i] * forget * (1.0 - forget);
        let ingate_bar = state_bar * change * ingate * (1.0 - ingate);
        let change_bar = state_bar * ingate * (1.0 - change * change);
        b_bar[i] += forget_bar;
        b_bar[n + i] += ingate_bar;
        b_bar[2 * n + i] += outgate_bar;
        b_bar[3 * n + i] += change_bar;
        w_bar[i] += forget_bar * input[i];
        w_bar[n + i] += ingate_bar * hidden[i];
        w_bar[2 * n + i] += outgate_bar * input[i];
        w_bar[3 * n + i] += change_bar * hidden[i];
        input_bar[i] += forget_bar * w[i] + outgate_bar * w[2 * n + i];
        hidden_bar[i] += ingate_bar * w[n + i] + change_bar * w[3 * n + i];
        cell_bar[i] += state_bar * forget;
    }
    loss
}

#[derive(Clone)]
struct Overloaded(Rc<Vec<f64>>);

impl Program<1> for Overloaded {
    fn run<S: Scalar>(&self, flat: &[S]) -> [S; 1] {
        let (w, rest) = flat.split_at(4 * UNITS);
        let (b, rest) = rest.split_at(4 * UNITS);
        let (input, rest) = rest.split_at(UNITS);
        let (hidden, cell) = rest.split_at(UNITS);
        let sigmoid = |x: S| S::constant(1.0) / ((-x).exp() + 1.0);
        let mut loss = S::constant(0.0);
        for i in 0..UNITS {
            let forget = sigmoid(w[i] * input[i] + b[i]);
            let ingate = sigmoid(w[UNITS + i] * hidden[i] + b[UNITS + i]);
            let outgate = sigmoid(w[2 * UNITS + i] * input[i] + b[2 * UNITS + i]);
            let change = (w[3 * UNITS + i] * hidden[i] + b[3 * UNITS + i]).tanh();
            let state = cell[i] * forget + ingate * change;
            let gap = outgate * state.tanh() - self.0[i];
            loss = loss + gap * gap;
        }
        [loss]
    }
}

fn parameters(flat: &[f64]) -> State<&[f64]> {
    let [w, b, input, hidden, cell] = split(flat, SIZES);
    State { w, b, input, hidden, cell }
}

fn cotangents(flat: &mut [f64]) -> State<&mut [f64]> {
    let [w, b, input, hidden, cell] = split_mut(flat, SIZES);
    State { w, b, input, hidden, cell }
}

pub fn case() -> Case {
    let mut random = Random::new(8);
    let target = Rc::new(random.numbers(UNITS, -1.0, 1.0));
    let program = Overloaded(Rc::clone(&target));
    let (same, third) = (Rc::clone(&target), Rc::clone(&target));
    Case {
        name: "LSTM cell 100",
        known: "nothing",
        point: random.numbers(SIZES.iter().sum(), -2.0, 2.0),
        outputs: 1,
        variants: vec![
            value(move |flat| {
                let State { w, b, input, hidden, cell } = parameters(flat);
                lstm(w, b, input, hidden, cell, &target)
            }),
            gradient("by hand", move |flat, bar| by_hand(&parameters(flat), &same, &mut cotangents(bar))),
            gradient("generated", move |flat, bar| {
                let State { w, b, input, hidden, cell } = parameters(flat);
                let bars = cotangents(bar);
                lstm::grad_into(
                    w,
                    b,
                    input,
                    hidden,
                    cell,
                    &third,
                    bars.w,
                    bars.b,
                    bars.input,
                    bars.hidden,
                    bars.cell,
                )
            }),
            peers::easy_ml(&program),
            peers::aad(&program),
        ],
    }
}
