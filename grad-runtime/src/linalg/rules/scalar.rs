//! Products of a number with a matrix: nalgebra has them for the concrete floats.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, Storage};

use super::operator;

macro_rules! product {
    ($($float:ty),*) => {$(
        operator! {
            of_number MulRule [R: Dim, C: Dim, S: Storage<$float, R, C>]
                $float, Matrix<$float, R, C, S>;
            where [DefaultAllocator: Allocator<R, C>]
            ($float, OMatrix<$float, R, C>)
            value |a, b| *a * b;
            pull |a, b, y| (b.dot(&y), y * *a);
            push |a, b, d| b * d, d * *a;
        }
    )*};
}

product!(f32, f64);
