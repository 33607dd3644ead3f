#[differentiable]
fn log_sum_exp(x: &[f64]) -> f64 {
    let mut top = f64::NEG_INFINITY;
    for &v in x {
        top = top.max(v);
    }
    let mut sum = 0.0;
    for &v in x {
        sum += (v - top).exp();
    }
    top + sum.ln()
}
