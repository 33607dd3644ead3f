#[differentiable]
fn swing(start: [f64; 2], k: f64, damping: f64) -> f64 {
    let mut s = start;
    for _ in 0..100 {
        let pull = -k * s[0].sin();
        s = [s[0] + 0.01 * s[1], s[1] + 0.01 * pull];
        if s[1] < 0.0 {
            s[1] *= damping;
        }
    }
    s[0]
}
