//! A small network, 8 inputs, 16 hidden units with tanh, 1 output: the squared error over 16 samples.

use std::rc::Rc;

use grad_runtime::prelude::*;

use crate::case::{Case, array, array_mut, gradient, split, split_mut, value};
use crate::peers::{self, Program, Scalar};
use crate::random::Random;

const IN: usize = 8;
const HIDDEN: usize = 16;
const SAMPLES: usize = 16;
const SIZES: [usize; 4] = [HIDDEN * IN, HIDDEN, HIDDEN, 1];

#[differentiable(wrt(w1, b1, w2, b2))]
fn loss(
    w1: &[[f64; IN]; HIDDEN],
    b1: &[f64; HIDDEN],
    w2: &[f64; HIDDEN],
    b2: f64,
    x: &[[f64; IN]],
    y: &[f64],
) -> f64 {
    let mut total = 0.0;
    for (sample, target) in x.iter().zip(y) {
        let mut out = b2;
        for i in 0..HIDDEN {
            let mut z = b1[i];
            for j in 0..IN {
                z += w1[i][j] * sample[j];
            }
            out += w2[i] * z.tanh();
        }
        let error = out - target;
        total += error * error;
    }
    total
}

/// The parameters' cotangents, which `by_hand` adds into.
struct Bars<'a> {
    w1: &'a mut [[f64; IN]; HIDDEN],
    b1: &'a mut [f64; HIDDEN],
    w2: &'a mut [f64; HIDDEN],
    b2: &'a mut f64,
}

/// The network's parameters.
struct Parameters<'a> {
    w1: &'a [[f64; IN]; HIDDEN],
    b1: &'a [f64; HIDDEN],
    w2: &'a [f64; HIDDEN],
    b2: f64,
}

/// Each sample goes forward and back at once; the hidden activations are all that is kept.
fn by_hand(&Parameters { w1, b1, w2, b2 }: &Parameters, x: &[[f64; IN]], y: &[f64], bars: &mut Bars) -> f64 {
    let mut total = 0.0;
    for (sample, target) in x.iter().zip(y) {
        let mut hidden = [0.0; HIDDEN];
        let mut out = b2;
        for i in 0..HIDDEN {
            let mut z = b1[i];
            for j in 0..IN {
                z += w1[i][j] * sample[j];
            }
            hidden[i] = z.tanh();
            out += w2[i] * hidden[i];
        }
        let error = out - target;
        total += error * error;
        let out_bar = 2.0 * error;
        *bars.b2 += out_bar;
        for i in 0..HIDDEN {
            bars.w2[i] += hidden[i] * out_bar;
            let z_bar = w2[i] * out_bar * (1.0 - hidden[i] * hidden[i]);
            bars.b1[i] += z_bar;
            for (bar, x) in bars.w1[i].iter_mut().zip(sample) {
                *bar += x * z_bar;
            }
        }
    }
    total
}

struct Data {
    x: Vec<[f64; IN]>,
    y: Vec<f64>,
}

#[derive(Clone)]
struct Overloaded(Rc<Data>);

impl Program<1> for Overloaded {
    fn run<S: Scalar>(&self, flat: &[S]) -> [S; 1] {
        let (w1, rest) = flat.split_at(HIDDEN * IN);
        let (b1, rest) = rest.split_at(HIDDEN);
        let (w2, b2) = rest.split_at(HIDDEN);
        let mut total = S::constant(0.0);
        for (sample, &target) in self.0.x.iter().zip(&self.0.y) {
            let mut out = b2[0];
            for (row, (&b, &w)) in w1.chunks_exact(IN).zip(b1.iter().zip(w2)) {
                let z = row.iter().zip(sample).fold(b, |z, (&w, &x)| z + w * x);
                out = out + w * z.tanh();
            }
            let error = out - target;
            total = total + error * error;
        }
        [total]
    }
}

fn parameters(flat: &[f64]) -> Parameters<'_> {
    let [w1, b1, w2, b2] = split(flat, SIZES);
    Parameters { w1: array(w1.as_chunks().0), b1: array(b1), w2: array(w2), b2: b2[0] }
}

fn cotangents(flat: &mut [f64]) -> Bars<'_> {
    let [w1, b1, w2, b2] = split_mut(flat, SIZES);
    Bars { w1: array_mut(w1.as_chunks_mut().0), b1: array_mut(b1), w2: array_mut(w2), b2: &mut b2[0] }
}

pub fn case() -> Case {
    let mut random = Random::new(4);
    let x = random.numbers(SAMPLES * IN, -1.0, 1.0).as_chunks().0.to_vec();
    let data = Rc::new(Data { x, y: random.numbers(SAMPLES, -1.0, 1.0) });
    let program = Overloaded(Rc::clone(&data));
    let (same, third) = (Rc::clone(&data), Rc::clone(&data));
    Case {
        name: "MLP 8-16-1",
        known: "the layers",
        point: random.numbers(SIZES.iter().sum(), -0.5, 0.5),
        outputs: 1,
        variants: vec![
            value(move |flat| {
                let Parameters { w1, b1, w2, b2 } = parameters(flat);
                loss(w1, b1, w2, b2, &data.x, &data.y)
            }),
            gradient("by hand", move |flat, bar| {
                by_hand(&parameters(flat), &same.x, &same.y, &mut cotangents(bar))
            }),
            gradient("generated", move |flat, bar| {
                let Parameters { w1, b1, w2, b2 } = parameters(flat);
                let bars = cotangents(bar);
                loss::grad_into(w1, b1, w2, b2, &third.x, &third.y, bars.w1, bars.b1, bars.w2, bars.b2)
            }),
            peers::easy_ml(&program),
            peers::aad(&program),
        ],
    }
}
