#[differentiable]
fn mixed(x: f32, y: f64) -> f64 {
    (x * x) as f64 * y
}
