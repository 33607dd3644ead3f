#[differentiable]
fn area(x: f64, b: f64) -> f64 {
    integrate(|t| (t * x).sin(), b, 100)
}

#[differentiable]
fn integrate(f: impl Fn(f64) -> f64, b: f64, #[constant] n: usize) -> f64 {
    let h = b / n as f64;
    let mut total = 0.0;
    for i in 0..n {
        total += h * f(h * (i as f64 + 0.5));
    }
    total
}
