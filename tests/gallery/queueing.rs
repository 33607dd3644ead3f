//! Operations: the mean wait in a chain of queues with several servers each (Erlang's C).

use grad_runtime::prelude::*;

/// The probability that an arrival has to wait, for an offered load and a number of servers.
#[differentiable]
fn erlang_c(load: f64, servers: u32) -> f64 {
    let mut inverse_b = 1.0;
    for k in 1..=servers {
        inverse_b = 1.0 + f64::from(k) / load * inverse_b;
    }
    let b = 1.0 / inverse_b;
    let n = f64::from(servers);
    n * b / (n - load * (1.0 - b))
}

/// The mean wait, or `None` where the queue grows without bound.
#[differentiable]
fn mean_wait(arrivals: f64, service: f64, servers: u32) -> Option<f64> {
    let load = arrivals / service;
    if load >= f64::from(servers) {
        return None;
    }
    Some(erlang_c(load, servers) / (f64::from(servers) * service - arrivals))
}

/// The time through all stations; each passes on a fraction of what it gets.
#[differentiable]
fn time_through(arrivals: f64, services: &[f64], #[constant] stations: &[(u32, f64)]) -> Option<f64> {
    let mut flow = arrivals;
    let mut total = 0.0;
    for (&(servers, passed_on), &service) in stations.iter().zip(services) {
        let wait = mean_wait(flow, service, servers)?;
        total += wait + 1.0 / service;
        flow *= passed_on;
    }
    Some(total)
}

#[differentiable]
fn cost(arrivals: f64, services: &[f64], #[constant] stations: &[(u32, f64)]) -> f64 {
    let wages: f64 = services.iter().zip(stations).map(|(s, &(n, _))| s * n as f64).sum();
    wages + time_through(arrivals, services, stations).unwrap_or(1e6)
}

#[test]
fn a_service_desk() {
    assert!((erlang_c(2.0, 3) - 4.0 / 9.0).abs() < 1e-12);
    assert_eq!(mean_wait(5.0, 1.0, 4), None);
    let stations = [(3, 0.8), (2, 0.5), (1, 1.0)];
    check!(cost(2.0, &vec![1.1, 1.3, 1.2], const &stations));
}
