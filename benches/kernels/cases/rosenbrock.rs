//! The Rosenbrock function of many variables: a chain in which neighbours meet.

use grad_runtime::prelude::*;

use crate::case::{Case, gradient, value};
use crate::peers::{self, Program, Scalar};
use crate::random::Random;

#[differentiable]
fn rosenbrock(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 1..x.len() {
        let slope = 1.0 - x[i - 1];
        let valley = x[i] - x[i - 1] * x[i - 1];
        sum += slope * slope + 100.0 * valley * valley;
    }
    sum
}

/// One sweep: what a pair gives to its second element waits in a register for the next pair.
fn by_hand(x: &[f64], x_bar: &mut [f64]) -> f64 {
    let Some((&first, rest)) = x.split_first() else { return 0.0 };
    let (mut sum, mut before, mut carried) = (0.0, first, 0.0);
    for (&now, bar) in rest.iter().zip(&mut *x_bar) {
        let slope = 1.0 - before;
        let valley = now - before * before;
        sum += slope * slope + 100.0 * valley * valley;
        let valley_bar = 200.0 * valley;
        *bar += carried - 2.0 * slope - 2.0 * before * valley_bar;
        (before, carried) = (now, valley_bar);
    }
    x_bar[rest.len()] += carried;
    sum
}

#[derive(Clone)]
struct Overloaded;

impl Program<1> for Overloaded {
    fn run<S: Scalar>(&self, x: &[S]) -> [S; 1] {
        let mut sum = S::constant(0.0);
        for i in 1..x.len() {
            let slope = -x[i - 1] + 1.0;
            let valley = x[i] - x[i - 1] * x[i - 1];
            sum = sum + slope * slope + valley * valley * 100.0;
        }
        [sum]
    }
}

pub fn case() -> Case {
    Case {
        name: "Rosenbrock 1000",
        known: "nothing",
        point: Random::new(1).numbers(1000, -2.0, 2.0),
        outputs: 1,
        variants: vec![
            value(rosenbrock),
            gradient("by hand", by_hand),
            gradient("generated", rosenbrock::grad_into),
            peers::easy_ml(&Overloaded),
            peers::aad(&Overloaded),
        ],
    }
}
