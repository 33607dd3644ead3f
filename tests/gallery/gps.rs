//! Navigation: pseudoranges to satellites, generic over the scalar type, with a clock bias and the Earth's rotation.

use grad_runtime::prelude::*;

const LIGHT: f64 = 299.792_458;
const EARTH_RATE: f64 = 7.292_115e-5;

#[differentiable]
fn pseudorange<T: Real>(receiver: [T; 3], clock: T, #[constant] satellite: [f64; 3]) -> T {
    let [x, y, z] = satellite.map(T::from_f64);
    let travel = T::from_f64(0.075);
    let turn = T::from_f64(EARTH_RATE) * travel;
    let (s, c) = turn.sin_cos();
    let (rx, ry) = (x * c + y * s, y * c - x * s);
    let [px, py, pz] = receiver;
    let range = ((rx - px).powi(2) + (ry - py).powi(2) + (z - pz).powi(2)).sqrt();
    range + T::from_f64(LIGHT) * clock
}

#[differentiable]
fn residual(receiver: [f64; 3], clock: f64, #[constant] sky: &[([f64; 3], f64)]) -> f64 {
    let mut total = 0.0;
    for (satellite, measured) in sky {
        let r = pseudorange(receiver, clock, *satellite) - measured;
        total += r * r;
    }
    total
}

#[test]
fn four_satellites() {
    let truth = [4.2, 0.7, 4.7];
    let sky: Vec<([f64; 3], f64)> =
        [[15.6, 7.5, 20.1], [18.8, 2.8, 18.4], [17.6, 14.6, 13.5], [19.1, 0.6, 18.4]]
            .map(|s| (s, pseudorange(truth, 1e-3, s)))
            .to_vec();
    assert!(residual(truth, 1e-3, &sky) < 1e-20);
    check!(residual([4.1, 0.8, 4.5], 2e-3, const &sky));
}
