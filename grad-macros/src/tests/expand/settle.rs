#[differentiable]
fn settle(x0: f64, gain: f64, limit: f64) -> f64 {
    let mut x = x0;
    let mut cost = 0.0;
    for k in 0..200 {
        let u = -gain * x;
        let u = if u > limit { limit } else { u };
        x = x + 0.1 * (u + x.sin());
        cost += x * x;
        if cost > 50.0 {
            return cost + k as f64;
        }
    }
    cost
}
