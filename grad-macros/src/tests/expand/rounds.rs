#[differentiable]
fn rounds(x: &[f64], count: usize) -> f64 {
    let n = x.len();
    let mut y = vec![0.5; n];
    let mut k = vec![0.0; n];
    for _ in 0..count {
        k[0] = x[0];
        for i in 1..n {
            k[i] = x[i] * y[i - 1];
        }
        for i in 0..n {
            y[i] -= 0.25 * k[i];
        }
    }
    y[n - 1]
}
