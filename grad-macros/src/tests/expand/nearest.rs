#[differentiable]
fn nearest(point: &[f64], centres: &[f64]) -> f64 {
    let d = point.len();
    let mut least = f64::INFINITY;
    for centre in centres.chunks_exact(d) {
        let mut distance = 0.0;
        for j in 0..d {
            distance += (point[j] - centre[j]).powi(2);
        }
        if distance < least {
            least = distance;
        }
    }
    least
}
