#[differentiable]
fn leaky(rate: f64, #[constant] start: &[f64], steps: usize) -> f64 {
    let mut level = start.to_vec();
    for _ in 0..steps {
        for i in 0..level.len() {
            level[i] = 1.0 / (1.0 + (-rate * level[i]).exp());
        }
    }
    level[0]
}
