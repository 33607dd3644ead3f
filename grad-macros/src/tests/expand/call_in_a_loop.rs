#[differentiable]
fn rollout(x: f64, u: f64) -> f64 {
    let mut x = x;
    for _ in 0..10 {
        x = step(x, u);
    }
    x
}
