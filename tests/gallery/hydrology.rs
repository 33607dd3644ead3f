//! Hydrology: a bucket with evaporation, overflow and a routing delay, scored by Nash and Sutcliffe.

use grad_runtime::prelude::*;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Catchment {
    capacity: f64,
    base_flow: f64,
    evaporation: f64,
    delays: [f64; 3],
}

#[differentiable]
fn discharge(catchment: &Catchment, #[constant] rain: &[f64]) -> Vec<f64> {
    let total: f64 = catchment.delays.iter().map(|d| d.exp()).sum();
    let mut storage = 0.4 * catchment.capacity;
    let mut ring = [0.0; 3];
    let mut out = Vec::new();
    for (day, &rain) in rain.iter().enumerate() {
        storage += rain;
        let overflow = (storage - catchment.capacity).max(0.0);
        storage -= overflow;
        storage -= catchment.evaporation * storage / catchment.capacity;
        let base = catchment.base_flow * storage;
        storage -= base;
        for (lag, weight) in catchment.delays.iter().enumerate() {
            ring[(day + lag) % 3] += overflow * weight.exp() / total;
        }
        out.push(base + ring[day % 3]);
        ring[day % 3] = 0.0;
    }
    out
}

/// One minus the efficiency: 0 for a perfect model.
#[differentiable]
fn inefficiency(catchment: &Catchment, #[constant] rain: &[f64], #[constant] observed: &[f64]) -> f64 {
    let modelled = discharge(catchment, rain);
    let mean = observed.iter().sum::<f64>() / observed.len() as f64;
    let residual: f64 = modelled.iter().zip(observed).map(|(m, o)| (m - o).powi(2)).sum();
    let spread: f64 = observed.iter().map(|o| (o - mean).powi(2)).sum();
    residual / spread
}

#[test]
fn a_catchment() {
    let catchment = Catchment { capacity: 50.0, base_flow: 0.05, evaporation: 2.0, delays: [0.5, 0.2, -0.8] };
    let rain = [0.0, 20.0, 35.0, 5.0, 0.0, 0.0, 12.0, 40.0, 3.0, 0.0];
    let observed = discharge(&Catchment { capacity: 45.0, ..catchment.clone() }, &rain);
    assert!(inefficiency(&catchment, &rain, &observed) < 1.0);
    check!(inefficiency(&catchment, const &rain, const &observed));
}

sample_struct!(Catchment CatchmentTangent { capacity, base_flow, evaporation, delays });
