#[differentiable]
fn first_above(x: &[f64], limit: f64) -> f64 {
    let mut i = 0;
    loop {
        if x[i] > limit {
            break x[i] * x[i];
        }
        i += 1;
    }
}
