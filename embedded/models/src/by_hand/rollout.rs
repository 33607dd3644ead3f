//! The rollout's derivatives.

use grad_runtime::Real as _;

use crate::rollout::{
    STEPS,
    plant::{FRICTION, GRAVITY, PERIOD, TORQUE},
};

/// What the backward sweep reads of one step.
#[derive(Clone, Copy, Default)]
struct Step {
    angle: f32,
    rate: f32,
    sum: f32,
    torque: f32,
    saturated: bool,
    cosine: f32,
}

/// The cost and its gradient by the gains and by the starting angle.
#[must_use]
pub fn value_and_grad(gains: &[f32; 3], angle: f32) -> (f32, ([f32; 3], f32)) {
    let mut steps = [Step::default(); STEPS];
    let value = forward(gains, angle, &mut steps);
    (value, backward(gains, &steps))
}

fn forward(gains: &[f32; 3], mut angle: f32, steps: &mut [Step; STEPS]) -> f32 {
    let (mut rate, mut sum, mut cost) = (0.0, 0.0, 0.0);
    for step in steps {
        let demand = -(gains[0] * angle + gains[1] * sum + gains[2] * rate);
        let torque = demand.clamp(-TORQUE, TORQUE);
        let (sine, cosine) = angle.sin_cos();
        *step = Step { angle, rate, sum, torque, saturated: demand.abs() > TORQUE, cosine };
        cost += PERIOD * (angle * angle + 0.05 * rate * rate + 0.001 * torque * torque);
        sum += PERIOD * angle;
        rate += PERIOD * (GRAVITY * sine - FRICTION * rate + torque);
        angle += PERIOD * rate;
    }
    cost
}

fn backward(gains: &[f32; 3], steps: &[Step; STEPS]) -> ([f32; 3], f32) {
    let mut gains_bar = [0.0; 3];
    let (mut angle_bar, mut rate_bar, mut sum_bar) = (0.0, 0.0, 0.0);
    for step in steps.iter().rev() {
        rate_bar += PERIOD * angle_bar;
        let torque_bar = PERIOD * (rate_bar + 0.002 * step.torque);
        let demand_bar = if step.saturated { 0.0 } else { torque_bar };
        angle_bar +=
            PERIOD * (GRAVITY * step.cosine * rate_bar + sum_bar + 2.0 * step.angle) - gains[0] * demand_bar;
        rate_bar += PERIOD * (0.1 * step.rate - FRICTION * rate_bar) - gains[2] * demand_bar;
        sum_bar -= gains[1] * demand_bar;
        gains_bar[0] -= step.angle * demand_bar;
        gains_bar[1] -= step.sum * demand_bar;
        gains_bar[2] -= step.rate * demand_bar;
    }
    (gains_bar, angle_bar)
}
