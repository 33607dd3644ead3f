#[differentiable]
fn collected(x: &[f64]) -> f64 {
    let exponentials: Vec<f64> = x.iter().map(|v| v.exp()).collect();
    let total: f64 = exponentials.iter().sum();
    exponentials.iter().map(|e| (e / total) * e).sum()
}
