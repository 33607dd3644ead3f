#[differentiable]
fn scale(y: &mut [f64], factor: f64) {
    for v in y.iter_mut() {
        *v *= factor;
    }
}
