//! Imaging: rays through a grid, and how far what they lose is from what was measured.

use grad_runtime::prelude::*;

struct Ray {
    from: (f64, f64),
    to: (f64, f64),
}

/// The attenuation at a point, interpolated between the four pixels around it.
#[differentiable]
fn sample(image: &[f64], #[constant] width: usize, x: f64, y: f64) -> f64 {
    let height = image.len() / width;
    let column = (stop_gradient(x).floor().max(0.0) as usize).min(width - 2);
    let row = (stop_gradient(y).floor().max(0.0) as usize).min(height - 2);
    let (u, v) = (x - column as f64, y - row as f64);
    let pixel = |r: usize, c: usize| image[r * width + c];
    (1.0 - v) * ((1.0 - u) * pixel(row, column) + u * pixel(row, column + 1))
        + v * ((1.0 - u) * pixel(row + 1, column) + u * pixel(row + 1, column + 1))
}

#[differentiable]
fn line_integral(
    image: &[f64],
    #[constant] width: usize,
    #[constant] ray: &Ray,
    #[constant] steps: usize,
) -> f64 {
    let (dx, dy) = (ray.to.0 - ray.from.0, ray.to.1 - ray.from.1);
    let length = dx.hypot(dy);
    (0..steps)
        .map(|k| (k as f64 + 0.5) / steps as f64)
        .map(|t| sample(image, width, ray.from.0 + t * dx, ray.from.1 + t * dy))
        .sum::<f64>()
        * length
        / steps as f64
}

#[differentiable]
fn misfit(image: &[f64], smoothing: f64, #[constant] width: usize, #[constant] rays: &[(Ray, f64)]) -> f64 {
    let data: f64 = rays
        .iter()
        .map(|(ray, measured)| {
            let transmitted = (-line_integral(image, width, ray, 8)).exp();
            (transmitted - measured).powi(2)
        })
        .sum();
    let rough: f64 =
        image.chunks_exact(width).flat_map(|row| row.windows(2)).map(|w| (w[1] - w[0]).powi(2)).sum();
    data + smoothing * rough
}

#[test]
fn a_phantom() {
    let image: Vec<f64> = (0..12).map(|i| 0.1 + 0.05 * f64::from(i % 5)).collect();
    let rays =
        [(Ray { from: (0.0, 0.4), to: (3.0, 1.7) }, 0.5), (Ray { from: (0.3, 2.0), to: (2.9, 0.1) }, 0.4)];
    check!(misfit(&image, 0.3, const 4, const &rays));
}
