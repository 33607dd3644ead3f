#[differentiable]
fn damped(x: f64, y: f64) -> f64 {
    match root(x * y) {
        Some(r) => r * y,
        None => y,
    }
}
