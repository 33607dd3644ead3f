#[differentiable]
fn energy(k: f64, body: &Body) -> f64 {
    k * body.mass * body.speed.powi(2)
}
