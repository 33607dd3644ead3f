#[differentiable]
fn diffuse(initial: &[f64], side: usize, steps: usize, #[constant] rate: f64) -> f64 {
    let mut now = initial.to_vec();
    let mut next = initial.to_vec();
    for _ in 0..steps {
        for i in 1..side - 1 {
            for j in 1..side - 1 {
                let at = i * side + j;
                let around = now[at - side] + now[at + side] + now[at - 1] + now[at + 1];
                next[at] = now[at] + rate * (around - 4.0 * now[at]);
            }
        }
        std::mem::swap(&mut now, &mut next);
    }
    let mut total = 0.0;
    for v in &now {
        total += v * v;
    }
    total
}
