#[differentiable]
fn damped(x: f64, #[constant] rate: f64) -> f64 {
    let decay = (-rate).exp() * std::f64::consts::TAU;
    decay * x.cos()
}
