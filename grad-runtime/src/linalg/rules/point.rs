//! Points and the vectors between them.

use core::borrow::Borrow;

use nalgebra::{Point, RealField, SMatrix, SVector};

use super::operator;

operator! {
    AddRule [T: RealField, const D: usize] Point<T, D>, SVector<T, D>;
    where []
    (SVector<T, D>, SVector<T, D>)
    value |p, v| p + v;
    pull |_, _, y| (y.clone(), y);
    push |_, _, d| d, d;
}

operator! {
    SubRule [T: RealField, const D: usize] Point<T, D>, SVector<T, D>;
    where []
    (SVector<T, D>, SVector<T, D>)
    value |p, v| p - v;
    pull |_, _, y| (y.clone(), -y);
    push |_, _, d| d, -d;
}

operator! {
    SubRule [T: RealField, const D: usize] Point<T, D>, Point<T, D>;
    where []
    (SVector<T, D>, SVector<T, D>)
    value |p, q| p - q;
    pull |_, _, y| (y.clone(), -y);
    push |_, _, d| d, -d;
}

operator! {
    number MulRule [T: RealField, const D: usize] Point<T, D>, T;
    where []
    (SVector<T, D>, T)
    value |p, s| p * s.clone();
    pull |p, s, y| { let s_bar = p.coords.dot(&y); (y * s.clone(), s_bar) };
    push |p, s, d| d * s.clone(), &p.coords * d;
}

operator! {
    number DivRule [T: RealField, const D: usize] Point<T, D>, T;
    where []
    (SVector<T, D>, T)
    value |p, s| p / s.clone();
    pull |p, s, y| {
        let p_bar = y / s.clone();
        let s_bar = -(p.coords.dot(&p_bar) / s.clone());
        (p_bar, s_bar)
    };
    push |p, s, d| d / s.clone(), -(&p.coords * (d / s.clone())) / s.clone();
}

operator! {
    MulRule [T: RealField, const R: usize, const D: usize] SMatrix<T, R, D>, Point<T, D>;
    where []
    (SMatrix<T, R, D>, SVector<T, D>)
    value |m, p| m * p;
    pull |m, p, y| (&y * p.coords.transpose(), m.tr_mul(&y));
    push |m, p, d| d * &p.coords, m * d;
}
