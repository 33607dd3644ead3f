#[differentiable]
fn sorted_product(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    if a > b {
        std::mem::swap(&mut a, &mut b);
    }
    a * a + b
}
