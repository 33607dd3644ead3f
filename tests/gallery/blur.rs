//! Images: the sharpness term of a deblurring problem: a Gaussian blur, a data term and total variation.

use grad_runtime::prelude::*;

struct Size {
    width: usize,
    height: usize,
}

#[differentiable]
fn kernel(sigma: f64) -> [f64; 5] {
    let mut k = [0.0; 5];
    for (i, w) in k.iter_mut().enumerate() {
        let d = i as f64 - 2.0;
        *w = (-d * d / (2.0 * sigma * sigma)).exp();
    }
    let sum: f64 = k.iter().sum();
    k.map(|w| w / sum)
}

/// Rows, then columns; the border is repeated.
#[differentiable]
fn blur(image: &[f64], sigma: f64, #[constant] size: &Size) -> Vec<f64> {
    let k = kernel(sigma);
    let (w, h) = (size.width, size.height);
    let mut rows = vec![0.0; w * h];
    for y in 0..h {
        for x in 0..w {
            for (i, weight) in k.iter().enumerate() {
                let from = (x + i).saturating_sub(2).min(w - 1);
                rows[y * w + x] += weight * image[y * w + from];
            }
        }
    }
    let mut out = vec![0.0; w * h];
    for y in 0..h {
        for x in 0..w {
            out[y * w + x] = (0..5).map(|i| k[i] * rows[(y + i).saturating_sub(2).min(h - 1) * w + x]).sum();
        }
    }
    out
}

#[differentiable]
fn objective(image: &[f64], sigma: f64, #[constant] seen: &[f64], #[constant] size: &Size) -> f64 {
    let blurred = blur(image, sigma, size);
    let data = blurred.iter().zip(seen).map(|(b, s)| (b - s) * (b - s)).sum::<f64>();
    let mut variation = 0.0;
    for row in image.chunks(size.width) {
        for pair in row.windows(2) {
            variation += ((pair[1] - pair[0]).powi(2) + 1e-6).sqrt();
        }
    }
    for y in 1..size.height {
        for x in 0..size.width {
            let d = image[y * size.width + x] - image[(y - 1) * size.width + x];
            variation += (d * d + 1e-6).sqrt();
        }
    }
    0.5 * data + 0.01 * variation
}

#[test]
fn deblurring() {
    let size = Size { width: 4, height: 3 };
    let image = vec![0.1, 0.9, 0.4, 0.3, 0.7, 0.2, 0.8, 0.5, 0.6, 0.35, 0.15, 0.95];
    let blurred = blur(&image, 1.0, &size);
    assert!((kernel(0.7).iter().sum::<f64>() - 1.0).abs() < 1e-15);
    assert!(blurred.iter().cloned().fold(0.0, f64::max) < 0.9);
    check!(objective(&image, 0.8, const &blurred, const &size));
}
