#[differentiable]
fn interpolation(table: &[(f64, f64)], at: f64) -> f64 {
    let found = table.windows(2).find_map(|w| {
        (w[0].0 <= at && at < w[1].0).then(|| {
            let t = (at - w[0].0) / (w[1].0 - w[0].0);
            w[0].1 * (1.0 - t) + w[1].1 * t
        })
    });
    found.unwrap_or(f64::NAN)
}
