//! One sweep over the points: the sum's cotangent is known, so each residual's is too.

/// The gradient of `llsq::objective`.
pub fn gradient(x: &[f64], n: usize) -> Vec<f64> {
    let mut gradient = vec![0.0; x.len()];
    let mut powers = vec![0.0; x.len()];
    for i in 0..n {
        let t = -1.0 + 2.0 * i as f64 / (n - 1) as f64;
        let mut residual = if t == 0.0 { 0.0 } else { t.signum() };
        let mut power = 1.0;
        for (&coefficient, kept) in x.iter().zip(&mut powers) {
            *kept = power;
            residual -= coefficient * power;
            power *= t;
        }
        for (entry, &power) in gradient.iter_mut().zip(&powers) {
            *entry -= residual * power;
        }
    }
    gradient
}
