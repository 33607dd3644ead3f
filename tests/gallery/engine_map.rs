//! Automotive: fuel for a drive cycle from an engine map, interpolated between its entries.

use grad_runtime::prelude::*;

const SPEEDS: [f64; 5] = [1000.0, 2000.0, 3000.0, 4000.0, 5000.0];
const TORQUES: [f64; 4] = [20.0, 60.0, 100.0, 140.0];
static RATE: [[f64; 4]; 5] = [
    [0.3, 0.6, 1.0, 1.5],
    [0.5, 1.1, 1.8, 2.6],
    [0.8, 1.7, 2.7, 3.9],
    [1.2, 2.4, 3.7, 5.3],
    [1.8, 3.2, 4.9, 7.1],
];

/// The cell of a grid that holds x, and where in it.
#[differentiable]
fn locate(grid: &[f64], x: f64) -> (usize, f64) {
    let x = x.clamp(grid[0], grid[grid.len() - 1]);
    let cell = grid.iter().skip(1).position(|&g| x < g).unwrap_or(grid.len() - 2);
    (cell, (x - grid[cell]) / (grid[cell + 1] - grid[cell]))
}

#[differentiable]
fn fuel_rate(rpm: f64, torque: f64) -> f64 {
    let (i, u) = locate(&SPEEDS, rpm);
    let (j, v) = locate(&TORQUES, torque);
    let low = RATE[i][j] * (1.0 - v) + RATE[i][j + 1] * v;
    let high = RATE[i + 1][j] * (1.0 - v) + RATE[i + 1][j + 1] * v;
    low * (1.0 - u) + high * u
}

/// The fuel for a cycle of road speeds (m/s, one a second), for the gear ratios of the box.
#[differentiable]
fn fuel(ratios: &[f64; 3], mass: f64, #[constant] cycle: &[f64]) -> f64 {
    let mut total = 0.0;
    for pair in cycle.windows(2) {
        let (v, a) = (pair[0], pair[1] - pair[0]);
        let gear = if v < 8.0 {
            0
        } else if v < 16.0 {
            1
        } else {
            2
        };
        let rpm = v / 0.3 * ratios[gear] * 60.0 / std::f64::consts::TAU;
        let force = mass * (a + 0.12) + 0.4 * v * v;
        let torque = force.max(0.0) * 0.3 / ratios[gear];
        total += fuel_rate(rpm, torque);
    }
    total
}

#[test]
fn a_drive_cycle() {
    let cycle = [5.0, 6.1, 7.3, 9.0, 10.4, 12.1, 14.0, 16.5, 18.0, 19.1];
    let value = fuel(&[12.0, 7.0, 4.5], 1200.0, &cycle);
    assert!(value > 5.0 && value < 60.0, "{value}");
    check!(fuel(&[12.0, 7.0, 4.5], 1200.0, const &cycle));
    check!(fuel_rate(2345.0, 77.0));
}
