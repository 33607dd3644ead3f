//! The calibration of a three-axis magnetometer: hard iron displaces its readings, soft iron distorts them.
//!
//! A calibrated sensor that is turned in a constant field reads a vector of constant length. In units of that field
//! the length is 1, so the nine parameters are those that bring `|shape · (reading - offset)|²` closest to 1.

use grad_runtime::prelude::*;

use crate::recording::READINGS;

/// Readings in units of the local field.
pub type Readings = [[f32; 3]; READINGS];

/// What turns a reading into the field at the sensor.
#[derive(Clone, Copy, Debug, Differentiable, PartialEq)]
pub struct Calibration {
    /// Hard iron: what the sensor reads where there is no field.
    pub offset: [f32; 3],
    /// Soft iron: the symmetric matrix that undoes the distortion, as `xx, xy, xz, yy, yz, zz`.
    pub shape: [f32; 6],
}

impl Calibration {
    /// A sensor that needs none: where every calibration starts.
    pub const IDENTITY: Self = Self { offset: [0.0; 3], shape: [1.0, 0.0, 0.0, 1.0, 0.0, 1.0] };
}

/// By how much the squared length of one calibrated reading differs from 1.
#[differentiable]
#[must_use]
pub fn residual(calibration: &Calibration, #[constant] reading: &[f32; 3]) -> f32 {
    // An attribute can't see the types of a struct's fields. Written out, they make the derivative plain arithmetic: less than
    // half the instructions and a hundredth of the stack.
    let [x0, y0, z0]: [f32; 3] = calibration.offset;
    let [xx, xy, xz, yy, yz, zz]: [f32; 6] = calibration.shape;
    let [x, y, z] = [reading[0] - x0, reading[1] - y0, reading[2] - z0];
    let u = xx * x + xy * y + xz * z;
    let v = xy * x + yy * y + yz * z;
    let w = xz * x + yz * y + zz * z;
    u * u + v * v + w * w - 1.0
}

/// The mean square of the residuals of all readings.
#[differentiable]
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "64 readings are exact in f32")]
pub fn loss(calibration: &Calibration, #[constant] readings: &[[f32; 3]; READINGS]) -> f32 {
    let mut total = 0.0;
    for reading in readings {
        let r: f32 = residual(calibration, reading);
        total += r * r;
    }
    total / READINGS as f32
}
