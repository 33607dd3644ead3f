#[differentiable]
fn ridge(weights: &[f64], #[constant] rows: &[[f64; 4]], #[constant] targets: &[f64], strength: f64) -> f64 {
    let mut total = 0.0;
    for (row, target) in rows.iter().zip(targets) {
        let mut error = -target;
        for j in 0..4 {
            error += weights[j] * row[j];
        }
        total += error * error;
    }
    let mut penalty = 0.0;
    for weight in weights {
        penalty += weight * weight;
    }
    total + strength * penalty
}
