#[differentiable]
fn misfit(c: &[f64], n: usize) -> f64 {
    let mut total = 0.0;
    for i in 0..n {
        let t = i as f64 / n as f64;
        let (mut residual, mut power) = (t.sin(), 1.0);
        for coefficient in c {
            residual -= coefficient * power;
            power *= t;
        }
        total += residual * residual;
    }
    total
}
