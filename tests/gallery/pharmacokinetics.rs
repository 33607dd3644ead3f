//! Medicine: a two-compartment model with oral doses, fitted to concentrations in the blood.

use grad_runtime::prelude::*;

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Drug {
    absorption: f64,
    elimination: f64,
    exchange: (f64, f64),
    volume: f64,
}

#[derive(Clone, Copy)]
enum Event {
    Dose(f64),
    Sample(f64),
}

#[differentiable]
fn misfit(drug: &Drug, #[constant] events: &[(f64, Event)]) -> f64 {
    let dt = 0.1;
    let mut time = 0.0;
    let mut gut = 0.0;
    let mut central = 0.0;
    let mut peripheral = 0.0;
    let mut total = 0.0;
    for &(at, event) in events {
        while time + 0.5 * dt < at {
            let absorbed = drug.absorption * gut;
            let out = drug.exchange.0 * central;
            let back = drug.exchange.1 * peripheral;
            gut -= dt * absorbed;
            central += dt * (absorbed - out + back - drug.elimination * central);
            peripheral += dt * (out - back);
            time += dt;
        }
        match event {
            Event::Dose(amount) => gut += amount,
            Event::Sample(measured) => {
                let predicted = central / drug.volume;
                total += (predicted.ln() - measured.ln()).powi(2);
            }
        }
    }
    total
}

#[test]
fn two_doses() {
    let drug = Drug { absorption: 1.1, elimination: 0.2, exchange: (0.3, 0.15), volume: 12.0 };
    let events = [
        (0.0, Event::Dose(100.0)),
        (0.5, Event::Sample(3.0)),
        (1.5, Event::Sample(4.5)),
        (4.0, Event::Dose(50.0)),
        (5.0, Event::Sample(4.8)),
        (8.0, Event::Sample(2.5)),
    ];
    let value = misfit(&drug, &events);
    assert!(value > 0.0 && value < 2.0, "{value}");
    check!(misfit(&drug, const &events));
}

sample_struct!(Drug DrugTangent { absorption, elimination, exchange, volume });
