//! Floating-point numbers: their own tangents.

use super::{Differentiable, StepAlong, Tangent};

/// `$from` takes a factor given as `f64` to the scalar's own precision.
macro_rules! scalar {
    ($scalar:ident, $from:expr) => {
        impl Differentiable for $scalar {
            type Tangent = Self;

            #[inline]
            fn zero_tangent(&self) -> Self {
                0.0
            }
        }

        impl StepAlong for $scalar {
            #[inline]
            fn step_along(&mut self, direction: &Self, step: f64) {
                *self += $from(step) * direction;
            }
        }

        impl Tangent for $scalar {
            #[inline]
            fn set_zero(&mut self) {
                *self = 0.0;
            }

            #[inline]
            fn accumulate(&mut self, other: &Self) {
                *self += other;
            }

            #[inline]
            fn scale(&mut self, factor: f64) {
                *self *= $from(factor);
            }

            #[inline]
            fn inner(&self, other: &Self) -> f64 {
                f64::from(*self) * f64::from(*other)
            }
        }
    };
}

scalar!(f64, core::convert::identity);
scalar!(f32, narrow);

/// The nearest `f32`.
#[inline]
#[allow(clippy::cast_possible_truncation, reason = "rounding to the precision of the value is what is meant")]
pub(crate) fn narrow(value: f64) -> f32 {
    value as f32
}
