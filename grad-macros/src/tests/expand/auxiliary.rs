#[differentiable(aux)]
fn with_count(x: &[f64]) -> (f64, usize) {
    let mut s = 0.0;
    let mut n = 0;
    for &v in x {
        if v > 0.0 {
            s += v.ln();
            n += 1;
        }
    }
    (s, n)
}
