//! Finance: a risk-parity objective: how unequal the assets' shares of the risk are.

use grad_runtime::prelude::*;

#[derive(Debug)]
enum PortfolioError {
    Empty,
    Ragged { row: usize },
}

#[differentiable]
fn weights(logits: &[f64]) -> Vec<f64> {
    let m = logits.iter().copied().reduce(f64::max).unwrap_or(0.0);
    let mut w: Vec<f64> = logits.iter().map(|&l| f64::exp(l - m)).collect();
    let total = w.iter().sum::<f64>();
    for x in &mut w {
        *x /= total;
    }
    w
}

#[differentiable]
fn risk_parity(logits: &[f64], #[constant] covariance: &[Vec<f64>]) -> Result<f64, PortfolioError> {
    if logits.is_empty() {
        return Err(PortfolioError::Empty);
    }
    if let Some(row) = covariance.iter().position(|r| r.len() != logits.len()) {
        return Err(PortfolioError::Ragged { row });
    }
    let w = weights(logits);
    let marginal: Vec<f64> =
        covariance.iter().map(|row| row.iter().zip(&w).map(|(c, w)| c * w).sum::<f64>()).collect();
    let variance: f64 = w.iter().zip(&marginal).map(|(w, m)| w * m).sum();
    let share = 1.0 / w.len() as f64;
    let unequal = w.iter().zip(marginal.iter()).map(|(w, m)| (w * m / variance - share).powi(2)).sum::<f64>();
    Ok(unequal)
}

#[differentiable]
fn objective(logits: &[f64], #[constant] covariance: &[Vec<f64>]) -> f64 {
    risk_parity(logits, covariance).unwrap()
}

#[test]
fn three_assets() {
    let covariance = vec![vec![0.04, 0.01, 0.0], vec![0.01, 0.09, 0.02], vec![0.0, 0.02, 0.16]];
    assert!(matches!(risk_parity(&[], &covariance), Err(PortfolioError::Empty)));
    assert!(matches!(risk_parity(&[1.0], &covariance), Err(PortfolioError::Ragged { row: 0 })));
    assert!(objective(&[0.5, 0.0, -0.4], &covariance) < objective(&[0.0, 0.0, 1.0], &covariance));
    check!(objective(&vec![0.5, 0.0, -0.4], const &covariance));
}
