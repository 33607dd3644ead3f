//! What a value and its gradient cost.

use core::hint::black_box;

use cortex_m_semihosting::hprintln;
use exports::{
    Parameters, adam,
    by_hand::{magnetometer_gradient_by_hand, rollout_gradient_by_hand},
};
use models::magnetometer::Readings;

use crate::{ANGLE, GAINS, SKEWED, board::Counter, stack};

/// Prints instructions and stack of each value, gradient and step; false where they can't be measured.
pub fn report(counter: &mut Counter, readings: &Readings) -> bool {
    let mut gradient: Parameters = [0.0; 9];
    let mut parameters = SKEWED;
    let mut state = adam::State::default();
    let mut gains_bar = [0.0; 4];
    hprintln!("{:28} {:>12} {:>12}", "", "instructions", "stack, bytes");
    row(counter, "calibration, value", || {
        black_box(exports::magnetometer_value(black_box(&SKEWED), readings));
    }) & row(counter, "calibration, gradient", || {
        black_box(exports::magnetometer_gradient(black_box(&SKEWED), readings, &mut gradient));
    }) & row(counter, "  the same by hand", || {
        black_box(magnetometer_gradient_by_hand(black_box(&SKEWED), readings, &mut gradient));
    }) & row(counter, "calibration, Adam step", || {
        exports::magnetometer_adam_step(black_box(&mut parameters), &SKEWED, &mut state, 0.01, 1);
    }) & row(counter, "rollout, value", || {
        black_box(exports::rollout_value(black_box(&GAINS), ANGLE));
    }) & row(counter, "rollout, gradient", || {
        black_box(exports::rollout_gradient(black_box(&GAINS), ANGLE, &mut gains_bar));
    }) & row(counter, "  the same by hand", || {
        black_box(rollout_gradient_by_hand(black_box(&GAINS), ANGLE, &mut gains_bar));
    })
}

fn row(counter: &mut Counter, name: &str, mut work: impl FnMut()) -> bool {
    let stack = stack::depth(&mut work);
    let instructions = counter.count(work);
    hprintln!("{name:28} {:12} {stack:12}", instructions.unwrap_or(u32::MAX));
    instructions.is_some()
}
