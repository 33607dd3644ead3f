//! Per step, layer and bit one record of what the gates gave; no exponential is computed twice.

/// The gates of one bit in one layer and step, and its cell after the step.
#[derive(Clone, Copy, Default)]
struct Record {
    forget: f64,
    ingate: f64,
    outgate: f64,
    change: f64,
    tanh_cell: f64,
    /// The input, the hidden value and the cell before the step.
    signal: f64,
    hidden: f64,
    cell: f64,
}

/// What one step leaves behind: records layer after layer, the last output, the prediction's cotangent.
struct Tape {
    records: Vec<Record>,
    outputs: Vec<f64>,
    y_bar: Vec<f64>,
}

/// The gradient of `lstm::objective` in `main` and `extra`.
pub fn gradient(
    main: &[f64],
    extra: &[f64],
    state: &[f64],
    sequence: &[f64],
    b: usize,
) -> (Vec<f64>, Vec<f64>) {
    let tape = forward(main, extra, state, sequence, b);
    backward(main, extra, sequence, b, &tape)
}

fn forward(main: &[f64], extra: &[f64], state: &[f64], sequence: &[f64], b: usize) -> Tape {
    let layers = main.len() / (8 * b);
    let steps = sequence.len() / b - 1;
    let mut tape = Tape {
        records: vec![Record::default(); steps * layers * b],
        outputs: vec![0.0; steps * b],
        y_bar: vec![0.0; steps * b],
    };
    let mut state = state.to_vec();
    let mut signal = vec![0.0; b];
    for t in 0..steps {
        for i in 0..b {
            signal[i] = sequence[t * b + i] * extra[i];
        }
        let records = tape.records[t * layers * b..(t + 1) * layers * b].chunks_exact_mut(b);
        let layers = main.chunks_exact(8 * b).zip(state.chunks_exact_mut(2 * b)).zip(records);
        for ((parameters, state), records) in layers {
            layer_forward(parameters, state, &mut signal, records);
        }
        let step = t * b..(t + 1) * b;
        tape.outputs[step.clone()].copy_from_slice(&signal);
        let target = &sequence[(t + 1) * b..(t + 2) * b];
        prediction_bar(extra, &signal, target, &mut tape.y_bar[step]);
    }
    let scale = 1.0 / (b * steps) as f64;
    for y_bar in &mut tape.y_bar {
        *y_bar *= scale;
    }
    tape
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn layer_forward(parameters: &[f64], state: &mut [f64], signal: &mut [f64], records: &mut [Record]) {
    let b = signal.len();
    let (weights, biases) = parameters.split_at(4 * b);
    let (hidden, cell) = state.split_at_mut(b);
    for i in 0..b {
        let mut record = Record {
            forget: sigmoid(signal[i] * weights[i] + biases[i]),
            ingate: sigmoid(hidden[i] * weights[b + i] + biases[b + i]),
            outgate: sigmoid(signal[i] * weights[2 * b + i] + biases[2 * b + i]),
            change: (hidden[i] * weights[3 * b + i] + biases[3 * b + i]).tanh(),
            tanh_cell: 0.0,
            signal: signal[i],
            hidden: hidden[i],
            cell: cell[i],
        };
        cell[i] = cell[i] * record.forget + record.ingate * record.change;
        record.tanh_cell = cell[i].tanh();
        hidden[i] = record.outgate * record.tanh_cell;
        signal[i] = hidden[i];
        records[i] = record;
    }
}

/// The cotangent of the prediction before the loss is averaged: the loss is linear in the rest.
fn prediction_bar(extra: &[f64], output: &[f64], target: &[f64], y_bar: &mut [f64]) {
    let b = output.len();
    let mut sum = 2.0;
    let mut ones = 0.0;
    for i in 0..b {
        y_bar[i] = (output[i] * extra[b + i] + extra[2 * b + i]).exp();
        sum += y_bar[i];
        ones += target[i];
    }
    let share = ones / sum;
    for i in 0..b {
        y_bar[i] = share * y_bar[i] - target[i];
    }
}

fn backward(main: &[f64], extra: &[f64], sequence: &[f64], b: usize, tape: &Tape) -> (Vec<f64>, Vec<f64>) {
    let layers = main.len() / (8 * b);
    let steps = sequence.len() / b - 1;
    let mut main_bar = vec![0.0; main.len()];
    let mut extra_bar = vec![0.0; extra.len()];
    let mut state_bar = vec![0.0; 2 * layers * b];
    let mut signal_bar = vec![0.0; b];
    for t in (0..steps).rev() {
        for i in 0..b {
            let y_bar = tape.y_bar[t * b + i];
            extra_bar[b + i] += y_bar * tape.outputs[t * b + i];
            extra_bar[2 * b + i] += y_bar;
            signal_bar[i] = y_bar * extra[b + i];
        }
        let records = tape.records[t * layers * b..(t + 1) * layers * b].chunks_exact(b);
        let parameters = main.chunks_exact(8 * b).zip(main_bar.chunks_exact_mut(8 * b));
        let layers = parameters.zip(state_bar.chunks_exact_mut(2 * b)).zip(records);
        for (((parameters, parameters_bar), state_bar), records) in layers.rev() {
            layer_backward(parameters, parameters_bar, state_bar, &mut signal_bar, records);
        }
        for i in 0..b {
            extra_bar[i] += signal_bar[i] * sequence[t * b + i];
        }
    }
    (main_bar, extra_bar)
}

fn layer_backward(
    parameters: &[f64],
    parameters_bar: &mut [f64],
    state_bar: &mut [f64],
    signal_bar: &mut [f64],
    records: &[Record],
) {
    let b = records.len();
    let weights = &parameters[..4 * b];
    let (weights_bar, biases_bar) = parameters_bar.split_at_mut(4 * b);
    let (hidden_bar, cell_bar) = state_bar.split_at_mut(b);
    for i in 0..b {
        let r = &records[i];
        let output_bar = signal_bar[i] + hidden_bar[i];
        let new_cell_bar = cell_bar[i] + output_bar * r.outgate * (1.0 - r.tanh_cell * r.tanh_cell);
        cell_bar[i] = new_cell_bar * r.forget;
        let forget_bar = new_cell_bar * r.cell * r.forget * (1.0 - r.forget);
        let ingate_bar = new_cell_bar * r.change * r.ingate * (1.0 - r.ingate);
        let outgate_bar = output_bar * r.tanh_cell * r.outgate * (1.0 - r.outgate);
        let change_bar = new_cell_bar * r.ingate * (1.0 - r.change * r.change);
        weights_bar[i] += forget_bar * r.signal;
        weights_bar[b + i] += ingate_bar * r.hidden;
        weights_bar[2 * b + i] += outgate_bar * r.signal;
        weights_bar[3 * b + i] += change_bar * r.hidden;
        biases_bar[i] += forget_bar;
        biases_bar[b + i] += ingate_bar;
        biases_bar[2 * b + i] += outgate_bar;
        biases_bar[3 * b + i] += change_bar;
        signal_bar[i] = forget_bar * weights[i] + outgate_bar * weights[2 * b + i];
        hidden_bar[i] = ingate_bar * weights[b + i] + change_bar * weights[3 * b + i];
    }
}
