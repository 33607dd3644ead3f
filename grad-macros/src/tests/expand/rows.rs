#[differentiable]
fn layer(w: &[f64], x: &[f64], rows: usize) -> f64 {
    let n = x.len();
    let mut total = 0.0;
    for i in 0..rows {
        let mut z = 0.0;
        for j in 0..n {
            z += w[i * n + j] * x[j];
        }
        total += z.tanh();
    }
    total
}
