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
        for count in 0_u32..14 {
            let a: [f64; 14] = core::array::from_fn(|i| (i + 1) as f64);
            let b: [f64; 14] = core::array::from_fn(|i| (10 * i + 3) as f64);
            let expected: f64 = a.iter().zip(&b).take(count as usize).map(|(a, b)| a * b).sum();
            let result = dot(&a[..count as usize], &b[..count as usize]);
            assert!((result - expected).abs() <= 1e-12 * expected, "{count}: {result} {expected}");
        }
    }
}
