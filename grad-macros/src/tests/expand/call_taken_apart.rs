#[differentiable]
fn damped(x: f64, y: f64) -> f64 {
    match root(x * y) {
        Some(r) => r * y,
        None => y,
    }
}

#[differentiable]
fn root(x: f64) -> Option<f64> {
    if x < 0.0 { return None; }
    Some(x.sqrt())
}
