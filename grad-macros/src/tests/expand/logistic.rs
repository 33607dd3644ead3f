#[differentiable]
fn loss(w: &[f64], #[constant] x: &[[f64; 4]], #[constant] y: &[f64]) -> f64 {
    let mut total = 0.0;
    for (row, &label) in x.iter().zip(y) {
        let mut z = 0.0;
        for j in 0..4 {
            z += w[j] * row[j];
        }
        total += (-label * z).exp().ln_1p();
    }
    total / y.len() as f64
}
