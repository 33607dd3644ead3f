//! The softmax: each exponential goes into the gradient at once, to be scaled when the sum is known.

/// The gradient of `lse::objective`.
pub fn gradient(x: &[f64]) -> Vec<f64> {
    let largest = x.iter().fold(f64::NEG_INFINITY, |largest, &x_i| x_i.max(largest));
    let mut sum = 0.0;
    let mut gradient = Vec::with_capacity(x.len());
    for &x_i in x {
        let exp = (x_i - largest).exp();
        sum += exp;
        gradient.push(exp);
    }
    let scale = 1.0 / sum;
    for entry in &mut gradient {
        *entry *= scale;
    }
    gradient
}
