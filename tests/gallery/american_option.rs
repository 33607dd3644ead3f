//! Finance: an American put on a binomial tree, rolled back in one vector.

use grad_runtime::prelude::*;

#[differentiable]
fn american_put(spot: f64, strike: f64, rate: f64, vol: f64, maturity: f64, steps: usize) -> f64 {
    let dt = maturity / steps as f64;
    let up = (vol * dt.sqrt()).exp();
    let down = up.recip();
    let discount = (-rate * dt).exp();
    let p = ((rate * dt).exp() - down) / (up - down);

    let mut values: Vec<f64> =
        (0..=steps).map(|i| (strike - spot * up.powi(2 * i as i32 - steps as i32)).max(0.0)).collect();
    for level in (0..steps).rev() {
        for i in 0..=level {
            let hold = discount * (p * values[i + 1] + (1.0 - p) * values[i]);
            let exercise = strike - spot * up.powi(2 * i as i32 - level as i32);
            values[i] = hold.max(exercise);
        }
    }
    values[0]
}

#[test]
fn an_american_put() {
    let value = american_put(100.0, 103.0, 0.05, 0.2, 1.0, 40);
    assert!(value > 3.0 && value < 10.0, "{value}");
    let (delta, ..) = american_put::grad(100.0, 103.0, 0.05, 0.2, 1.0, 40);
    assert!(-1.0 < delta && delta < 0.0);
    check!(american_put(100.1, 103.0, 0.05, 0.21, 1.03, const 11));
}
