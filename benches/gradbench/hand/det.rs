//! The cotangent of a minor is known before the minor is computed, so one recursion gives both.

/// The gradient of `det::determinant`.
pub fn gradient(a: &[f64], ell: usize) -> Vec<f64> {
    let mut gradient = vec![0.0; a.len()];
    let mut next: Vec<usize> = (1..=ell + 1).collect();
    minor(a, ell, 0, &mut next, 1.0, &mut gradient);
    gradient
}

/// The minor, whose cotangent is `seed`, adding that of its entries into `gradient`.
fn minor(a: &[f64], ell: usize, row: usize, next: &mut [usize], seed: f64, gradient: &mut [f64]) -> f64 {
    if row == ell {
        return 1.0;
    }
    let mut sum = 0.0;
    let mut sign = 1.0;
    let mut before = 0;
    while next[before] <= ell {
        let column = next[before];
        next[before] = next[column];
        let entry = row * ell + column - 1;
        let factor = sign * a[entry];
        let rest = minor(a, ell, row + 1, next, seed * factor, gradient);
        sum += factor * rest;
        gradient[entry] += seed * sign * rest;
        next[before] = column;
        sign = -sign;
        before = column;
    }
    sum
}
