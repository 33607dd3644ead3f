//! Control: tuning a PID controller with a limited actuator on a plant with friction.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, Differentiable)]
struct Gains {
    kp: f64,
    ki: f64,
    kd: f64,
}

#[derive(Clone, Debug, Differentiable)]
struct Pid {
    gains: Gains,
    integral: f64,
    previous: Option<f64>,
}

#[differentiable]
impl Pid {
    fn new(gains: Gains) -> Self {
        Pid { gains, integral: 0.0, previous: None }
    }

    fn control(&mut self, error: f64, dt: f64) -> f64 {
        let derivative = match self.previous {
            Some(previous) => (error - previous) / dt,
            None => 0.0,
        };
        self.previous = Some(error);
        let Gains { kp, ki, kd } = self.gains;
        let raw = kp * error + ki * (self.integral + error * dt) + kd * derivative;
        let limited = raw.clamp(-5.0, 5.0);
        // The integral stands still while the actuator is at its limit.
        if raw == limited {
            self.integral += error * dt;
        }
        limited
    }
}

/// The integral of time times squared error, plus what the control costs.
#[differentiable]
fn cost(gains: Gains, setpoint: f64) -> f64 {
    let dt = 0.05;
    let mut pid = Pid::new(gains);
    let (mut position, mut velocity) = (0.0, 0.0);
    let mut total = 0.0;
    for k in 0..60 {
        let error = setpoint - position;
        let u = pid.control(error, dt);
        velocity += dt * (u - 0.8 * velocity - 0.1 * velocity * f64::abs(velocity));
        position += dt * velocity;
        total += dt * (k as f64 * dt * error * error + 1e-3 * u * u);
    }
    total
}

#[test]
fn a_step() {
    let gains = Gains { kp: 6.0, ki: 0.8, kd: 1.5 };
    assert!(cost(gains, 1.0) < cost(Gains { kp: 0.5, ..gains }, 1.0));
    check!(cost(gains, 1.0));
}

sample_struct!(Gains GainsTangent { kp, ki, kd });
