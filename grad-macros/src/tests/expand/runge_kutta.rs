#[differentiable]
fn fall(y: f64, drag: f64, steps: usize, #[constant] h: f64) -> f64 {
    let mut y = y;
    for _ in 0..steps {
        let k1 = -drag * y * y;
        let middle = y + 0.5 * h * k1;
        let k2 = -drag * middle * middle;
        y += h / 6.0 * (k1 + 2.0 * k2);
    }
    y
}
