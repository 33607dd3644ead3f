//! Times the variants of a kernel alternately, so that a machine that slows down slows them all.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::case::{Answer, Case, Variant};

/// How long one batch of calls should last: long enough for the clock, short enough to alternate often.
const BATCH: Duration = Duration::from_millis(1);

/// The median time of one call, and the median of its ratio to the plain value in the same round.
pub struct Timing {
    pub variant: &'static str,
    pub nanoseconds: f64,
    pub ratio: f64,
}

/// Times every variant of the kernel in `rounds` rounds.
pub fn measure(case: &Case, rounds: usize) -> Vec<Timing> {
    let mut answer = case.blank();
    let calls: Vec<u32> =
        case.variants.iter().map(|variant| calls_per_batch(case, variant, &mut answer)).collect();
    let mut times = vec![Vec::with_capacity(rounds); case.variants.len()];
    for _ in 0..rounds {
        for ((variant, &calls), times) in case.variants.iter().zip(&calls).zip(&mut times) {
            times.push(time(case, variant, calls, &mut answer).as_secs_f64() * 1e9 / f64::from(calls));
        }
    }
    let ratios = |of: &[f64]| of.iter().zip(&times[0]).map(|(time, value)| time / value).collect();
    case.variants
        .iter()
        .zip(&times)
        .map(|(variant, of)| Timing {
            variant: variant.name,
            nanoseconds: median(of.clone()),
            ratio: median(ratios(of)),
        })
        .collect()
}

/// The time of so many calls, none of whose inputs or results the optimiser may reason about.
fn time(case: &Case, variant: &Variant, calls: u32, answer: &mut Answer) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        (variant.run)(black_box(&case.point), black_box(&mut *answer));
    }
    start.elapsed()
}

/// Doubles the number of calls until they fill a batch; this warms the caches up as well.
fn calls_per_batch(case: &Case, variant: &Variant, answer: &mut Answer) -> u32 {
    let mut calls = 1;
    while time(case, variant, calls, answer) < BATCH && calls < 1 << 24 {
        calls *= 2;
    }
    calls
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
