//! Products of two vectors or matrices, element by element and otherwise.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Matrix, OMatrix, RealField, Storage, U1, U3, Vector3};

use super::{method_of_two, rule_of_two};

method_of_two!(
    /// `a.dot(&b)`
    DotRule: dot_forward, dot_jvp
);
rule_of_two! {
    DotRule: dot_forward, dot_jvp
        ['b, T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>, SB: Storage<T, R, C>]
        Matrix<T, R, C, SA>, &'b Matrix<T, R, C, SB>;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, OMatrix<T, R, C>) => T, T;
    value |a, b| a.dot(b);
    pull |a, b, seed| (*b * seed.clone(), a * seed);
    push |a, b, d| b.dot(&d), a.dot(&d);
    zero |_| T::zero();
}

method_of_two!(
    /// `a.cross(&b)`
    CrossRule: cross_forward, cross_jvp
);
rule_of_two! {
    CrossRule: cross_forward, cross_jvp
        ['b, T: RealField, SA: Storage<T, U3, U1>, SB: Storage<T, U3, U1>]
        Matrix<T, U3, U1, SA>, &'b Matrix<T, U3, U1, SB>;
    where []
    (Vector3<T>, Vector3<T>) => Vector3<T>, Vector3<T>;
    value |a, b| a.cross(b);
    pull |a, b, seed| (b.cross(&seed), seed.cross(a));
    push |a, b, d| d.cross(b), a.cross(&d);
    zero |_| Vector3::zeros();
}

method_of_two!(
    /// `a.component_mul(&b)`
    ComponentMulRule: component_mul_forward, component_mul_jvp
);
rule_of_two! {
    ComponentMulRule: component_mul_forward, component_mul_jvp
        ['b, T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>, SB: Storage<T, R, C>]
        Matrix<T, R, C, SA>, &'b Matrix<T, R, C, SB>;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, OMatrix<T, R, C>) => OMatrix<T, R, C>, OMatrix<T, R, C>;
    value |a, b| a.component_mul(b);
    pull |a, b, seed| (seed.component_mul(b), seed.component_mul(a));
    push |a, b, d| d.component_mul(b), d.component_mul(a);
    zero |y| y * T::zero();
}

method_of_two!(
    /// `a.component_div(&b)`
    ComponentDivRule: component_div_forward, component_div_jvp
);
rule_of_two! {
    ComponentDivRule: component_div_forward, component_div_jvp
        ['b, T: RealField, R: Dim, C: Dim, SA: Storage<T, R, C>, SB: Storage<T, R, C>]
        Matrix<T, R, C, SA>, &'b Matrix<T, R, C, SB>;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, OMatrix<T, R, C>) => OMatrix<T, R, C>, OMatrix<T, R, C>;
    value |a, b| a.component_div(b);
    pull |a, b, seed| {
        let a_bar = seed.component_div(b);
        let b_bar = -a_bar.component_mul(a).component_div(b);
        (a_bar, b_bar)
    };
    push |a, b, d| d.component_div(b), -d.component_div(b).component_mul(a).component_div(b);
    zero |y| y * T::zero();
}

method_of_two!(
    /// `a.scale(number)`
    ScaleRule: scale_forward, scale_jvp
);
rule_of_two! {
    ScaleRule: scale_forward, scale_jvp
        [T: RealField, R: Dim, C: Dim, S: Storage<T, R, C>] Matrix<T, R, C, S>, T;
    where [DefaultAllocator: Allocator<R, C>]
    (OMatrix<T, R, C>, T) => OMatrix<T, R, C>, OMatrix<T, R, C>;
    value |a, s| a.scale(s.clone());
    pull |a, s, seed| { let s_bar = a.dot(&seed); (seed * s.clone(), s_bar) };
    push |a, s, d| d * s.clone(), a * d;
    zero |y| y * T::zero();
}
