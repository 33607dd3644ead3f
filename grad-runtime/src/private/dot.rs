//! Sums of products.

use core::ops::{Add, Mul};

/// How many sums are taken at once: an addition takes about as many cycles as that.
const LANES: usize = 4;

/// The sum of the products of the elements of two slices, equally many. The products are added in an order of its own: each of
/// four sums takes every fourth product.
#[inline]
pub fn dot<T: Copy + Default + Add<Output = T> + Mul<Output = T>>(a: &[T], b: &[T]) -> T {
    let mut sums = [T::default(); LANES];
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let mut rest = T::default();
    for (&a, &b) in a.remainder().iter().zip(b.remainder()) {
        rest = rest + a * b;
    }
    for (a, b) in a.zip(b) {
        for lane in 0..LANES {
            sums[lane] = sums[lane] + a[lane] * b[lane];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::dot;

    #[test]
    fn every_product_is_taken_once() {
        let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0];
        let b = [3.0, 13.0, 23.0, 33.0, 43.0, 53.0, 63.0, 73.0, 83.0, 93.0, 103.0, 113.0, 123.0, 133.0];
        for count in 0..14 {
            let expected: f64 = a.iter().zip(&b).take(count).map(|(a, b)| a * b).sum();
            let result = dot(&a[..count], &b[..count]);
            assert!((result - expected).abs() <= 1e-12 * expected, "{count}: {result} {expected}");
        }
    }
}
