#[differentiable]
fn stepped(x: f64, n: usize) -> f64 {
    let y = x + match n {
        0 => return x * x,
        1 => x.sin(),
        _ => 3.0 * x,
    };
    y * x
}
