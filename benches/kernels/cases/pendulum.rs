//! A damped pendulum over 1000 steps of the classic Runge-Kutta method: where it ends, squared.
//!
//! The state is the angle and its rate; the parameters are the damping and gravity over length.

use std::hint::black_box;

use grad_runtime::prelude::*;

use crate::case::{Case, array, array_mut, gradient, split_mut, value};
use crate::peers::{self, Program, Scalar};

const STEPS: usize = 1000;
const STEP: f64 = 0.01;

#[differentiable]
fn slope(angle: f64, rate: f64, damping: f64, pull: f64) -> (f64, f64) {
    (rate, -damping * rate - pull * angle.sin())
}

#[differentiable]
fn swing(start: &[f64; 2], damping: f64, pull: f64, steps: usize, #[constant] h: f64) -> f64 {
    let [mut angle, mut rate] = *start;
    for _ in 0..steps {
        let (a1, r1) = slope(angle, rate, damping, pull);
        let (a2, r2) = slope(angle + 0.5 * h * a1, rate + 0.5 * h * r1, damping, pull);
        let (a3, r3) = slope(angle + 0.5 * h * a2, rate + 0.5 * h * r2, damping, pull);
        let (a4, r4) = slope(angle + h * a3, rate + h * r3, damping, pull);
        angle += h / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4);
        rate += h / 6.0 * (r1 + 2.0 * r2 + 2.0 * r3 + r4);
    }
    angle * angle + rate * rate
}

/// What one stage leaves for the way back: its rate, and sine and cosine of its angle.
#[derive(Clone, Copy)]
struct Stage {
    rate: f64,
    sin: f64,
    cos: f64,
}

/// A stage's slope, and the stage.
fn stage(angle: f64, rate: f64, damping: f64, pull: f64) -> (f64, Stage) {
    let (sin, cos) = angle.sin_cos();
    (-damping * rate - pull * sin, Stage { rate, sin, cos })
}

/// The adjoint of one step: the cotangents of the angle and the rate after it become those before it.
struct Adjoint {
    angle: f64,
    rate: f64,
    damping: f64,
    pull: f64,
}

impl Adjoint {
    fn step(&mut self, stages: &[Stage; 4], damping: f64, pull: f64, h: f64) {
        let weights = [h / 6.0, h / 3.0, h / 3.0, h / 6.0];
        let reach = [0.5 * h, 0.5 * h, h, 0.0];
        let (angle_end, rate_end) = (self.angle, self.rate);
        let (mut angle_next, mut rate_next) = (0.0, 0.0);
        for k in (0..4).rev() {
            let Stage { rate, sin, cos } = stages[k];
            let da_bar = weights[k] * angle_end + reach[k] * angle_next;
            let dr_bar = weights[k] * rate_end + reach[k] * rate_next;
            self.damping -= rate * dr_bar;
            self.pull -= sin * dr_bar;
            angle_next = -pull * cos * dr_bar;
            rate_next = da_bar - damping * dr_bar;
            self.angle += angle_next;
            self.rate += rate_next;
        }
    }
}

/// One record of four stages per step; the carried cotangents stay in registers.
fn by_hand(start: &[f64; 2], damping: f64, pull: f64, steps: usize, h: f64, bar: &mut [f64; 4]) -> f64 {
    let [mut angle, mut rate] = *start;
    let mut tape = Vec::with_capacity(steps);
    for _ in 0..steps {
        let (r1, s1) = stage(angle, rate, damping, pull);
        let (r2, s2) = stage(angle + 0.5 * h * s1.rate, rate + 0.5 * h * r1, damping, pull);
        let (r3, s3) = stage(angle + 0.5 * h * s2.rate, rate + 0.5 * h * r2, damping, pull);
        let (r4, s4) = stage(angle + h * s3.rate, rate + h * r3, damping, pull);
        angle += h / 6.0 * (s1.rate + 2.0 * s2.rate + 2.0 * s3.rate + s4.rate);
        rate += h / 6.0 * (r1 + 2.0 * r2 + 2.0 * r3 + r4);
        tape.push([s1, s2, s3, s4]);
    }
    let mut adjoint = Adjoint { angle: 2.0 * angle, rate: 2.0 * rate, damping: 0.0, pull: 0.0 };
    for stages in tape.iter().rev() {
        adjoint.step(stages, damping, pull, h);
    }
    let parts = [adjoint.angle, adjoint.rate, adjoint.damping, adjoint.pull];
    bar.iter_mut().zip(parts).for_each(|(bar, part)| *bar += part);
    angle * angle + rate * rate
}

#[derive(Clone)]
struct Overloaded;

impl Program<1> for Overloaded {
    fn run<S: Scalar>(&self, x: &[S]) -> [S; 1] {
        let (mut angle, mut rate, damping, pull) = (x[0], x[1], x[2], x[3]);
        let slope = |angle: S, rate: S| (rate, -damping * rate - pull * angle.sin());
        let h = STEP;
        for _ in 0..STEPS {
            let (a1, r1) = slope(angle, rate);
            let (a2, r2) = slope(angle + a1 * (0.5 * h), rate + r1 * (0.5 * h));
            let (a3, r3) = slope(angle + a2 * (0.5 * h), rate + r2 * (0.5 * h));
            let (a4, r4) = slope(angle + a3 * h, rate + r3 * h);
            angle = angle + (a1 + a2 * 2.0 + a3 * 2.0 + a4) * (h / 6.0);
            rate = rate + (r1 + r2 * 2.0 + r3 * 2.0 + r4) * (h / 6.0);
        }
        [angle * angle + rate * rate]
    }
}

pub fn case() -> Case {
    Case {
        name: "pendulum, 1000 RK4",
        known: "the state's size",
        point: vec![1.2, -0.3, 0.15, 9.81],
        outputs: 1,
        variants: vec![
            value(|x| {
                let x: &[f64; 4] = array(x);
                swing(&[x[0], x[1]], x[2], x[3], black_box(STEPS), black_box(STEP))
            }),
            gradient("by hand", |x, bar| {
                let x: &[f64; 4] = array(x);
                by_hand(&[x[0], x[1]], x[2], x[3], black_box(STEPS), black_box(STEP), array_mut(bar))
            }),
            gradient("generated", |x, bar| {
                let x: &[f64; 4] = array(x);
                let [start_bar, damping_bar, pull_bar] = split_mut(bar, [2, 1, 1]);
                let (steps, h) = (black_box(STEPS), black_box(STEP));
                let (damping_bar, pull_bar) = (&mut damping_bar[0], &mut pull_bar[0]);
                swing::grad_into(
                    &[x[0], x[1]],
                    x[2],
                    x[3],
                    steps,
                    h,
                    array_mut(start_bar),
                    damping_bar,
                    pull_bar,
                )
            }),
            peers::easy_ml(&Overloaded),
            peers::aad(&Overloaded),
            peers::num_dual::<4, 1>(&Overloaded),
        ],
    }
}
