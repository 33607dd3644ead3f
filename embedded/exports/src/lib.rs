//! The models' values, gradients and optimizer step under C names and in C types: fixed arrays of `float`.
//!
//! The firmware measures and checks these very functions, and the size report is about them.
#![no_std]
#![expect(unsafe_code, reason = "a name that isn't mangled might clash; these have a prefix of their own")]

pub mod adam;
pub mod by_hand;
#[cfg(feature = "panic-handler")]
mod panic_handler;

use models::magnetometer::{self, Calibration, CalibrationTangent, Readings};

/// A calibration, or its gradient, as nine numbers: the offset, then the shape.
pub type Parameters = [f32; 9];

/// The calibration's loss.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn magnetometer_value(parameters: &Parameters, readings: &Readings) -> f32 {
    magnetometer::loss(&calibration(parameters), readings)
}

/// Writes the loss's gradient and returns the loss.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn magnetometer_gradient(
    parameters: &Parameters,
    readings: &Readings,
    gradient: &mut Parameters,
) -> f32 {
    let (value, tangent) = magnetometer::loss::value_and_grad(&calibration(parameters), readings);
    *gradient = flat(&tangent);
    value
}

/// Writes the gradient of one reading's residual, a row of the Jacobian, and returns the residual.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn magnetometer_row(
    parameters: &Parameters,
    reading: &[f32; 3],
    gradient: &mut Parameters,
) -> f32 {
    let (value, tangent) = magnetometer::residual::value_and_grad(&calibration(parameters), reading);
    *gradient = flat(&tangent);
    value
}

/// Takes one Adam step on a calibration: `time` counts from 1, `state` is zero before the first step.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn magnetometer_adam_step(
    parameters: &mut Parameters,
    gradient: &Parameters,
    state: &mut adam::State,
    rate: f32,
    time: u32,
) {
    adam::step(parameters, gradient, state, rate, time);
}

/// What a second of control costs.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn rollout_value(gains: &[f32; 3], angle: f32) -> f32 {
    models::rollout::rollout(gains, angle)
}

/// Writes the cost's gradient by the three gains and the starting angle, and returns the cost.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn rollout_gradient(gains: &[f32; 3], angle: f32, gradient: &mut [f32; 4]) -> f32 {
    let (value, ([p, i, d], angle_bar)) = models::rollout::rollout::value_and_grad(gains, angle);
    *gradient = [p, i, d, angle_bar];
    value
}

/// Nine numbers as a calibration.
#[must_use]
pub fn calibration(&[x, y, z, xx, xy, xz, yy, yz, zz]: &Parameters) -> Calibration {
    Calibration { offset: [x, y, z], shape: [xx, xy, xz, yy, yz, zz] }
}

/// A calibration as nine numbers.
#[must_use]
pub fn parameters(calibration: &Calibration) -> Parameters {
    let [x, y, z] = calibration.offset;
    let [xx, xy, xz, yy, yz, zz] = calibration.shape;
    [x, y, z, xx, xy, xz, yy, yz, zz]
}

fn tangent(&[x, y, z, xx, xy, xz, yy, yz, zz]: &Parameters) -> CalibrationTangent {
    CalibrationTangent { offset: [x, y, z], shape: [xx, xy, xz, yy, yz, zz] }
}

fn flat(tangent: &CalibrationTangent) -> Parameters {
    let [x, y, z] = tangent.offset;
    let [xx, xy, xz, yy, yz, zz] = tangent.shape;
    [x, y, z, xx, xy, xz, yy, yz, zz]
}
