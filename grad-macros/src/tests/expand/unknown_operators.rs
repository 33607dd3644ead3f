#[differentiable]
fn energy(k: f64, planet: &Planet) -> f64 {
    k * planet.mass * planet.speed.powi(2)
}
