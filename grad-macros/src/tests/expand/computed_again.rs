#[differentiable]
fn midpoint(rates: &[f64], steps: usize, h: f64) -> f64 {
    let n = rates.len();
    let mut y = vec![1.0; n];
    let (mut k, mut stage) = (vec![0.0; n], vec![0.0; n]);
    for _ in 0..steps {
        for i in 0..n {
            k[i] = rates[i] * y[i] * (1.0 - y[i]);
        }
        for i in 0..n {
            stage[i] = y[i] + 0.5 * h * k[i];
        }
        for i in 0..n {
            y[i] += h * rates[i] * stage[i] * (1.0 - stage[i]);
        }
    }
    y[0]
}
