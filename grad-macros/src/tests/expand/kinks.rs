#[differentiable]
fn kinks(x: f64, y: f64) -> f64 {
    x.abs() + x.max(y) + x.clamp(-1.0, y) + x.hypot(y)
}
