#[differentiable]
fn relax(start: &[f64], w: &[f64], steps: usize) -> f64 {
    let n = start.len();
    let mut y = start.to_vec();
    let mut rates = vec![0.0; n];
    for _ in 0..steps {
        for i in 0..n {
            rates[i] = w[i] * y[i] * y[i];
        }
        for i in 0..n {
            y[i] -= rates[i] * rates[i];
        }
    }
    y[0]
}
