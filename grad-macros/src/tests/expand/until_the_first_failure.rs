#[differentiable]
fn until_the_first_failure(x: &[f64]) -> Option<f64> {
    let product = x.iter().try_fold(1.0, |acc, &v| if v > 0.0 { Some(acc * v) } else { None })?;
    Some(product.sqrt())
}
