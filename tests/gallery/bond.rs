//! Finance: the yield of a bond that reproduces its price, and the duration that follows from it.

use grad_runtime::prelude::*;

#[derive(Debug, Clone, PartialEq)]
enum YieldError {
    NoConvergence(usize),
    NegativePrice,
}

#[differentiable]
fn present_value(rate: f64, coupon: f64, #[constant] times: &[f64]) -> f64 {
    let coupons: f64 = times.iter().map(|t| coupon * (1.0 + rate).powf(-t)).sum();
    let redemption = times.last().map_or(0.0, |t| (1.0 + rate).powf(-t));
    100.0 * (coupons + redemption)
}

/// The yield at which the bond is worth its price: Newton's method with differences for the slope.
#[differentiable]
fn yield_to_maturity(price: f64, coupon: f64, #[constant] times: &[f64]) -> Result<f64, YieldError> {
    if price <= 0.0 {
        return Err(YieldError::NegativePrice);
    }
    let mut y = 0.05;
    for _ in 0..100 {
        let error = present_value(y, coupon, times) - price;
        if error.abs() < 1e-11 {
            return Ok(y);
        }
        let mut slope = 0.0;
        for (i, t) in times.iter().enumerate() {
            let cash = if i + 1 == times.len() { 1.0 + coupon } else { coupon };
            slope -= 100.0 * cash * t * (1.0 + y).powf(-t - 1.0);
        }
        y -= error / slope;
    }
    Err(YieldError::NoConvergence(100))
}

/// The spread between two bonds' yields, in basis points.
#[differentiable]
fn spread(prices: [f64; 2], coupons: [f64; 2], #[constant] times: &[f64]) -> Result<f64, YieldError> {
    let a = yield_to_maturity(prices[0], coupons[0], times)?;
    let b = yield_to_maturity(prices[1], coupons[1], times)?;
    Ok(1e4 * (a - b))
}

#[differentiable]
fn spread_or_zero(prices: [f64; 2], coupons: [f64; 2], #[constant] times: &[f64]) -> f64 {
    match spread(prices, coupons, times) {
        Ok(spread) => spread,
        Err(YieldError::NoConvergence(_)) | Err(YieldError::NegativePrice) => 0.0,
    }
}

#[test]
fn two_bonds() {
    let times = [0.5, 1.5, 2.5, 3.5];
    let y = yield_to_maturity(present_value(0.043, 0.05, &times), 0.05, &times).unwrap();
    assert!((y - 0.043).abs() < 1e-10);
    assert_eq!(yield_to_maturity(-1.0, 0.05, &times), Err(YieldError::NegativePrice));
    check!(spread_or_zero([101.0, 98.5], [0.05, 0.03], const &times));
    check!(spread_or_zero([101.0, -98.5], [0.05, 0.03], const &times));
}
