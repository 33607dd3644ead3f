//! The parameters of a damped pendulum from noisy angles: the equation of motion is integrated by Runge and Kutta's fourth-order
//! method, and the derivative goes through every step.
//!
//! ```text
//! cargo run --release --example ode_fit
//! ```

use grad_runtime::nalgebra::Vector2;
use grad_runtime::prelude::*;

/// Seconds from one measurement to the next.
const DT: f64 = 0.05;
const SAMPLES: usize = 120;

/// What is to be found.
#[derive(Clone, Copy, Debug, Differentiable)]
struct Pendulum {
    /// Gravity over length, in 1/s².
    stiffness: f64,
    /// In 1/s.
    damping: f64,
    /// Angle and angular velocity at the start.
    start: Vector2<f64>,
}

/// How fast angle and angular velocity change.
#[differentiable]
fn motion(pendulum: &Pendulum, state: Vector2<f64>) -> Vector2<f64> {
    let (stiffness, damping): (f64, f64) = (pendulum.stiffness, pendulum.damping);
    Vector2::new(state.y, -stiffness * state.x.sin() - damping * state.y)
}

/// One step of the integration.
#[differentiable]
fn step(pendulum: &Pendulum, state: Vector2<f64>) -> Vector2<f64> {
    let a = motion(pendulum, state);
    let b = motion(pendulum, state + a * (DT / 2.0));
    let c = motion(pendulum, state + b * (DT / 2.0));
    let d = motion(pendulum, state + c * DT);
    state + (a + (b + c) * 2.0 + d) * (DT / 6.0)
}

/// The mean squared difference of the angles.
#[differentiable]
fn misfit(pendulum: &Pendulum, #[constant] angles: &[f64]) -> f64 {
    let mut state = pendulum.start;
    let mut total = 0.0;
    for angle in angles {
        let difference = state[0] - angle;
        total += difference * difference;
        state = step(pendulum, state);
    }
    total / angles.len() as f64
}

/// What a pendulum does, with noise that is the same each time.
fn measured(pendulum: &Pendulum) -> Vec<f64> {
    let mut state = pendulum.start;
    let mut phase = 0.0_f64;
    let angles = (0..SAMPLES).map(|_| {
        let angle = state.x;
        state = step(pendulum, state);
        phase += 2.3;
        angle + 0.01 * (phase * phase).sin()
    });
    angles.collect()
}

/// Before anything depends on the gradient, it is held against forward mode and against differences.
fn check(point: &Pendulum, angles: &[f64]) -> Result<(), GradientMismatch> {
    let report = check_gradients(
        &["pendulum"],
        point,
        |pendulum| misfit(pendulum, angles),
        |pendulum, seed| {
            let mut gradient = pendulum.zero_tangent();
            misfit::forward(pendulum, angles).1(seed, &mut gradient);
            gradient
        },
        |pendulum, along| misfit::jvp(pendulum, angles, along).1,
    )?;
    println!("{} partial derivatives agree with differences", report.elements);
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let truth = Pendulum { stiffness: 9.0, damping: 0.3, start: Vector2::new(1.2, -0.5) };
    let angles = measured(&truth);
    let mut found = Pendulum { stiffness: 6.0, damping: 0.0, start: Vector2::new(1.0, 0.0) };
    check(&found, &angles)?;
    let mut optimizer = Adam::new(0.05);
    for number in 0..=1500 {
        let (value, gradient) = misfit::value_and_grad(&found, &angles);
        if number % 300 == 0 {
            println!("step {number:>4}: mean squared error {value:.3e}");
        }
        optimizer.step(&mut found, &gradient)?;
    }
    println!("found {found:.3?}");
    println!("truth {truth:.3?}");
    assert!((found.stiffness - truth.stiffness).abs() < 0.05, "stiffness {}", found.stiffness);
    assert!((found.damping - truth.damping).abs() < 0.02, "damping {}", found.damping);
    assert!((found.start - truth.start).norm() < 0.05, "start {}", found.start);
    Ok(())
}
