//! The dot product: nothing but reading, so everything beyond it shows.

use grad_runtime::prelude::*;

use crate::case::{Case, gradient, split, split_mut, value};
use crate::peers::{self, Program, Scalar};
use crate::random::Random;

const N: usize = 1000;

#[differentiable]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (a, b) in x.iter().zip(y) {
        sum += a * b;
    }
    sum
}

/// One loop: the sum, whose order is fixed, waits for each addition, and the updates fit into the time.
fn by_hand(x: &[f64], y: &[f64], x_bar: &mut [f64], y_bar: &mut [f64]) -> f64 {
    let mut sum = 0.0;
    for ((a, b), (a_bar, b_bar)) in x.iter().zip(y).zip(x_bar.iter_mut().zip(y_bar)) {
        sum += a * b;
        *a_bar += b;
        *b_bar += a;
    }
    sum
}

#[derive(Clone)]
struct Overloaded;

impl Program<1> for Overloaded {
    fn run<S: Scalar>(&self, flat: &[S]) -> [S; 1] {
        let (x, y) = flat.split_at(N);
        [x.iter().zip(y).fold(S::constant(0.0), |sum, (&a, &b)| sum + a * b)]
    }
}

pub fn case() -> Case {
    Case {
        name: "dot product 1000",
        known: "nothing",
        point: Random::new(2).numbers(2 * N, -1.0, 1.0),
        outputs: 1,
        variants: vec![
            value(|flat| {
                let [x, y] = split(flat, [N, N]);
                dot(x, y)
            }),
            gradient("by hand", |flat, bar| {
                let [x, y] = split(flat, [N, N]);
                let [x_bar, y_bar] = split_mut(bar, [N, N]);
                by_hand(x, y, x_bar, y_bar)
            }),
            gradient("generated", |flat, bar| {
                let [x, y] = split(flat, [N, N]);
                let [x_bar, y_bar] = split_mut(bar, [N, N]);
                dot::grad_into(x, y, x_bar, y_bar)
            }),
            peers::easy_ml(&Overloaded),
            peers::aad(&Overloaded),
        ],
    }
}
