#[differentiable]
fn heat(u0: &[f64; 16], k: f64) -> f64 {
    let mut u = *u0;
    for _ in 0..8 {
        let old = u;
        for i in 1..15 {
            u[i] = old[i] + k * (old[i - 1] - 2.0 * old[i] + old[i + 1]);
        }
    }
    u[7]
}
