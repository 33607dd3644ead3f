//! Explicit steps of the heat equation on a grid of 100 x 100 whose border stays as it is: the squared distance of
//! the final field from a measured one, by the initial field.

use std::hint::black_box;
use std::rc::Rc;

use grad_runtime::prelude::*;

use crate::case::{Case, gradient, value};
use crate::peers::{self, Program, Scalar};
use crate::random::Random;

const SIDE: usize = 100;
const STEPS: usize = 20;
/// The diffusion number, at most a quarter for a stable scheme.
const RATE: f64 = 0.2;

#[differentiable]
fn diffuse(
    initial: &[f64],
    #[constant] measured: &[f64],
    side: usize,
    steps: usize,
    #[constant] rate: f64,
) -> f64 {
    let mut now = initial.to_vec();
    let mut next = initial.to_vec();
    for _ in 0..steps {
        for i in 1..side - 1 {
            for j in 1..side - 1 {
                let at = i * side + j;
                let around = now[at - side] + now[at + side] + now[at - 1] + now[at + 1];
                next[at] = now[at] + rate * (around - 4.0 * now[at]);
            }
        }
        now.copy_from_slice(&next);
    }
    let mut distance = 0.0;
    for (u, m) in now.iter().zip(measured) {
        distance += (u - m) * (u - m);
    }
    distance
}

/// One step of the stencil into the inner points of `next`: a row at a time, so that no index needs a check.
fn step(now: &[f64], next: &mut [f64], side: usize, rate: f64) {
    let above = now.chunks_exact(side);
    let rows = now[side..].chunks_exact(side);
    let below = now[2 * side..].chunks_exact(side);
    let out = next[side..].chunks_exact_mut(side);
    for (((above, row), below), out) in above.zip(rows).zip(below).zip(out) {
        let sides = row.windows(3).zip(above[1..].iter().zip(&below[1..]));
        for (out, (row, (above, below))) in out[1..].iter_mut().zip(sides) {
            let around = above + below + row[0] + row[2];
            *out = row[1] + rate * (around - 4.0 * row[1]);
        }
    }
}

/// What one step back adds to the border's cotangents: the inner points beside it read it.
fn border_reads(bar: &[f64], border: &mut [f64], side: usize, rate: f64) {
    let last = side * (side - 1);
    for k in 1..side - 1 {
        border[k] += rate * bar[k + side];
        border[last + k] += rate * bar[last + k - side];
        border[k * side] += rate * bar[k * side + 1];
        border[k * side + side - 1] += rate * bar[k * side + side - 2];
    }
}

/// All points of the border, each once.
fn border_points(side: usize) -> impl Iterator<Item = usize> {
    let last = side * (side - 1);
    (0..side).chain(last..last + side).chain((1..side - 1).flat_map(move |i| [i * side, i * side + side - 1]))
}

/// The stencil is its own transpose, so the way back is the way there with the cotangents as the field and a border
/// of zeros: gathered, not scattered. The steps are linear, so nothing is kept.
fn by_hand(initial: &[f64], measured: &[f64], side: usize, steps: usize, rate: f64, bar: &mut [f64]) -> f64 {
    let mut now = initial.to_vec();
    let mut next = initial.to_vec();
    for _ in 0..steps {
        step(&now, &mut next, side, rate);
        std::mem::swap(&mut now, &mut next);
    }
    let mut distance = 0.0;
    for (u, m) in now.iter_mut().zip(measured) {
        let gap = *u - m;
        distance += gap * gap;
        *u = 2.0 * gap;
    }
    for at in border_points(side) {
        bar[at] += now[at];
        now[at] = 0.0;
        next[at] = 0.0;
    }
    for _ in 0..steps {
        border_reads(&now, bar, side, rate);
        step(&now, &mut next, side, rate);
        std::mem::swap(&mut now, &mut next);
    }
    // The border of `now` is zero, so the whole field can be added.
    bar.iter_mut().zip(&now).for_each(|(bar, now)| *bar += now);
    distance
}

#[derive(Clone)]
struct Overloaded(Rc<Vec<f64>>);

impl Program<1> for Overloaded {
    fn run<S: Scalar>(&self, initial: &[S]) -> [S; 1] {
        let mut now = initial.to_vec();
        let mut next = initial.to_vec();
        for _ in 0..STEPS {
            for i in 1..SIDE - 1 {
                for at in i * SIDE + 1..(i + 1) * SIDE - 1 {
                    let around = now[at - SIDE] + now[at + SIDE] + now[at - 1] + now[at + 1];
                    next[at] = now[at] + (around - now[at] * 4.0) * RATE;
                }
            }
            std::mem::swap(&mut now, &mut next);
        }
        [now.iter().zip(&*self.0).fold(S::constant(0.0), |sum, (&u, &m)| sum + (u - m) * (u - m))]
    }
}

pub fn case() -> Case {
    let mut random = Random::new(10);
    let measured = Rc::new(random.numbers(SIDE * SIDE, 0.0, 1.0));
    let program = Overloaded(Rc::clone(&measured));
    let (same, third) = (Rc::clone(&measured), Rc::clone(&measured));
    Case {
        name: "heat 100x100, 20 steps",
        known: "nothing",
        point: random.numbers(SIDE * SIDE, 0.0, 1.0),
        outputs: 1,
        variants: vec![
            value(move |u| diffuse(u, &measured, black_box(SIDE), black_box(STEPS), RATE)),
            gradient("by hand", move |u, bar| {
                by_hand(u, &same, black_box(SIDE), black_box(STEPS), RATE, bar)
            }),
            gradient("generated", move |u, bar| {
                diffuse::grad_into(u, &third, black_box(SIDE), black_box(STEPS), RATE, bar)
            }),
            peers::easy_ml(&program),
            peers::aad(&program),
        ],
    }
}
