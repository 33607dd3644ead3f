//! Control: the cost of a linear feedback on a linear system, for any number of states.

use grad_runtime::prelude::*;

#[differentiable]
fn mat_vec<const N: usize>(m: &[[f64; N]; N], v: &[f64; N]) -> [f64; N] {
    let mut out = [0.0; N];
    for i in 0..N {
        for j in 0..N {
            out[i] += m[i][j] * v[j];
        }
    }
    out
}

#[differentiable]
fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    a.iter().zip(b.iter()).map(|(a, b)| a * b).sum()
}

#[differentiable]
fn closed_loop_cost<const N: usize>(
    gain: &[f64; N],
    a: &[[f64; N]; N],
    b: &[f64; N],
    start: [f64; N],
    horizon: usize,
) -> f64 {
    let mut x = start;
    let mut cost = 0.0;
    for _ in 0..horizon {
        let u = -dot(gain, &x);
        cost += dot(&x, &x) + 0.1 * u * u;
        let ax = mat_vec(a, &x);
        x = std::array::from_fn(|i| ax[i] + b[i] * u);
    }
    cost + 10.0 * dot(&x, &x)
}

#[test]
fn a_double_integrator() {
    let a = [[1.0, 0.1], [0.0, 1.0]];
    let b = [0.005, 0.1];
    let still = closed_loop_cost(&[0.0, 0.0], &a, &b, [1.0, 0.0], 20);
    let controlled = closed_loop_cost(&[2.0, 2.5], &a, &b, [1.0, 0.0], 20);
    assert!(controlled < still);
    check!(closed_loop_cost(&[2.0, 2.5], &a, &b, [1.0, 0.2], const 12));
}
