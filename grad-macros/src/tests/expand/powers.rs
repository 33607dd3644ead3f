#[differentiable]
fn powers(x: f64, p: f64) -> f64 {
    x.powi(3) + x.powf(p) + x.powf(2.5) + x.sqrt()
}
