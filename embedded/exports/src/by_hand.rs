//! The gradients that an engineer wrote, measured beside the generated ones.

use models::{by_hand, magnetometer::Readings};

use crate::{Parameters, calibration, flat};

/// [`magnetometer_gradient`](crate::magnetometer_gradient), by hand.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn magnetometer_gradient_by_hand(
    parameters: &Parameters,
    readings: &Readings,
    gradient: &mut Parameters,
) -> f32 {
    let (value, tangent) = by_hand::magnetometer::loss::value_and_grad(&calibration(parameters), readings);
    *gradient = flat(&tangent);
    value
}

/// [`rollout_gradient`](crate::rollout_gradient), by hand.
#[inline(never)]
#[unsafe(no_mangle)]
pub extern "C" fn rollout_gradient_by_hand(gains: &[f32; 3], angle: f32, gradient: &mut [f32; 4]) -> f32 {
    let (value, ([p, i, d], angle_bar)) = by_hand::rollout::value_and_grad(gains, angle);
    *gradient = [p, i, d, angle_bar];
    value
}
