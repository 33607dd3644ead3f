#[differentiable]
fn outer(x: f64, y: f64) -> f64 {
    let a: f64 = inner(x);
    a * inner(a + y)
}
