//! The rollout of a controller: an inverted pendulum held upright for a second by a PID loop with a weak motor.

use grad_runtime::prelude::*;

use plant::{FRICTION, GRAVITY, PERIOD, TORQUE};

/// How many steps of the control loop a rollout takes.
pub const STEPS: usize = 50;

/// The pendulum and its motor.
pub mod plant {
    /// The period of the control loop in seconds.
    pub const PERIOD: f32 = 0.02;

    /// Gravity over the pendulum's length, in 1/s².
    pub const GRAVITY: f32 = 9.81 / 0.5;

    /// Friction in the joint, in 1/s.
    pub const FRICTION: f32 = 0.3;

    /// The largest angular acceleration that the motor gives, in rad/s².
    pub const TORQUE: f32 = 12.0;
}

/// What a start at `angle` (rad from upright, at rest) costs under the gains `[proportional, integral, derivative]`:
/// the time integral of the squared angle, and a little of the squared rate and torque.
#[differentiable]
#[must_use]
pub fn rollout(gains: &[f32; 3], angle: f32) -> f32 {
    let mut angle = angle;
    let mut rate = 0.0;
    let mut sum = 0.0;
    let mut cost = 0.0;
    for _ in 0..STEPS {
        let demand = -(gains[0] * angle + gains[1] * sum + gains[2] * rate);
        let torque = demand.clamp(-TORQUE, TORQUE);
        cost += PERIOD * (angle * angle + 0.05 * rate * rate + 0.001 * torque * torque);
        sum += PERIOD * angle;
        rate += PERIOD * (GRAVITY * angle.sin() - FRICTION * rate + torque);
        angle += PERIOD * rate;
    }
    cost
}
