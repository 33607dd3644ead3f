#[differentiable]
fn horner(x: f64, c: &[f64]) -> f64 {
    let mut y = 0.0;
    for &c in c.iter().rev() {
        y = y * x + c;
    }
    y
}
