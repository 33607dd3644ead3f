#[differentiable]
fn straight_through(x: f64) -> f64 {
    x * stop_gradient(x)
}
