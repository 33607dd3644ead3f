#[differentiable(order = 2)]
fn energy(x: &[f64], #[constant] k: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        total += k[i] * x[i].cos() * x[i];
    }
    total
}
