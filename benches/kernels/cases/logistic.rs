//! Logistic regression: the mean log-loss of 1000 rows with 20 features, labels -1 and 1.

use std::rc::Rc;

use grad_runtime::prelude::*;

use crate::case::{Case, gradient, value};
use crate::peers::{self, Program, Scalar};
use crate::random::Random;

const ROWS: usize = 1000;
const FEATURES: usize = 20;

#[differentiable(wrt(w))]
#[expect(clippy::cast_precision_loss, reason = "a row count fits a double exactly")]
fn log_loss(w: &[f64], x: &[f64], labels: &[f64]) -> f64 {
    let mut total = 0.0;
    for (row, label) in x.chunks_exact(w.len()).zip(labels) {
        let mut z = 0.0;
        for (w, x) in w.iter().zip(row) {
            z += w * x;
        }
        total += (-label * z).exp().ln_1p();
    }
    total / labels.len() as f64
}

/// One sweep: the cotangent of the total is known before the loop, the exponential is computed once.
#[expect(clippy::cast_precision_loss, reason = "a row count fits a double exactly")]
fn by_hand(w: &[f64], x: &[f64], labels: &[f64], w_bar: &mut [f64]) -> f64 {
    let mut total = 0.0;
    let total_bar = 1.0 / labels.len() as f64;
    let w_bar = &mut w_bar[..w.len()];
    for (row, label) in x.chunks_exact(w.len()).zip(labels) {
        let mut z = 0.0;
        for (w, x) in w.iter().zip(row) {
            z += w * x;
        }
        let odds = (-label * z).exp();
        total += odds.ln_1p();
        let z_bar = -label * (odds / (1.0 + odds) * total_bar);
        for (bar, x) in w_bar.iter_mut().zip(row) {
            *bar += x * z_bar;
        }
    }
    total / labels.len() as f64
}

struct Data {
    x: Vec<f64>,
    labels: Vec<f64>,
}

#[derive(Clone)]
struct Overloaded(Rc<Data>);

impl Program<1> for Overloaded {
    #[expect(clippy::cast_precision_loss, reason = "a row count fits a double exactly")]
    fn run<S: Scalar>(&self, w: &[S]) -> [S; 1] {
        let mut total = S::constant(0.0);
        for (row, label) in self.0.x.chunks_exact(w.len()).zip(&self.0.labels) {
            let z = w.iter().zip(row).fold(S::constant(0.0), |z, (&w, &x)| z + w * x);
            total = total + ((z * -label).exp() + 1.0).ln();
        }
        [total / self.0.labels.len() as f64]
    }
}

pub fn case() -> Case {
    let mut random = Random::new(3);
    let x = random.numbers(ROWS * FEATURES, -1.0, 1.0);
    let labels = random.numbers(ROWS, -1.0, 1.0).into_iter().map(f64::signum).collect();
    let data = Rc::new(Data { x, labels });
    let program = Overloaded(Rc::clone(&data));
    let (same, third) = (Rc::clone(&data), Rc::clone(&data));
    Case {
        name: "logistic 1000x20",
        known: "nothing",
        point: random.numbers(FEATURES, -1.0, 1.0),
        outputs: 1,
        variants: vec![
            value(move |w| log_loss(w, &data.x, &data.labels)),
            gradient("by hand", move |w, w_bar| by_hand(w, &same.x, &same.labels, w_bar)),
            gradient("generated", move |w, w_bar| log_loss::grad_into(w, &third.x, &third.labels, w_bar)),
            peers::easy_ml(&program),
            peers::aad(&program),
            peers::num_dual::<FEATURES, 1>(&program),
        ],
    }
}
