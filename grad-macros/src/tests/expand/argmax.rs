#[differentiable]
fn argmax(x: &[f64]) -> f64 {
    let (at, best) = x.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).unwrap();
    at as f64 * best
}
