//! Norms and inner products over leaves.

use super::{Leaves, Matching, StructureError};
use crate::Real;

/// The 2-norm over all elements of one leaf.
///
/// Elements so large or so small that their squares leave the range of the type are scaled first.
///
/// # Panics
/// Where `index` is out of range.
///
/// ```
/// use grad_runtime::leaves::leaf_norm;
///
/// assert_eq!(leaf_norm(&([3.0, 4.0], 2.0), 0), 5.0);
/// assert_eq!(leaf_norm(&[3e200, 0.0], 0), 3e200);
/// ```
pub fn leaf_norm<C: Leaves + ?Sized>(container: &C, index: usize) -> C::Scalar {
    slice_norm(container.leaf(index).data)
}

/// The 2-norm of a slice.
pub(crate) fn slice_norm<T: Real>(data: &[T]) -> T {
    norm(sum_of_squares(data), || data.iter().copied())
}

/// The 2-norm over all elements of all leaves.
///
/// ```
/// assert_eq!(grad_runtime::leaves::global_norm(&([1.0, 2.0], 2.0)), 3.0);
/// ```
pub fn global_norm<C: Leaves + ?Sized>(container: &C) -> C::Scalar {
    let leaves = || (0..container.leaf_count()).map(|index| container.leaf(index).data);
    let sum = leaves().map(sum_of_squares).fold(C::Scalar::from_f64(0.0), |sum, squares| sum + squares);
    norm(sum, || leaves().flatten().copied())
}

/// The inner product: the sum over all leaves and elements of `a · b`.
///
/// # Errors
/// Where a leaf of `a` is missing in `b` or has another shape there.
///
/// ```
/// use grad_runtime::leaves::dot;
///
/// assert_eq!(dot(&([1.0, 2.0], 3.0), &([4.0, 5.0], 6.0)), Ok(32.0));
/// ```
pub fn dot<A, B>(a: &A, b: &B) -> Result<A::Scalar, StructureError>
where
    A: Leaves + ?Sized,
    B: Leaves<Scalar = A::Scalar> + ?Sized,
{
    let matching = Matching::new("counterpart", a, b)?;
    let zero = A::Scalar::from_f64(0.0);
    Ok((0..a.leaf_count())
        .fold(zero, |sum, index| sum + sum_of_products(a.leaf(index).data, matching.leaf(a, index, b).data)))
}

/// The square root of a sum of squares, with a second, scaled summation where the first has left the range of the type.
#[inline]
pub(crate) fn norm<T: Real, I: Iterator<Item = T>>(sum: T, elements: impl Fn() -> I) -> T {
    let tiny = T::from_f64(1e-30);
    let huge = T::from_f64(1e30);
    if sum > tiny && sum < huge { sum.sqrt() } else { scaled_norm(elements) }
}

/// The norm of the elements over the largest of them, times the largest.
#[cold]
fn scaled_norm<T: Real, I: Iterator<Item = T>>(elements: impl Fn() -> I) -> T {
    let zero = T::from_f64(0.0);
    let largest = elements().map(T::abs).fold(zero, |largest, x| if x > largest { x } else { largest });
    let scalable = largest > zero && largest.is_finite();
    let scale = if scalable { largest } else { T::from_f64(1.0) };
    let sum = elements().map(|x| x / scale).fold(zero, |sum, x| sum + x * x);
    sum.sqrt() * scale
}

/// The sum of the squares.
pub(crate) fn sum_of_squares<T: Real>(data: &[T]) -> T {
    sum_of_products(data, data)
}

/// The sum of the products.
pub(crate) fn sum_of_products<T: Real>(a: &[T], b: &[T]) -> T {
    let [total] = lane_sums(a.len().min(b.len()), |i| [a[i] * b[i]]);
    total
}

/// How many partial sums are kept for each sum.
pub(crate) const LANES: usize = 8;

/// The sums of the terms, each in eight partial sums: they don't wait for each other, and round less than one would.
#[inline]
pub(crate) fn lane_sums<T: Real, const SUMS: usize>(
    count: usize,
    mut terms: impl FnMut(usize) -> [T; SUMS],
) -> [T; SUMS] {
    let mut partial = [[T::from_f64(0.0); LANES]; SUMS];
    for block in 0..count / LANES {
        for lane in 0..LANES {
            let term = terms(block * LANES + lane);
            for (sums, term) in partial.iter_mut().zip(term) {
                sums[lane] += term;
            }
        }
    }
    for i in count / LANES * LANES..count {
        for (sums, term) in partial.iter_mut().zip(terms(i)) {
            sums[i % LANES] += term;
        }
    }
    partial.map(total)
}

/// The sum of partial sums.
pub(crate) fn total<T: Real>(partial: [T; LANES]) -> T {
    partial.into_iter().fold(T::from_f64(0.0), |total, sum| total + sum)
}

#[cfg(test)]
#[allow(clippy::float_cmp)] // these results are exact
mod tests {
    use super::*;

    #[test]
    fn the_norm_survives_what_squares_do_not() {
        assert_eq!(leaf_norm(&[3e-200, 4e-200], 0), 5e-200);
        assert_eq!(leaf_norm(&[3e30_f32, 4e30], 0), 5e30);
        assert_eq!(leaf_norm(&[0.0, 0.0], 0), 0.0);
        assert_eq!(leaf_norm(&[f64::INFINITY, 1.0], 0), f64::INFINITY);
        assert!(leaf_norm(&[f64::NAN, 1.0], 0).is_nan());
    }

    #[test]
    fn every_element_is_in_the_sum() {
        for length in 0..40_u32 {
            let data: [f64; 40] = core::array::from_fn(|i| if i < length as usize { 1.0 } else { 0.0 });
            assert_eq!(sum_of_squares(&data[..length as usize]), f64::from(length));
        }
    }
}
