//! Central differences of sixth order with an estimate of their own error.

/// One derivative by differences, how far off it may be, and the value at the point.
#[derive(Clone, Copy)]
pub struct Difference {
    pub derivative: f64,
    pub error: f64,
    pub value: f64,
}

const STEPS: i32 = 18;

/// The derivatives of all results of `f` by its `index`-th argument, where `f` rounds with `epsilon`.
///
/// The stencil is evaluated for steps from an eighth of the argument's size downwards. A result's error is how
/// much three neighbouring steps disagree, and the rounding of the values over the step; the step where it is
/// least gives the derivative. Kinks and ends of domains inside a large stencil make it disagree with the smaller
/// ones, so they need no special care.
pub fn differences(
    f: &dyn Fn(&[f64]) -> Vec<f64>,
    point: &[f64],
    index: usize,
    epsilon: f64,
) -> Vec<Difference> {
    let size =
        if point[index] == 0.0 { 1.0 } else { point[index].abs().log2().floor().exp2().clamp(1e-2, 1e3) };
    let steps: Vec<f64> = (3..3 + STEPS).map(|k| size * f64::from(-k).exp2()).collect();
    let rows: Vec<Vec<f64>> = steps.iter().map(|&step| stencil(f, point, index, step)).collect();
    let values = f(point);
    values.iter().enumerate().map(|(output, &value)| best(&rows, &steps, output, value, epsilon)).collect()
}

fn best(rows: &[Vec<f64>], steps: &[f64], output: usize, value: f64, epsilon: f64) -> Difference {
    let mut best = Difference { derivative: f64::NAN, error: f64::INFINITY, value };
    for (three, step) in rows.windows(3).zip(steps) {
        let [a, b, c] = [three[0][output], three[1][output], three[2][output]];
        let error = (a - b).abs().max((b - c).abs()) + epsilon * value.abs() / step;
        if error < best.error {
            best = Difference { derivative: a, error, value };
        }
    }
    best
}

/// The sixth-order stencil (45, -9, 1)/60 on the points x ± h, x ± 2h, x ± 3h.
fn stencil(f: &dyn Fn(&[f64]) -> Vec<f64>, point: &[f64], index: usize, step: f64) -> Vec<f64> {
    let at = |multiple: f64| {
        let mut moved = point.to_vec();
        moved[index] += multiple * step;
        f(&moved)
    };
    let mut sum: Vec<f64> = Vec::new();
    for (multiple, weight) in [(1.0, 45.0), (2.0, -9.0), (3.0, 1.0)] {
        let (above, below) = (at(multiple), at(-multiple));
        sum.resize(above.len(), 0.0);
        for ((total, a), b) in sum.iter_mut().zip(above).zip(below) {
            *total += weight * (a - b) / (60.0 * step);
        }
    }
    sum
}
