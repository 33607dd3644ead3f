//! Ballistics: a shell with quadratic drag in thinning air, integrated until it hits the ground.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, Debug, Differentiable)]
struct State {
    x: f64,
    y: f64,
    vx: f64,
    vy: f64,
}

const GRAVITY: f64 = 9.81;
const SCALE_HEIGHT: f64 = 8500.0;

#[differentiable]
fn acceleration(s: State, drag: f64) -> (f64, f64) {
    let speed = s.vx.hypot(s.vy);
    let density = (-s.y / SCALE_HEIGHT).exp();
    let k = drag * density * speed;
    (-k * s.vx, -GRAVITY - k * s.vy)
}

#[differentiable]
fn step(s: State, drag: f64, dt: f64) -> State {
    let (ax, ay) = acceleration(s, drag);
    let mid = State {
        x: s.x + 0.5 * dt * s.vx,
        y: s.y + 0.5 * dt * s.vy,
        vx: s.vx + 0.5 * dt * ax,
        vy: s.vy + 0.5 * dt * ay,
    };
    let (ax, ay) = acceleration(mid, drag);
    State { x: s.x + dt * mid.vx, y: s.y + dt * mid.vy, vx: s.vx + dt * ax, vy: s.vy + dt * ay }
}

/// The distance at which the shell comes down, between two steps by linear interpolation.
#[differentiable]
fn range(speed: f64, elevation: f64, drag: f64) -> f64 {
    let dt = 0.05;
    let mut state = State { x: 0.0, y: 0.0, vx: speed * elevation.cos(), vy: speed * elevation.sin() };
    loop {
        let next = step(state, drag, dt);
        if next.y < 0.0 {
            let fraction = state.y / (state.y - next.y);
            return state.x + fraction * (next.x - state.x);
        }
        state = next;
    }
}

#[test]
fn the_range() {
    let vacuum = range(50.0, 0.7, 0.0);
    let air = range(50.0, 0.7, 0.005);
    assert!((vacuum - 50.0 * 50.0 * 1.4_f64.sin() / GRAVITY).abs() < 0.5, "{vacuum}");
    assert!(air < vacuum);
    check!(range(51.3, 0.71, 0.005));
}
