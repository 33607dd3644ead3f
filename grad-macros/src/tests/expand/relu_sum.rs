#[differentiable]
fn relu_sum(x: &[f64; 128]) -> f64 {
    let mut s = 0.0;
    for i in 0..128 {
        s += x[i].max(0.0);
    }
    s
}
