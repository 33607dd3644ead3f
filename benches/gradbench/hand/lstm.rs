//! Per step and layer one record of what the gates gave, gate after gate so that loops over the bits
//! vectorise. No exponential is computed twice; inputs and hidden values are products of what is kept.

/// What a bit of a layer keeps of a step: its gates, and its cell before the step.
const KEPT: usize = 6;

/// The parts of a record, each of them a number per bit.
struct Record<'a> {
    forget: &'a [f64],
    ingate: &'a [f64],
    outgate: &'a [f64],
    change: &'a [f64],
    tanh_cell: &'a [f64],
    cell: &'a [f64],
}

impl<'a> Record<'a> {
    fn new(record: &'a [f64]) -> Self {
        let mut parts = record.chunks_exact(record.len() / KEPT);
        let mut part = || parts.next().unwrap_or_default();
        Self {
            forget: part(),
            ingate: part(),
            outgate: part(),
            change: part(),
            tanh_cell: part(),
            cell: part(),
        }
    }

    /// The hidden values after the step.
    fn hidden(&self, hidden: &mut [f64]) {
        for ((entry, outgate), tanh_cell) in hidden.iter_mut().zip(self.outgate).zip(self.tanh_cell) {
            *entry = outgate * tanh_cell;
        }
    }
}

/// The network and its sequence, as `lstm::objective` takes them.
#[derive(Clone, Copy)]
struct Network<'a> {
    main: &'a [f64],
    extra: &'a [f64],
    state: &'a [f64],
    sequence: &'a [f64],
    b: usize,
    layers: usize,
    steps: usize,
}

/// Records step after step and layer after layer, and the cotangents of the predictions.
struct Tape {
    records: Vec<f64>,
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
    let (layers, steps) = (main.len() / (8 * b), sequence.len() / b - 1);
    let network = Network { main, extra, state, sequence, b, layers, steps };
    network.backward(&network.forward())
}

impl Network<'_> {
    fn forward(&self) -> Tape {
        let Self { b, layers, steps, .. } = *self;
        let mut tape = Tape {
            records: Vec::with_capacity(steps * layers * b * KEPT),
            y_bar: Vec::with_capacity(steps * b),
        };
        let mut state = self.state.to_vec();
        let mut signal = vec![0.0; b];
        let mut record = vec![0.0; KEPT * b];
        for t in 0..steps {
            self.input(t, &mut signal);
            for (parameters, state) in self.main.chunks_exact(8 * b).zip(state.chunks_exact_mut(2 * b)) {
                layer_forward(parameters, state, &mut signal, &mut record);
                tape.records.extend_from_slice(&record);
            }
            let target = &self.sequence[(t + 1) * b..(t + 2) * b];
            prediction_bar(self.extra, &mut signal, target);
            tape.y_bar.extend_from_slice(&signal);
        }
        tape
    }

    fn input(&self, t: usize, signal: &mut [f64]) {
        for i in 0..self.b {
            signal[i] = self.sequence[t * self.b + i] * self.extra[i];
        }
    }

    /// The record of a layer in a step.
    fn record<'a>(&self, tape: &'a Tape, t: usize, j: usize) -> Record<'a> {
        let size = KEPT * self.b;
        let start = (t * self.layers + j) * size;
        Record::new(&tape.records[start..start + size])
    }

    fn backward(&self, tape: &Tape) -> (Vec<f64>, Vec<f64>) {
        let Self { b, layers, steps, extra, .. } = *self;
        let scale = 1.0 / (b * steps) as f64;
        let mut main_bar = vec![0.0; self.main.len()];
        let mut extra_bar = vec![0.0; extra.len()];
        let mut state_bar = vec![0.0; 2 * layers * b];
        let (mut signal_bar, mut signal) = (vec![0.0; b], vec![0.0; b]);
        let mut hidden = vec![0.0; b];
        for t in (0..steps).rev() {
            self.record(tape, t, layers - 1).hidden(&mut signal);
            for i in 0..b {
                let y_bar = scale * tape.y_bar[t * b + i];
                extra_bar[b + i] += y_bar * signal[i];
                extra_bar[2 * b + i] += y_bar;
                signal_bar[i] = y_bar * extra[b + i];
            }
            for j in (0..layers).rev() {
                match j {
                    0 => self.input(t, &mut signal),
                    _ => self.record(tape, t, j - 1).hidden(&mut signal),
                }
                match t {
                    0 => hidden.copy_from_slice(&self.state[2 * j * b..(2 * j + 1) * b]),
                    _ => self.record(tape, t - 1, j).hidden(&mut hidden),
                }
                layer_backward(
                    &self.main[8 * j * b..(8 * j + 4) * b],
                    &mut main_bar[8 * j * b..8 * (j + 1) * b],
                    &mut state_bar[2 * j * b..2 * (j + 1) * b],
                    &mut signal_bar,
                    (&signal, &hidden),
                    &self.record(tape, t, j),
                );
            }
            for i in 0..b {
                extra_bar[i] += signal_bar[i] * self.sequence[t * b + i];
            }
        }
        (main_bar, extra_bar)
    }
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

