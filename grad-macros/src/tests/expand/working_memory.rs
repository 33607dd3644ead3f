#[differentiable]
fn mixture(weights: &[f64], scales: &[f64], #[constant] points: &[f64]) -> f64 {
    let k = scales.len();
    let mut terms = vec![0.0; k];
    let mut total = 0.0;
    for &point in points {
        for c in 0..k {
            terms[c] = weights[c] - scales[c] * point * point;
        }
        let mut sum = 0.0;
        for &term in &terms {
            sum += term.exp() * term;
        }
        total += sum.ln();
    }
    total
}
