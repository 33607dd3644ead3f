//! Arrays and containers as vector spaces: each is its own tangent.

use alloc::string::ToString;

use super::{Array, Container};
use crate::leaves::{self, LeavesMut, StructureError};
use crate::{Differentiable, Real, StepAlong, Tangent};

macro_rules! vector_space {
    ($type:ident) => {
        impl<T: Real> Differentiable for $type<T> {
            type Tangent = Self;

            fn zero_tangent(&self) -> Self {
                leaves::map(self.clone(), |_| T::from_f64(0.0))
            }
        }

        impl<T: Real> StepAlong for $type<T> {
            fn step_along(&mut self, direction: &Self, step: f64) {
                let step = T::from_f64(step);
                same(add(self, direction, step));
            }
        }

        impl<T: Real> Tangent for $type<T> {
            fn set_zero(&mut self) {
                leaves::map_inplace(self, |_| T::from_f64(0.0));
            }

            fn accumulate(&mut self, other: &Self) {
                same(add(self, other, T::from_f64(1.0)));
            }

            fn scale(&mut self, factor: f64) {
                let factor = T::from_f64(factor);
                leaves::map_inplace(self, |x| x * factor);
            }

            fn inner(&self, other: &Self) -> f64 {
                same(leaves::same_structure(self, other).and_then(|()| leaves::dot(self, other))).to_f64()
            }
        }
    };
}
vector_space!(Array);
vector_space!(Container);

/// `a += step · b`, where the two have the same leaves.
fn add<C: LeavesMut>(a: &mut C, b: &C, step: C::Scalar) -> Result<(), StructureError> {
    leaves::same_structure(a, b)?;
    leaves::zip_inplace(a, b, |a, b| a + step * b)
}

/// The traits of vector spaces promise a panic where two shapes differ.
#[track_caller]
fn same<V>(result: Result<V, StructureError>) -> V {
    result.unwrap_or_else(|error| panic!("{}", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_is_a_vector_space() {
        let a = Container::from_entries([("w", [1.0, 2.0]), ("b", [3.0, 4.0])]).unwrap();
        let mut sum = a.zero_tangent();
        sum.accumulate(&a);
        sum.step_along(&a, 2.0);
        sum.scale(0.5);
        assert_eq!(sum["w"].data(), [1.5, 3.0]);
        assert!((sum.inner(&a) - 45.0).abs() < 1e-12);
    }

    #[test]
    #[should_panic(expected = "a leaf `w` of shape [2] too many")]
    fn structures_that_differ_do_not_add() {
        let mut a = Container::from_entries([("b", [3.0, 4.0])]).unwrap();
        let b = Container::from_entries([("w", [1.0, 2.0]), ("b", [3.0, 4.0])]).unwrap();
        a.accumulate(&b);
    }
}
