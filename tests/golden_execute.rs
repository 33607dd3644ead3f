//! `execute_with_gradients` against the values of the reference implementation: further outputs, nested variables,
//! `stop_gradient`, and a gradient through a step of gradient descent.

#![allow(dead_code)] // the functions are here for their derivatives

mod golden;

use golden::{array, assert_close, container, number, read};
use grad_runtime::prelude::*;
use serde_json::Value;

const RTOL: f64 = 1e-10;

/// `y = (w * w)[0]`, `extra = w * 1.5`.
#[differentiable(aux)]
fn square(w: [f64; 1]) -> (f64, [f64; 1]) {
    (w[0] * w[0], [w[0] * 1.5])
}

/// `y = (w1 * w2)[0]`.
#[differentiable]
fn product(w1: [f64; 1], w2: [f64; 1]) -> f64 {
    w1[0] * w2[0]
}

/// `h = tanh(x @ enc/w + enc/b)`, `y = mean((h @ dec/w)²)`; extras `h` and `sum(h)`.
#[allow(clippy::needless_range_loop)] // the indices are those of the formulas
#[differentiable(aux)]
fn mlp(dec: [[f64; 2]; 4], b: [f64; 4], enc: [[f64; 4]; 2], x: [[f64; 2]; 3]) -> (f64, [[f64; 4]; 3], f64) {
    let mut h = [[0.0; 4]; 3];
    let mut total = 0.0;
    for i in 0..3 {
        for k in 0..4 {
            let mut z = b[k];
            for j in 0..2 {
                z += x[i][j] * enc[j][k];
            }
            h[i][k] = z.tanh();
            total += h[i][k];
        }
    }
    let mut y = 0.0;
    for i in 0..3 {
        for j in 0..2 {
            let mut out = 0.0;
            for k in 0..4 {
                out += h[i][k] * dec[k][j];
            }
            y += out * out;
        }
    }
    (y / 6.0, h, total)
}

/// `y = sum(stop_gradient(a) * a)`; `b` isn't used.
#[differentiable]
fn half_stopped(a: [f64; 2], _b: [f64; 1]) -> f64 {
    stop_gradient(a[0]) * a[0] + stop_gradient(a[1]) * a[1]
}

/// `y = sum(w⁴) + sum(w * b)`.
#[differentiable(order = 2)]
fn quartic(b: [f64; 2], w: [f64; 2]) -> f64 {
    let mut y = 0.0;
    for i in 0..2 {
        y += w[i].powi(4) + w[i] * b[i];
    }
    y
}

type Weights = ([[f64; 2]; 4], [f64; 4], [[f64; 4]; 2], [[f64; 2]; 3]);

/// The variables of a case, copied into a static container with the same leaves in the same, alphabetical, order.
fn variables<C: LeavesMut<Scalar = f64>>(case: &Value, mut zeros: C) -> C {
    leaves::unflatten_from(&mut zeros, &leaves::flatten(&container(&case["args"]["xs"]))).unwrap();
    zeros
}

/// Compares value, gradients and further outputs with what the case expects.
fn check(case: &Value, y: f64, gradients: &impl Leaves<Scalar = f64>, extra: &[Array]) {
    let id = case["id"].as_str().unwrap();
    let expected = &case["expected"];
    assert_close(id, &y, &array(&expected["y"]).data()[0], RTOL);
    let expected_gradients = container(&expected["grads"]);
    assert_close(id, &leaves::flatten(gradients), &leaves::flatten(&expected_gradients), RTOL);
    let expected_extra = expected["extra"].as_array().unwrap();
    assert_eq!(extra.len(), expected_extra.len(), "{id}");
    for (found, expected) in extra.iter().zip(expected_extra) {
        assert_close(id, found, &array(expected), RTOL);
    }
}

/// A step of gradient descent on `quartic`, and the gradient of `quartic` after it with respect to what came before:
/// `(I - lr·H) ∇f(xs')`.
fn check_through_update(case: &Value, retain: RetainGrads) {
    assert_eq!(case["args"]["inner_steps"], 1);
    let lr = number(&case["args"]["lr"]);
    let xs = variables(case, ([0.0; 2], [0.0; 2]));
    let (_, inner, ()) = execute_with_gradients::<quartic, _>(xs, retain);
    let flowing = UpdateOptions { stop_gradients: false };
    let updated = gradient_descent_update(xs, &inner, lr, flowing).unwrap();
    let (y, outer, ()) = execute_with_gradients::<quartic, _>(updated, retain);
    let (_, curved) = quartic::hvp(xs.0, xs.1, outer.0, outer.1);
    let through = leaves::zip_map(outer, &curved, |g, hg| g - lr * hg).unwrap();
    check(case, y, &through, &[]);
}

#[test]
fn every_case_agrees() {
    let file = read("ivy.json");
    let cases =
        file["cases"].as_array().unwrap().iter().filter(|case| case["fn"] == "execute_with_gradients");
    let mut count = 0;
    for case in cases {
        let retain = RetainGrads(case["kwargs"]["retain_grads"].as_bool().unwrap_or(true));
        match case["id"].as_str().unwrap().trim_start_matches("execute_with_gradients/") {
            "ivy-own-test-extra-output" => {
                let (y, g, extra) = execute_with_gradients::<square, _>(variables(case, [0.0]), retain);
                check(case, y, &g, &[Array::from(extra)]);
            }
            "ivy-own-test-two-leaves" => {
                let (y, g, ()) =
                    execute_with_gradients::<product, _>(variables(case, ([0.0], [0.0])), retain);
                check(case, y, &g, &[]);
            }
            "mlp-nested-two-extras" => {
                let zeros = ([[0.0; 2]; 4], [0.0; 4], [[0.0; 4]; 2], [[0.0; 2]; 3]);
                let (y, g, (h, total)) = execute_with_gradients::<mlp, _>(variables(case, zeros), retain);
                check(case, y, &g, &[Array::from(h), Array::from(total)]);
            }
            "stop-gradient-inside" => {
                let (y, g, ()) =
                    execute_with_gradients::<half_stopped, _>(variables(case, ([0.0; 2], [0.0])), retain);
                check(case, y, &g, &[]);
            }
            "through-one-inner-step" => check_through_update(case, retain),
            other => panic!("an unknown case: {other}"),
        }
        count += 1;
    }
    assert_eq!(count, 5);
}
