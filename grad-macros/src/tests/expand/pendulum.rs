#[differentiable]
fn pendulum(theta: f64, omega: f64, steps: usize) -> f64 {
    let (mut theta, mut omega) = (theta, omega);
    for _ in 0..steps {
        omega -= 0.01 * theta.sin();
        theta += 0.01 * omega;
    }
    theta
}
