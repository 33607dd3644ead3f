#[differentiable]
fn overwritten(x: f64, y: f64) -> f64 {
    let mut a = [x, y, x * y];
    a[0] *= a[1];
    a[1] = a[0].sin();
    a[2] += a[1] * a[0];
    a[2] * a[1]
}
