#[differentiable]
fn combined(columns: &[f64], weights: &[f64], scale: f64) -> f64 {
    let rows = columns.len() / weights.len();
    let mut sum = vec![0.0; rows];
    for (column, &weight) in columns.chunks_exact(rows).zip(weights) {
        for i in 0..rows {
            sum[i] += weight * column[i];
        }
    }
    let mut total = 0.0;
    for i in 0..rows {
        total += sum[i] * sum[i] * scale;
    }
    total
}