fn layer_forward(parameters: &[f64], state: &mut [f64], signal: &mut [f64], record: &mut [f64]) {
    let b = signal.len();
    let (weights, biases) = parameters.split_at(4 * b);
    let (hidden, cell) = state.split_at_mut(b);
    for i in 0..b {
        let forget = sigmoid(signal[i] * weights[i] + biases[i]);
        let ingate = sigmoid(hidden[i] * weights[b + i] + biases[b + i]);
        let outgate = sigmoid(signal[i] * weights[2 * b + i] + biases[2 * b + i]);
        let change = (hidden[i] * weights[3 * b + i] + biases[3 * b + i]).tanh();
        let new_cell = cell[i] * forget + ingate * change;
        let tanh_cell = new_cell.tanh();
        for (part, kept) in [forget, ingate, outgate, change, tanh_cell, cell[i]].into_iter().enumerate() {
            record[part * b + i] = kept;
        }
        cell[i] = new_cell;
        hidden[i] = outgate * tanh_cell;
        signal[i] = hidden[i];
    }
}

/// Turns the network's output into the cotangent of its prediction, before the loss is averaged.
fn prediction_bar(extra: &[f64], output: &mut [f64], target: &[f64]) {
    let b = output.len();
    let mut sum = 2.0;
    let mut ones = 0.0;
    for i in 0..b {
        output[i] = (output[i] * extra[b + i] + extra[2 * b + i]).exp();
        sum += output[i];
        ones += target[i];
    }
    let share = ones / sum;
    for i in 0..b {
        output[i] = share * output[i] - target[i];
    }
}

/// Cuts a slice into four of `b` numbers each.
fn quarters(slice: &mut [f64], b: usize) -> [&mut [f64]; 4] {
    let (first, rest) = slice.split_at_mut(b);
    let (second, rest) = rest.split_at_mut(b);
    let (third, fourth) = rest.split_at_mut(b);
    [first, second, third, &mut fourth[..b]]
}

/// Takes the cotangents of the layer's state and output back over a step.
fn layer_backward(
    weights: &[f64],
    parameters_bar: &mut [f64],
    state_bar: &mut [f64],
    signal_bar: &mut [f64],
    (signal, hidden): (&[f64], &[f64]),
    r: &Record,
) {
    let b = signal_bar.len();
    let (weights_bar, biases_bar) = parameters_bar.split_at_mut(4 * b);
    let (hidden_bar, cell_bar) = state_bar.split_at_mut(b);
    let [wf_bar, wi_bar, wo_bar, wc_bar] = quarters(weights_bar, b);
    let [bf_bar, bi_bar, bo_bar, bc_bar] = quarters(biases_bar, b);
    let [wf, wi, wo, wc] = [0, 1, 2, 3].map(|gate| &weights[gate * b..(gate + 1) * b]);
    let [forget, ingate, outgate] = [r.forget, r.ingate, r.outgate].map(|part| &part[..b]);
    let [change, tanh_cell, cell] = [r.change, r.tanh_cell, r.cell].map(|part| &part[..b]);
    let (signal, hidden, cell_bar) = (&signal[..b], &hidden[..b], &mut cell_bar[..b]);
    for i in 0..b {
        let output_bar = signal_bar[i] + hidden_bar[i];
        let new_cell_bar = cell_bar[i] + output_bar * outgate[i] * (1.0 - tanh_cell[i] * tanh_cell[i]);
        cell_bar[i] = new_cell_bar * forget[i];
        let forget_bar = new_cell_bar * cell[i] * forget[i] * (1.0 - forget[i]);
        let ingate_bar = new_cell_bar * change[i] * ingate[i] * (1.0 - ingate[i]);
        let outgate_bar = output_bar * tanh_cell[i] * outgate[i] * (1.0 - outgate[i]);
        let change_bar = new_cell_bar * ingate[i] * (1.0 - change[i] * change[i]);
        wf_bar[i] += forget_bar * signal[i];
        wi_bar[i] += ingate_bar * hidden[i];
        wo_bar[i] += outgate_bar * signal[i];
        wc_bar[i] += change_bar * hidden[i];
        bf_bar[i] += forget_bar;
        bi_bar[i] += ingate_bar;
        bo_bar[i] += outgate_bar;
        bc_bar[i] += change_bar;
        signal_bar[i] = forget_bar * wf[i] + outgate_bar * wo[i];
        hidden_bar[i] = ingate_bar * wi[i] + change_bar * wc[i];
    }
}
