#[differentiable]
fn network(w: &[f64], x: &[f64], sizes: &[usize]) -> f64 {
    let mut h = x.to_vec();
    let mut at = 0;
    for &rows in sizes {
        let mut next = vec![0.0; rows];
        for i in 0..rows {
            for j in 0..h.len() {
                next[i] += w[at + i * h.len() + j] * h[j];
            }
        }
        at += rows * h.len();
        h = next;
    }
    h[0]
}
