//! The calibration's derivatives.

use crate::magnetometer::{Calibration, CalibrationTangent};

const ZERO: CalibrationTangent = CalibrationTangent { offset: [0.0; 3], shape: [0.0; 6] };

/// The derivatives of one residual.
pub mod residual {
    use super::{Calibration, CalibrationTangent, ZERO};

    /// Adds `seed` times the gradient of what `seed` makes of the value, and returns the value.
    #[inline]
    pub fn accumulate(
        calibration: &Calibration,
        reading: &[f32; 3],
        seed: impl FnOnce(f32) -> f32,
        gradient: &mut CalibrationTangent,
    ) -> f32 {
        let [xx, xy, xz, yy, yz, zz] = calibration.shape;
        let [x, y, z] = [0, 1, 2].map(|axis| reading[axis] - calibration.offset[axis]);
        let u = xx * x + xy * y + xz * z;
        let v = xy * x + yy * y + yz * z;
        let w = xz * x + yz * y + zz * z;
        let value = u * u + v * v + w * w - 1.0;
        let twice = 2.0 * seed(value);
        let (u_bar, v_bar, w_bar) = (twice * u, twice * v, twice * w);
        gradient.offset[0] -= xx * u_bar + xy * v_bar + xz * w_bar;
        gradient.offset[1] -= xy * u_bar + yy * v_bar + yz * w_bar;
        gradient.offset[2] -= xz * u_bar + yz * v_bar + zz * w_bar;
        gradient.shape[0] += x * u_bar;
        gradient.shape[1] += y * u_bar + x * v_bar;
        gradient.shape[2] += z * u_bar + x * w_bar;
        gradient.shape[3] += y * v_bar;
        gradient.shape[4] += z * v_bar + y * w_bar;
        gradient.shape[5] += z * w_bar;
        value
    }

    /// The residual and its gradient.
    #[must_use]
    pub fn value_and_grad(calibration: &Calibration, reading: &[f32; 3]) -> (f32, CalibrationTangent) {
        let mut gradient = ZERO;
        let value = accumulate(calibration, reading, |_| 1.0, &mut gradient);
        (value, gradient)
    }
}

/// The derivatives of the loss.
pub mod loss {
    use super::{Calibration, CalibrationTangent, ZERO, residual};
    use crate::{magnetometer::Readings, recording::READINGS};

    /// The loss and its gradient.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "64 readings are exact in f32")]
    pub fn value_and_grad(calibration: &Calibration, readings: &Readings) -> (f32, CalibrationTangent) {
        let mut gradient = ZERO;
        let mut total = 0.0;
        for reading in readings {
            let r = residual::accumulate(calibration, reading, |r| 2.0 / READINGS as f32 * r, &mut gradient);
            total += r * r;
        }
        (total / READINGS as f32, gradient)
    }
}
