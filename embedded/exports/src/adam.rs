//! Adam: the runtime's, on the containers that a calibration and its gradient are.

use grad_runtime::optim::{AdamOptions, adam_update_inplace};

use crate::{Parameters, calibration, flat, parameters, tangent};

/// The running moments.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    /// The mean of the gradients.
    pub first: Parameters,
    /// The mean of their squares.
    pub second: Parameters,
}

/// One step against `gradient`; `time` counts from 1.
pub fn step(weights: &mut Parameters, gradient: &Parameters, state: &mut State, rate: f32, time: u32) {
    let mut w = calibration(weights);
    let (g, mut m, mut v) = (tangent(gradient), tangent(&state.first), tangent(&state.second));
    let result = adam_update_inplace(&mut w, &g, rate, &mut m, &mut v, time.into(), AdamOptions::default());
    // A struct and its tangent have the same leaves, always.
    debug_assert!(result.is_ok());
    *weights = parameters(&w);
    *state = State { first: flat(&m), second: flat(&v) };
}
