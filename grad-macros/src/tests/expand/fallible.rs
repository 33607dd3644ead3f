#[differentiable]
fn distance(samples: &[f64], window: usize, scale: f64) -> Result<f64, String> {
    let first = samples.first().ok_or("no samples")?;
    let weight: f64 = weight(*first, scale).ok_or_else(|| format!("no weight for {first}"))?;
    if window > samples.len() {
        return Err(format!("{window} of {}", samples.len()));
    }
    let mut sum = 0.0;
    for sample in &samples[..window] {
        sum += weight * (sample - first) * (sample - first);
    }
    Ok(sum.sqrt())
}
