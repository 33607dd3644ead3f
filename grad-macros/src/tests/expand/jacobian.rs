#[differentiable]
fn seen(x: &[f64; 3], scale: f64) -> [f64; 2] {
    let p = if x[2] == 0.0 { [0.0, 0.0] } else { [x[0] / x[2], x[1] / x[2]] };
    let r2 = p[0] * p[0] + p[1] * p[1];
    let mut bend = 1.0;
    for k in 0..3 {
        bend += x[k] * bend * scale.exp();
    }
    [bend * p[0] + r2, scale * p[1]]
}
