//! Adam on nine numbers.

use grad_runtime::Real as _;

use crate::Parameters;

/// The running moments.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct State {
    /// The mean of the gradients.
    pub first: Parameters,
    /// The mean of their squares.
    pub second: Parameters,
}

const BETA1: f32 = 0.9;
const BETA2: f32 = 0.999;
const EPSILON: f32 = 1e-7;

/// One step against `gradient`.
pub fn step(parameters: &mut Parameters, gradient: &Parameters, state: &mut State, rate: f32, time: f32) {
    let alpha = rate * (1.0 - BETA2.powf(time)).sqrt() / (1.0 - BETA1.powf(time) + EPSILON);
    let moments = state.first.iter_mut().zip(&mut state.second);
    for ((w, g), (m, v)) in parameters.iter_mut().zip(gradient).zip(moments) {
        *m = BETA1 * *m + (1.0 - BETA1) * g;
        *v = BETA2 * *v + (1.0 - BETA2) * g * g;
        *w -= alpha * *m / (v.sqrt() + EPSILON);
    }
}
