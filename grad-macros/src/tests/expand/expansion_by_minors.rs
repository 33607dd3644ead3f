#[differentiable]
fn minor(a: &[f64], size: usize, row: usize, left: &mut Vec<usize>) -> f64 {
    if row == size {
        return 1.0;
    }
    let mut total = 0.0;
    let mut sign = 1.0;
    for k in 0..size - row {
        let column = left.remove(k);
        total += sign * a[row * size + column] * minor(a, size, row + 1, left);
        left.insert(k, column);
        sign = -sign;
    }
    total
}
