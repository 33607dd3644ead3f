//! The calibration itself, twice: by Adam on the loss's gradient, by Gauss-Newton on the residuals' Jacobian.

use cortex_m_semihosting::hprintln;
use exports::{Parameters, adam};
use grad_runtime::nalgebra::{SMatrix, SVector};
use models::{
    magnetometer::{Calibration, Readings},
    recording::{FIELD, TRUE_OFFSET, TRUE_SHAPE},
};

use crate::check::verdict;

const ADAM_STEPS: u32 = 300;
const ADAM_RATE: f32 = 0.02;
const GAUSS_NEWTON_STEPS: u16 = 6;

/// How far the result may be from what the recording was made with: the noise of two counts on 64 readings leaves
/// about a count in the offset, and the square root of that many parts of the field in the shape.
const OFFSET_WITHIN: f32 = 1.5;
const SHAPE_WITHIN: f32 = 4e-3;

/// Calibrates both ways and prints what came out; whether both found what the recording was made with.
pub fn run(readings: &Readings) -> bool {
    let start = exports::parameters(&Calibration::IDENTITY);
    hprintln!("loss before calibration: {:e}", exports::magnetometer_value(&start, readings));
    let by_adam = adam(start, readings);
    let adam_found = found("Adam", &by_adam, readings);
    let Some(by_gauss_newton) = gauss_newton(start, readings) else {
        hprintln!("Gauss-Newton: MISMATCH: the normal equations are singular");
        return false;
    };
    found("Gauss-Newton", &by_gauss_newton, readings) & adam_found
}

fn adam(mut parameters: Parameters, readings: &Readings) -> Parameters {
    let mut state = adam::State::default();
    let mut gradient = [0.0; 9];
    for time in 1..=ADAM_STEPS {
        exports::magnetometer_gradient(&parameters, readings, &mut gradient);
        exports::magnetometer_adam_step(&mut parameters, &gradient, &mut state, ADAM_RATE, time);
    }
    parameters
}

/// Solves the normal equations of the linearised residuals, a few times over; `None` where they are singular.
fn gauss_newton(mut parameters: Parameters, readings: &Readings) -> Option<Parameters> {
    for _ in 0..GAUSS_NEWTON_STEPS {
        let mut normal = SMatrix::<f32, 9, 9>::zeros();
        let mut right = SVector::<f32, 9>::zeros();
        for reading in readings {
            let mut row = [0.0; 9];
            let residual = exports::magnetometer_row(&parameters, reading, &mut row);
            let row = SVector::from(row);
            normal += row * row.transpose();
            right -= row * residual;
        }
        let step = normal.cholesky()?.solve(&right);
        parameters = (SVector::from(parameters) + step).into();
    }
    Some(parameters)
}

fn found(method: &str, parameters: &Parameters, readings: &Readings) -> bool {
    let Calibration { offset, shape } = exports::calibration(parameters);
    let offset = offset.map(|axis| axis * FIELD);
    let offset_error = farthest(&offset, &TRUE_OFFSET);
    let shape_error = farthest(&shape, &TRUE_SHAPE);
    let agrees = offset_error <= OFFSET_WITHIN && shape_error <= SHAPE_WITHIN;
    hprintln!("{method}: loss {:e}", exports::magnetometer_value(parameters, readings));
    hprintln!("  offset {offset:?} counts, off by {offset_error:.3}");
    hprintln!("  shape {shape:?}, off by {shape_error:.5}: {}", verdict(agrees));
    agrees
}

/// The largest difference of two arrays; infinite where one isn't a number.
fn farthest<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, |farthest, difference| {
        if difference.is_finite() { difference.max(farthest) } else { f32::INFINITY }
    })
}
