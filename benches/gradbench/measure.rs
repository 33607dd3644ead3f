//! Compares the derivatives, then times the variants in turn, so that a machine that slows down slows all.
use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::case::{Case, Variant};

/// How long one batch of calls should last: long enough for the clock, short enough to alternate often.
const BATCH: Duration = Duration::from_millis(2);

/// The two derivatives have to agree to this, relative to the largest entry of the part.
const TOLERANCE: f64 = 1e-10;

/// The median time of one call, and the median of its ratios to the other variants in the same round.
pub struct Timing {
    pub nanoseconds: f64,
    pub by_value: f64,
    pub by_hand: f64,
}

/// Compares the derivative by hand with the generated one.
///
/// # Errors
/// Says where they differ.
pub fn check(case: &Case) -> Result<(), String> {
    let [_, hand, generated] = &case.variants;
    let (hand, generated) = (parts(hand), parts(generated));
    let lengths = |parts: &[Vec<f64>]| parts.iter().map(Vec::len).collect::<Vec<_>>();
    if lengths(&hand) != lengths(&generated) {
        return Err(format!("{} {}: the derivatives have different shapes", case.workload, case.size));
    }
    for (part, (hand, generated)) in hand.iter().zip(&generated).enumerate() {
        let largest = hand.iter().fold(0.0, |largest: f64, entry| largest.max(entry.abs()));
        for (i, (hand, generated)) in hand.iter().zip(generated).enumerate() {
            // Written so that NaN doesn't pass.
            let equal = (hand - generated).abs() <= TOLERANCE * largest;
            if !equal {
                let Case { workload, size, .. } = case;
                return Err(format!("{workload} {size}: {generated}, not {hand}, at {i} of part {part}"));
            }
        }
    }
    Ok(())
}

fn parts(variant: &Variant) -> Vec<Vec<f64>> {
    let mut kept = Vec::new();
    (variant.run)(&mut |parts| kept = parts.iter().map(|part| part.to_vec()).collect());
    kept
}

/// Times every variant in `rounds` rounds.
pub fn measure(case: &Case, rounds: usize) -> Vec<Timing> {
    let calls: Vec<u32> = case.variants.iter().map(calls_per_batch).collect();
    let mut times = vec![Vec::with_capacity(rounds); case.variants.len()];
    for _ in 0..rounds {
        for ((variant, &calls), times) in case.variants.iter().zip(&calls).zip(&mut times) {
            times.push(time(variant, calls).as_secs_f64() * 1e9 / f64::from(calls));
        }
    }
    let ratio = |of: &[f64], to: &[f64]| median(of.iter().zip(to).map(|(of, to)| of / to).collect());
    times
        .iter()
        .map(|of| Timing {
            nanoseconds: median(of.clone()),
            by_value: ratio(of, &times[0]),
            by_hand: ratio(of, &times[1]),
        })
        .collect()
}

fn time(variant: &Variant, calls: u32) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        (variant.run)(&mut |parts| {
            black_box(parts);
        });
    }
    start.elapsed()
}

/// Doubles the number of calls until they fill a batch; this warms the caches up as well.
fn calls_per_batch(variant: &Variant) -> u32 {
    let mut calls = 1;
    while time(variant, calls) < BATCH && calls < 1 << 24 {
        calls *= 2;
    }
    calls
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}
