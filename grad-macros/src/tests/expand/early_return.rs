#[differentiable]
fn guarded(x: f64, y: f64) -> f64 {
    if x > 0.0 {
        return y * y;
    }
    x * x
}
