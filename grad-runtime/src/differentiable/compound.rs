//! Arrays, tuples and `Option`: tangents of the same form.

use super::{Differentiable, StepAlong, Tangent};

impl<T: Differentiable, const N: usize> Differentiable for [T; N] {
    type Tangent = [T::Tangent; N];

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        core::array::from_fn(|i| self[i].zero_tangent())
    }
}

impl<T: StepAlong, const N: usize> StepAlong for [T; N] {
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        for (value, direction) in self.iter_mut().zip(direction) {
            value.step_along(direction, step);
        }
    }
}

impl<T: Tangent, const N: usize> Tangent for [T; N] {
    #[inline]
    fn set_zero(&mut self) {
        self.iter_mut().for_each(T::set_zero);
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        for (a, b) in self.iter_mut().zip(other) {
            a.accumulate(b);
        }
    }

    #[inline]
    fn scale(&mut self, factor: f64) {
        for component in self {
            component.scale(factor);
        }
    }

    #[inline]
    fn inner(&self, other: &Self) -> f64 {
        self.iter().zip(other).map(|(a, b)| a.inner(b)).sum()
    }
}

/// `None` has no components: its tangent is `None`, and the two forms never mix.
impl<T: Differentiable> Differentiable for Option<T> {
    type Tangent = Option<T::Tangent>;

    #[inline]
    fn zero_tangent(&self) -> Self::Tangent {
        self.as_ref().map(T::zero_tangent)
    }
}

impl<T: StepAlong> StepAlong for Option<T> {
    #[inline]
    fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
        if let Some((value, direction)) = both(self.as_mut(), direction.as_ref()) {
            value.step_along(direction, step);
        }
    }
}

impl<T: Tangent> Tangent for Option<T> {
    #[inline]
    fn set_zero(&mut self) {
        self.iter_mut().for_each(T::set_zero);
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        if let Some((a, b)) = both(self.as_mut(), other.as_ref()) {
            a.accumulate(b);
        }
    }

    #[inline]
    fn scale(&mut self, factor: f64) {
        if let Some(component) = self {
            component.scale(factor);
        }
    }

    #[inline]
    fn inner(&self, other: &Self) -> f64 {
        both(self.as_ref(), other.as_ref()).map_or(0.0, |(a, b)| a.inner(b))
    }
}

/// Both contents, or nothing where both are `None`.
#[inline]
#[track_caller]
fn both<A, B>(a: Option<A>, b: Option<B>) -> Option<(A, B)> {
    assert!(a.is_some() == b.is_some(), "tangents of `Some` and `None` don't mix");
    a.zip(b)
}

/// One tuple length: type parameters and field numbers side by side.
macro_rules! tuple {
    ($($T:ident $i:tt),*) => {
        impl<$($T: Differentiable),*> Differentiable for ($($T,)*) {
            type Tangent = ($($T::Tangent,)*);

            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                ($(self.$i.zero_tangent(),)*)
            }
        }

        impl<$($T: StepAlong),*> StepAlong for ($($T,)*) {
            #[inline]
            fn step_along(&mut self, direction: &Self::Tangent, step: f64) {
                $(self.$i.step_along(&direction.$i, step);)*
            }
        }

        impl<$($T: Tangent),*> Tangent for ($($T,)*) {
            #[inline]
            fn set_zero(&mut self) {
                $(self.$i.set_zero();)*
            }

            #[inline]
            fn accumulate(&mut self, other: &Self) {
                $(self.$i.accumulate(&other.$i);)*
            }

            #[inline]
            fn scale(&mut self, factor: f64) {
                $(self.$i.scale(factor);)*
            }

            #[inline]
            fn inner(&self, other: &Self) -> f64 {
                0.0 $(+ self.$i.inner(&other.$i))*
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);

/// The empty tuple spans the space that has nothing but zero.
impl Differentiable for () {
    type Tangent = ();

    #[inline]
    fn zero_tangent(&self) {}
}

impl StepAlong for () {
    #[inline]
    fn step_along(&mut self, (): &(), _step: f64) {}
}

impl Tangent for () {
    #[inline]
    fn set_zero(&mut self) {}

    #[inline]
    fn accumulate(&mut self, (): &()) {}

    #[inline]
    fn scale(&mut self, _factor: f64) {}

    #[inline]
    fn inner(&self, (): &()) -> f64 {
        0.0
    }
}
