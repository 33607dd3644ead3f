//! Factorizations whose parts are fields: their tangents have the same fields.

use nalgebra::allocator::Allocator;
use nalgebra::linalg::{SVD, SymmetricEigen};
use nalgebra::{DefaultAllocator, Dim, DimMin, DimMinimum, OMatrix, OVector, RealField};

use crate::differentiable::{Differentiable, StepAlong, Tangent};

/// Writes a factorization's tangent: the struct, and the vector space that it is, field by field.
macro_rules! factorization {
    (
        $(#[$doc:meta])* $tangent:ident of $of:ident [$($generic:ident: $bound:path),*] where [$($allocators:tt)*]
        { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $tangent<T: RealField, $($generic: $bound),*>
        where
            DefaultAllocator: $($allocators)*,
        {
            $($(#[$field_doc])* pub $field: $ty,)*
        }

        impl<T: RealField, $($generic: $bound),*> Differentiable for $of<T, $($generic),*>
        where
            DefaultAllocator: $($allocators)*,
        {
            type Tangent = $tangent<T, $($generic),*>;

            #[inline]
            fn zero_tangent(&self) -> Self::Tangent {
                $tangent { $($field: self.$field.zero_tangent(),)* }
            }
        }

        impl<T: RealField, $($generic: $bound),*> Differentiable for $tangent<T, $($generic),*>
        where
            DefaultAllocator: $($allocators)*,
        {
            type Tangent = Self;

            #[inline]
            fn zero_tangent(&self) -> Self {
                Self { $($field: self.$field.zero_tangent(),)* }
            }
        }

        impl<T: RealField, $($generic: $bound),*> StepAlong for $tangent<T, $($generic),*>
        where
            DefaultAllocator: $($allocators)*,
        {
            #[inline]
            fn step_along(&mut self, direction: &Self, step: f64) {
                $(self.$field.step_along(&direction.$field, step);)*
            }
        }

        impl<T: RealField, $($generic: $bound),*> Tangent for $tangent<T, $($generic),*>
        where
            DefaultAllocator: $($allocators)*,
        {
            #[inline]
            fn set_zero(&mut self) {
                $(Tangent::set_zero(&mut self.$field);)*
            }

            #[inline]
            fn accumulate(&mut self, other: &Self) {
                $(self.$field.accumulate(&other.$field);)*
            }

            #[inline]
            fn scale(&mut self, factor: f64) {
                $(Tangent::scale(&mut self.$field, factor);)*
            }

            #[inline]
            fn inner(&self, other: &Self) -> f64 {
                [$(Tangent::inner(&self.$field, &other.$field)),*].into_iter().sum()
            }
        }
    };
}

factorization! {
    /// The tangent of an eigendecomposition.
    SymmetricEigenTangent of SymmetricEigen [D: Dim] where [Allocator<D, D> + Allocator<D>] {
        /// That of the eigenvectors.
        eigenvectors: OMatrix<T, D, D>,
        /// That of the eigenvalues.
        eigenvalues: OVector<T, D>,
    }
}

factorization! {
    /// The tangent of a singular value decomposition.
    SvdTangent of SVD [R: DimMin<C>, C: Dim]
        where [Allocator<DimMinimum<R, C>, C> + Allocator<R, DimMinimum<R, C>> + Allocator<DimMinimum<R, C>>]
    {
        /// That of the left singular vectors.
        u: Option<OMatrix<T, R, DimMinimum<R, C>>>,
        /// That of the right singular vectors, transposed.
        v_t: Option<OMatrix<T, DimMinimum<R, C>, C>>,
        /// That of the singular values.
        singular_values: OVector<T, DimMinimum<R, C>>,
    }
}
