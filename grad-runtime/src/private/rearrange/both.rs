//! Two vectors whose elements change owners.

use alloc::vec::Vec;

use crate::Differentiable;

/// Writes a function of two vectors and its derivative, whose forward mode does with the tangents what is done with the values.
/// The pullback may name the length that the first vector had.
macro_rules! of_both {
    ($(#[$doc:meta])* $name:ident = $do:path; |$vec:ident, $other:ident, $len:ident| $back:expr) => {
        $(#[$doc])*
        #[inline]
        pub fn $name<T>(vec: &mut Vec<T>, other: &mut Vec<T>) {
            $do(vec, other);
        }

        #[doc = concat!("The derivative of [`", stringify!($name), "()`].")]
        #[allow(non_camel_case_types)]
        pub struct $name {}

        impl $name {
            /// The values; the pullback does the reverse with the cotangents.
            #[inline]
            pub fn forward<T: Differentiable>(
                vec: &mut Vec<T>,
                other: &mut Vec<T>,
            ) -> ((), impl Fn(&mut Vec<T::Tangent>, &mut Vec<T::Tangent>) + use<T>) {
                let $len = vec.len();
                $do(vec, other);
                ((), move |$vec: &mut Vec<T::Tangent>, $other: &mut Vec<T::Tangent>| $back)
            }

            /// Runs the pullback.
            #[inline]
            pub fn __pull<D>(
                pullback: &impl Fn(&mut Vec<D>, &mut Vec<D>),
                _seed: (),
                slots: (&mut Vec<D>, &mut Vec<D>),
            ) -> ((), ()) {
                pullback(slots.0, slots.1);
                ((), ())
            }

            /// The values and their tangents.
            #[inline]
            pub fn __push<T: Differentiable>(
                vec: &mut Vec<T>,
                other: &mut Vec<T>,
                slots: (&mut Vec<T::Tangent>, &mut Vec<T::Tangent>),
            ) -> ((), ()) {
                $do(slots.0, slots.1);
                $do(vec, other);
                ((), ())
            }
        }
    };
}

of_both! {
    /// `mem::swap(a, b)`
    exchange = core::mem::swap;
    |a, b, _len| core::mem::swap(a, b)
}

of_both! {
    /// `vec.append(other)`
    append = Vec::append;
    |vec, other, len| *other = vec.split_off(len)
}
