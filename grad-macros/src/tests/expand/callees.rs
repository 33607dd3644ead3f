#[differentiable]
fn misfit(x: &[f64], targets: &[[f64; 2]]) -> f64 {
    let mut total = 0.0;
    for target in targets {
        let p = image(x, 0.5);
        total += squared(p[0] - target[0]) + squared(p[1] - target[1]);
    }
    total
}

#[differentiable]
fn image(x: &[f64], scale: f64) -> [f64; 2] {
    if x[2] == 0.0 {
        return [0.0, 0.0];
    }
    [scale * x[0] / x[2], scale * x[1] / x[2]]
}

#[differentiable]
fn squared(x: f64) -> f64 {
    x * x
}
