//! Finance: European options by Black and Scholes; the gradient is the desk's Greeks.

use grad_runtime::prelude::*;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Right {
    Call,
    Put,
}

/// The normal distribution function (Abramowitz and Stegun, 26.2.17).
#[differentiable]
fn normal_cdf(x: f64) -> f64 {
    const B: [f64; 5] = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let poly = B.iter().rev().fold(0.0, |acc, b| (acc + b) * t);
    let tail = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt() * poly;
    if x >= 0.0 { 1.0 - tail } else { tail }
}

#[differentiable]
fn price(#[constant] right: Right, spot: f64, strike: f64, rate: f64, vol: f64, maturity: f64) -> f64 {
    let sd = vol * maturity.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * vol * vol) * maturity) / sd;
    let d2 = d1 - sd;
    let discounted = strike * (-rate * maturity).exp();
    match right {
        Right::Call => spot * normal_cdf(d1) - discounted * normal_cdf(d2),
        Right::Put => discounted * normal_cdf(-d2) - spot * normal_cdf(-d1),
    }
}

/// A book of positions: quantity, right, strike, maturity.
#[differentiable]
fn book_value(spot: f64, vol: f64, #[constant] book: &[(f64, Right, f64, f64)]) -> f64 {
    book.iter()
        .map(|&(quantity, right, strike, maturity)| {
            quantity * price(right, spot, strike, 0.02, vol, maturity)
        })
        .sum()
}

#[test]
fn greeks() {
    let call = price(Right::Call, 100.0, 95.0, 0.03, 0.2, 0.5);
    let put = price(Right::Put, 100.0, 95.0, 0.03, 0.2, 0.5);
    assert!((call - put - (100.0 - 95.0 * (-0.015_f64).exp())).abs() < 1e-10);
    let book =
        [(10.0, Right::Call, 95.0, 0.5), (-5.0, Right::Put, 90.0, 1.0), (3.0, Right::Call, 120.0, 0.25)];
    check!(price(const Right::Put, 100.0, 95.0, 0.03, 0.2, 0.5));
    check!(book_value(100.0, 0.25, const &book));
}
