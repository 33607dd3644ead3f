//! Derivatives on a Cortex-M4F: calibrates a magnetometer, differentiates a controller's rollout, checks every
//! gradient against central differences, and prints what they cost in instructions and stack.
//!
//! It leaves the emulator with a success only where everything agrees. Its argument can ask for a failure
//! (`wrong`, `panic`, `fault`), so that CI sees that each of them is reported as one.
#![no_std]
#![no_main]

mod board;
mod calibrate;
mod check;
mod cost;
mod optimizers;
mod small;
mod stack;

use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use exports::{
    Parameters,
    by_hand::{magnetometer_gradient_by_hand, rollout_gradient_by_hand},
};
use models::{magnetometer::Readings, recording};

use crate::board::{Counter, Request};

/// Where the rollout is differentiated: proportional, integral, derivative.
const GAINS: [f32; 3] = [40.0, 10.0, 6.0];

/// The start of the rollout, in rad: so far that the motor saturates in 16 of the 50 steps.
const ANGLE: f32 = 0.52;

/// Steps of the rollout's differences: as large as they can be without any step of the loop leaving or entering
/// saturation, where the cost has a kink.
const ROLLOUT_STEPS: [f32; 4] = [0.25, 0.5, 0.1, 0.0015];

/// A calibration away from the solution, where no entry of the gradient is small.
const SKEWED: Parameters = [0.2, -0.1, 0.15, 1.1, 0.05, -0.04, 0.9, 0.08, 1.05];

/// Steps of the calibration's differences.
const CALIBRATION_STEPS: Parameters = [0.02; 9];

#[entry]
fn main() -> ! {
    match board::request() {
        Request::Panic => panic!("asked to panic"),
        Request::Fault => cortex_m::asm::udf(),
        request => board::leave(run(request == Request::Wrong)),
    }
}

/// Everything in turn, the rest even where one part has failed; `wrong` spoils one gradient by a hundredth.
fn run(wrong: bool) -> bool {
    let readings = recording::readings();
    let agreed = gradients_agree(&readings, wrong)
        & calibrate::run(&readings)
        & small::run()
        & optimizers::run(&readings);
    let measured = measure(&readings);
    hprintln!("{}", if agreed && measured { "everything agrees" } else { "FAILED" });
    agreed && measured
}

fn measure(readings: &Readings) -> bool {
    let timer = cortex_m::Peripherals::take().map(|peripherals| peripherals.SYST);
    let Some(mut counter) = timer.and_then(Counter::new) else {
        hprintln!("the timer doesn't count instructions: start the emulator with -icount shift=6");
        return false;
    };
    cost::report(&mut counter, readings)
}

fn gradients_agree(readings: &Readings, wrong: bool) -> bool {
    calibration_agrees(readings) & rollout_agrees(wrong)
}

fn calibration_agrees(readings: &Readings) -> bool {
    let (mut loss, mut by_hand, mut row) = ([0.0; 9], [0.0; 9], [0.0; 9]);
    exports::magnetometer_gradient(&SKEWED, readings, &mut loss);
    magnetometer_gradient_by_hand(&SKEWED, readings, &mut by_hand);
    exports::magnetometer_row(&SKEWED, &readings[7], &mut row);
    check::gradient("loss", (&SKEWED, &CALIBRATION_STEPS), &loss, |at| {
        exports::magnetometer_value(at, readings)
    }) & check::same("loss", "by hand", &loss, &by_hand)
        & check::gradient("residual", (&SKEWED, &CALIBRATION_STEPS), &row, |at| {
            models::magnetometer::residual(&exports::calibration(at), &readings[7])
        })
}

fn rollout_agrees(wrong: bool) -> bool {
    let start = [GAINS[0], GAINS[1], GAINS[2], ANGLE];
    let (mut cost, mut by_hand) = ([0.0; 4], [0.0; 4]);
    exports::rollout_gradient(&GAINS, ANGLE, &mut cost);
    rollout_gradient_by_hand(&GAINS, ANGLE, &mut by_hand);
    if wrong {
        cost[1] *= 1.01;
    }
    check::gradient("rollout", (&start, &ROLLOUT_STEPS), &cost, |&[p, i, d, angle]| {
        exports::rollout_value(&[p, i, d], angle)
    }) & check::same("rollout", "by hand", &cost, &by_hand)
}
