//! In-place steps of the optimizers beside the loops that one would write by hand.
//!
//! `cargo bench --bench optim` runs both alternately and prints the medians, the best times, and their ratios. A number
//! after `--` is the number of parameters (1 000 000 where there is none).

use std::hint::black_box;
use std::time::{Duration, Instant};

use grad_runtime::prelude::*;

/// The parameters of a step, as one would hold them in a program.
struct Buffers {
    w: Vec<f64>,
    g: Vec<f64>,
    m: Vec<f64>,
    v: Vec<f64>,
}

impl Buffers {
    /// Numbers that differ from element to element.
    fn new(count: usize) -> Self {
        let numbers = |scale: f64| (0..count).map(|i| scale * (i as f64 * 0.7).sin()).collect::<Vec<_>>();
        let v = numbers(0.1).iter().map(|x| x * x).collect();
        Self { w: numbers(1.0), g: numbers(0.3), m: numbers(0.2), v }
    }
}

const LR: f64 = 1e-3;

#[inline(never)]
fn adam_ours(b: &mut Buffers, t: u64) {
    adam_update_inplace(&mut b.w, &b.g, LR, &mut b.m, &mut b.v, t, AdamOptions::default()).unwrap();
}

#[inline(never)]
fn lamb_ours(b: &mut Buffers, t: u64) {
    lamb_update_inplace(&mut b.w, &b.g, LR, &mut b.m, &mut b.v, t, LambOptions::default()).unwrap();
}

/// The size of Adam's step at `t`.
fn alpha(t: u64, options: &AdamOptions) -> f64 {
    let t = i32::try_from(t).unwrap();
    (1.0 - options.beta2.powi(t)).sqrt() / (1.0 - options.beta1.powi(t) + options.epsilon)
}

#[inline(never)]
fn adam_by_hand(b: &mut Buffers, t: u64) {
    let options = AdamOptions::default();
    let AdamOptions { beta1, beta2, epsilon, .. } = options;
    let alpha = alpha(t, &options);
    for (((w, &g), m), v) in b.w.iter_mut().zip(&b.g).zip(&mut b.m).zip(&mut b.v) {
        *m = beta1 * *m + (1.0 - beta1) * g;
        *v = beta2 * *v + (1.0 - beta2) * (g * g);
        *w -= LR * (alpha * *m / (v.sqrt() + epsilon));
    }
}

/// LAMB in two sweeps: moments and norms, then the weights. The norms are summed in eight lanes, as whoever wants speed writes it.
#[inline(never)]
fn lamb_by_hand(b: &mut Buffers, t: u64) {
    let options = AdamOptions::default();
    let AdamOptions { beta1, beta2, epsilon, .. } = options;
    let alpha = alpha(t, &options);
    let (mut w_sums, mut d_sums) = ([0.0; 8], [0.0; 8]);
    let blocks = b.w.chunks(8).zip(b.g.chunks(8)).zip(b.m.chunks_mut(8)).zip(b.v.chunks_mut(8));
    for (((w, g), m), v) in blocks {
        let lanes = w_sums.iter_mut().zip(&mut d_sums);
        for (((((w_sum, d_sum), &w), &g), m), v) in lanes.zip(w).zip(g).zip(m).zip(v) {
            *m = beta1 * *m + (1.0 - beta1) * g;
            *v = beta2 * *v + (1.0 - beta2) * (g * g);
            let d = alpha * *m / (v.sqrt() + epsilon);
            *w_sum += w * w;
            *d_sum += d * d;
        }
    }
    let (w_norm, d_norm) = (w_sums.iter().sum::<f64>().sqrt(), d_sums.iter().sum::<f64>().sqrt());
    let rate = LR * (w_norm / (d_norm + 1e-12)).min(10.0);
    for ((w, &m), &v) in b.w.iter_mut().zip(&b.m).zip(&b.v) {
        *w -= rate * (alpha * m / (v.sqrt() + epsilon));
    }
}

/// The time of one step.
fn time(step: fn(&mut Buffers, u64), buffers: &mut Buffers, t: u64) -> Duration {
    let start = Instant::now();
    step(black_box(buffers), black_box(t));
    start.elapsed()
}

/// The median and the least, in microseconds.
fn summary(mut times: Vec<Duration>) -> [f64; 2] {
    times.sort();
    [times[times.len() / 2], times[0]].map(|time| time.as_secs_f64() * 1e6)
}

type Step = fn(&mut Buffers, u64);

/// Requires that both forms do the same.
fn check(name: &str, ours: Step, by_hand: Step) {
    let [mut a, mut b] = [Buffers::new(1003), Buffers::new(1003)];
    for t in 1..=20 {
        ours(&mut a, t);
        by_hand(&mut b, t);
    }
    let close = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 + 1e-9 * b.abs();
    assert!(a.w.iter().zip(&b.w).all(close), "{name}: the two forms differ");
}

/// Runs both forms alternately, on the same memory: where it lies makes more of a difference than how it is walked.
fn compare(name: &str, count: usize, ours: Step, by_hand: Step) {
    check(name, ours, by_hand);
    let mut buffers = Buffers::new(count);
    let rounds = (50_000_000 / count).clamp(5, 400);
    let mut times = [Vec::new(), Vec::new()];
    for t in 1..=u64::try_from(rounds).unwrap() {
        times[0].push(time(ours, &mut buffers, t));
        times[1].push(time(by_hand, &mut buffers, t));
    }
    let [ours, by_hand] = times.map(summary);
    for (what, ours, by_hand) in [("median", ours[0], by_hand[0]), ("best", ours[1], by_hand[1])] {
        let ratio = ours / by_hand;
        println!(
            "{name:5}{count:9} parameters, {what:6}: {ours:9.1} µs, by hand {by_hand:9.1} µs, ratio {ratio:.3}"
        );
    }
}

fn main() {
    let count = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    for count in [1_000, count] {
        compare("Adam", count, adam_ours, adam_by_hand);
        compare("LAMB", count, lamb_ours, lamb_by_hand);
    }
}
