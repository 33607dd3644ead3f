//! The small functions, and the other items of the rollout: its pair and its forward mode.

use cortex_m_semihosting::hprintln;
use grad_runtime::nalgebra::{SMatrix, SVector};
use models::{
    rollout::rollout,
    small::{Motor, MotorTangent, distance, logistic, mean_square, torque},
};

use crate::{ANGLE, GAINS, check};

/// A point in space, and a metric that is no multiple of the identity.
const DISTANCE_AT: [f32; 12] = [0.7, -1.1, 0.4, 2.0, 0.3, -0.2, 0.3, 1.5, 0.4, -0.2, 0.4, 1.0];

/// Whether all of them agree.
pub fn run() -> bool {
    logistic_agrees() & mean_square_agrees() & distance_agrees() & torque_agrees() & items_agree()
}

fn logistic_agrees() -> bool {
    let at = [0.8, 2.5];
    let (x_bar, steepness_bar) = logistic::grad(at[0], at[1]);
    check::gradient("logistic function", (&at, &[0.05; 2]), &[x_bar, steepness_bar], |&[x, steepness]| {
        logistic(x, steepness)
    })
}

fn mean_square_agrees() -> bool {
    let samples = [0.3, 1.4, -0.9, 2.2, 0.1];
    let gradient = [mean_square::grad(0.6, &samples)];
    check::gradient("mean square", (&[0.6], &[0.05]), &gradient, |&[gain]| mean_square(gain, &samples))
}

fn distance_agrees() -> bool {
    let parts = |at: &[f32; 12]| {
        (SVector::<f32, 3>::from_column_slice(&at[..3]), SMatrix::<f32, 3, 3>::from_column_slice(&at[3..]))
    };
    let (x, metric) = parts(&DISTANCE_AT);
    let (x_bar, metric_bar) = distance::grad(&x, &metric);
    let mut gradient = [0.0; 12];
    gradient[..3].copy_from_slice(x_bar.as_slice());
    gradient[3..].copy_from_slice(metric_bar.as_slice());
    check::gradient("distance", (&DISTANCE_AT, &[0.03; 12]), &gradient, |at| {
        let (x, metric) = parts(at);
        distance(&x, &metric)
    })
}

fn torque_agrees() -> bool {
    let at = [3.0, 12.0, 2.5];
    let motor = |&[gain, limit, _]: &[f32; 3]| Motor::Saturating { gain, limit };
    let (MotorTangent::Saturating { gain, limit }, demand) = torque::grad(&motor(&at), at[2]) else {
        hprintln!("the gradient of the torque is of another variant: {}", check::verdict(false));
        return false;
    };
    check::gradient("torque", (&at, &[0.05, 0.2, 0.05]), &[gain, limit, demand], |at| {
        torque(&motor(at), at[2])
    })
}

/// The gradient is what the pair's backward half gives for a seed, and what forward mode gives direction by direction.
fn items_agree() -> bool {
    let ([p, i, d], angle_bar) = rollout::grad(&GAINS, ANGLE);
    let gradient = [p, i, d, angle_bar];
    let (_, backward) = rollout::forward(&GAINS, ANGLE);
    let mut gains_bar = [0.0; 3];
    let angle_bar = backward(2.0, &mut gains_bar);
    let [p, i, d] = gains_bar;
    let halves = [p, i, d, angle_bar].map(|entry| entry / 2.0);
    let directions = core::array::from_fn(|index| {
        let mut direction = [0.0; 4];
        direction[index] = 1.0;
        let [p, i, d, angle_dot] = direction;
        rollout::jvp(&GAINS, ANGLE, &[p, i, d], angle_dot).1
    });
    check::same("rollout", "by the pair", &gradient, &halves)
        & check::same("rollout", "by forward mode", &gradient, &directions)
}
