//! Survival analysis: Cox's partial likelihood and a Weibull model with censoring.

use grad_runtime::prelude::*;

#[derive(Clone, Debug)]
struct Patient {
    time: f64,
    died: bool,
    covariates: Vec<f64>,
}

#[differentiable]
fn risk(beta: &[f64], #[constant] patient: &Patient) -> f64 {
    beta.iter().zip(&patient.covariates).map(|(b, x)| b * x).sum()
}

/// Breslow's form; the patients are sorted here, longest time first.
#[differentiable]
fn cox(beta: &[f64], #[constant] patients: &[Patient]) -> f64 {
    let mut order: Vec<usize> = (0..patients.len()).collect();
    order.sort_by(|&a, &b| patients[b].time.total_cmp(&patients[a].time));
    let mut at_risk = 0.0;
    let mut total = 0.0;
    for &i in &order {
        let eta = risk(beta, &patients[i]);
        at_risk += eta.exp();
        if patients[i].died {
            total -= eta - at_risk.ln();
        }
    }
    total
}

#[differentiable]
fn weibull(shape: f64, beta: &[f64], #[constant] patients: &[Patient]) -> f64 {
    patients
        .iter()
        .map(|p| {
            let scale = risk(beta, p).exp();
            let hazard = (p.time / scale).powf(shape);
            if p.died {
                hazard - shape.ln() - (shape - 1.0) * p.time.ln() + shape * scale.ln()
            } else {
                hazard
            }
        })
        .sum()
}

#[test]
fn five_patients() {
    let patient = |time, died, a, b| Patient { time, died, covariates: vec![a, b] };
    let patients = [
        patient(2.0, true, 0.3, 1.0),
        patient(5.5, false, -0.4, 0.0),
        patient(1.2, true, 1.1, 1.0),
        patient(4.1, true, 0.2, 0.0),
        patient(3.3, false, -0.9, 1.0),
    ];
    assert!((cox(&[0.0, 0.0], &patients) - (4.0_f64 * 5.0 * 2.0).ln()).abs() < 1e-12);
    check!(cox(&vec![0.4, -0.2], const &patients));
    check!(weibull(1.3, &vec![0.4, -0.2], const &patients));
}
