//! nalgebra's methods, to second order.

use core::borrow::Borrow;

use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimMin, Matrix, OMatrix, RealField, Storage};

use super::super::methods::OfOption;
use super::super::{Dot, Slots};
use super::{Seeds, curved, curved_twice, hand_over, known, linear};
use crate::linalg::rules::methods::{
    AddScalarRule, AdjointRule, ColumnSumRule, ComponentMulRule, CrossMatrixRule, CrossRule, DeterminantRule,
    DiagonalRule, DotRule, KroneckerRule, LowerTriangleRule, MagnitudeRule, MagnitudeSquaredRule, MeanRule,
    NormRule, NormSquaredRule, NormalizeRule, RowSumRule, ScaleRule, SumRule, SymmetricPartRule, TrMulRule,
    TraceRule, TransposeRule, TryInverseRule, UpperTriangleRule, across, cofactors,
};
use crate::{Differentiable, Tangent};

/// Declares the trait of a method of one operand, and says that it's linear where it is.
macro_rules! of_one {
    ($($second:ident: $name:ident = $rule:ident: $forward:ident;)*) => {$(
        #[doc = concat!("`", stringify!($name), "`")]
        pub trait $second: $rule {
            /// The cotangents of the operand and of its tangent.
            fn $name<H, S: Slots<(Self::Receiver,)>, D: Slots<(Self::Receiver,)>>(
                self,
                dots: (impl Dot<Self, Self::Receiver, H>,),
                seeds: Seeds<Self::Result>,
                slots: S,
                dot_slots: D,
            ) -> (S::Answers, D::Answers);
        }
    )*};
    (linear $($second:ident: $name:ident = $rule:ident: $forward:ident;)*) => {$(
        of_one!($second: $name = $rule: $forward;);

        impl<M: $rule> $second for M {
            #[inline]
            fn $name<H, S: Slots<(Self::Receiver,)>, D: Slots<(Self::Receiver,)>>(
                self,
                _dots: (impl Dot<Self, Self::Receiver, H>,),
                seeds: Seeds<Self::Result>,
                slots: S,
                dot_slots: D,
            ) -> (S::Answers, D::Answers) {
                hand_over(linear(self.$forward().1, seeds), slots, dot_slots)
            }
        }
    )*};
}

of_one! {
    linear
    SumSecond: sum_second = SumRule: sum_forward;
    TransposeSecond: transpose_second = TransposeRule: transpose_forward;
    AdjointSecond: adjoint_second = AdjointRule: adjoint_forward;
    TraceSecond: trace_second = TraceRule: trace_forward;
    MeanSecond: mean_second = MeanRule: mean_forward;
    DiagonalSecond: diagonal_second = DiagonalRule: diagonal_forward;
    RowSumSecond: row_sum_second = RowSumRule: row_sum_forward;
    ColumnSumSecond: column_sum_second = ColumnSumRule: column_sum_forward;
    SymmetricPartSecond: symmetric_part_second = SymmetricPartRule: symmetric_part_forward;
    CrossMatrixSecond: cross_matrix_second = CrossMatrixRule: cross_matrix_forward;
    UpperTriangleSecond: upper_triangle_second = UpperTriangleRule: upper_triangle_forward;
    LowerTriangleSecond: lower_triangle_second = LowerTriangleRule: lower_triangle_forward;
}

of_one! {
    NormSecond: norm_second = NormRule: norm_forward;
    NormSquaredSecond: norm_squared_second = NormSquaredRule: norm_squared_forward;
    NormalizeSecond: normalize_second = NormalizeRule: normalize_forward;
    MagnitudeSecond: magnitude_second = MagnitudeRule: magnitude_forward;
    MagnitudeSquaredSecond: magnitude_squared_second = MagnitudeSquaredRule: magnitude_squared_forward;
    DeterminantSecond: determinant_second = DeterminantRule: determinant_forward;
    TryInverseSecond: try_inverse_second = TryInverseRule: try_inverse_forward;
}

/// The curvature of a method of one operand, from the operand, its tangent and the cotangent of the result's tangent.
macro_rules! curvature {
    ($second:ident: $name:ident = $forward:ident [$($generics:tt)*] $operand:ty;
        where [$($bounds:tt)*] |$m:ident, $d:ident, $seed:ident| $curvature:expr;) => {
        curvature!(@form $second: $name = $forward [$($generics)*] $operand, $operand; [$($bounds)*] |$m, $d, $seed| $curvature;);
        curvature!(@form $second: $name = $forward ['a, $($generics)*] $operand, &'a $operand; [$($bounds)*] |$m, $d, $seed| $curvature;);
    };
    (@form $second:ident: $name:ident = $forward:ident [$($generics:tt)*] $operand:ty, $form:ty;
        [$($bounds:tt)*] |$m:ident, $d:ident, $seed:ident| $curvature:expr;) => {
        impl<$($generics)*> $second for $form
        where
            $($bounds)*
        {
            #[inline]
            fn $name<H, S: Slots<(Self::Receiver,)>, D: Slots<(Self::Receiver,)>>(
                self,
                (dot,): (impl Dot<Self, Self::Receiver, H>,),
                seeds: Seeds<Self::Result>,
                slots: S,
                dot_slots: D,
            ) -> (S::Answers, D::Answers) {
                let curvature = dot.known().map(|$d: Self::Receiver| {
                    let ($m, $seed): (&$operand, Self::Result) = (self.borrow(), seeds.1.clone());
                    $curvature
                });
                hand_over(curved(self.$forward().1, seeds, curvature), slots, dot_slots)
            }
        }
    };
}

// `s·m / |m|` changes by `s·(d - u (u·d)) / |m|`, with the unit vector `u`.
curvature! {
    NormSecond: norm_second = norm_forward [T: RealField, R: Dim, C: Dim, X: Storage<T, R, C>] Matrix<T, R, C, X>;
    where [DefaultAllocator: Allocator<R, C>]
    |m, d, s| {
        let norm = m.norm();
        if norm.is_zero() { m.zero_tangent() } else { across(&m.normalize(), d) * (s / norm) }
    };
}
curvature! {
    NormSquaredSecond: norm_squared_second = norm_squared_forward
        [T: RealField, R: Dim, C: Dim, X: Storage<T, R, C>] Matrix<T, R, C, X>;
    where [DefaultAllocator: Allocator<R, C>]
    |_m, d, s| d * (s.clone() + s);
}
// `(s - u (u·s)) / |m|` changes by what `u` and `|m|` change by.
curvature! {
    NormalizeSecond: normalize_second = normalize_forward
        [T: RealField, R: Dim, C: Dim, X: Storage<T, R, C>] Matrix<T, R, C, X>;
    where [DefaultAllocator: Allocator<R, C>]
    |m, d, s| {
        let (norm, unit) = (m.norm(), m.normalize());
        let growth = unit.dot(&d) / norm.clone();
        let turn = across(&unit, d) / norm.clone();
        let of_turn = turn.scale(unit.dot(&s)) + unit.scale(turn.dot(&s));
        -(of_turn + across(&unit, s) * growth) / norm
    };
}
// `s · det(m) · m⁻ᵀ`, with `det(m)` changing by `det(m) · tr(m⁻¹·d)`.
curvature! {
    DeterminantSecond: determinant_second = determinant_forward
        [T: RealField, N: DimMin<N, Output = N>, X: Storage<T, N, N>] Matrix<T, N, N, X>;
    where [DefaultAllocator: Allocator<N, N> + Allocator<N>]
    |m, d, s| along_cofactors(m, &d) * s;
}
// `-yᵀ·s·yᵀ` with `y = m⁻¹`, which changes by `-y·d·y`.
curvature! {
    TryInverseSecond: try_inverse_second = try_inverse_forward
        [T: RealField, N: Dim, X: Storage<T, N, N>] Matrix<T, N, N, X>;
    where [DefaultAllocator: Allocator<N, N>]
    |m, d, s| match (m.clone_owned().try_inverse(), s) {
        (Some(y), Some(s)) => {
            let y_dot = &y * d * &y;
            y_dot.tr_mul(&s) * y.transpose() + y.tr_mul(&s) * y_dot.transpose()
        }
        _ => m.zero_tangent(),
    };
}

/// What the cofactors of `m` change by along `d`. Each is a determinant itself, and so linear in each row: with one row of the
/// direction in its place after the other. For a matrix with an inverse there is a shorter way.
fn along_cofactors<T, N, X>(m: &Matrix<T, N, N, X>, d: &OMatrix<T, N, N>) -> OMatrix<T, N, N>
where
    T: RealField,
    N: DimMin<N, Output = N>,
    X: Storage<T, N, N>,
    DefaultAllocator: Allocator<N, N> + Allocator<N>,
{
    if let Some(inverse) = m.clone_owned().try_inverse() {
        let relative = &inverse * d;
        let change = &inverse * relative.trace() - relative * &inverse;
        return change.transpose() * m.determinant();
    }
    let mut sum = m.zero_tangent();
    for row in 0..m.nrows() {
        let mut replaced = m.clone_owned();
        replaced.set_row(row, &d.row(row));
        let mut cofactors = cofactors(&replaced);
        cofactors.row_mut(row).fill(T::zero());
        sum += cofactors;
    }
    sum
}

impl<M: MagnitudeRule + NormSecond> MagnitudeSecond for M {
    #[inline]
    fn magnitude_second<H, S: Slots<(Self::Receiver,)>, D: Slots<(Self::Receiver,)>>(
        self,
        dots: (impl Dot<Self, Self::Receiver, H>,),
        seeds: Seeds<Self::Result>,
        slots: S,
        dot_slots: D,
    ) -> (S::Answers, D::Answers) {
        self.norm_second(dots, seeds, slots, dot_slots)
    }
}

impl<M: MagnitudeSquaredRule + NormSquaredSecond> MagnitudeSquaredSecond for M {
    #[inline]
    fn magnitude_squared_second<H, S: Slots<(Self::Receiver,)>, D: Slots<(Self::Receiver,)>>(
        self,
        dots: (impl Dot<Self, Self::Receiver, H>,),
        seeds: Seeds<Self::Result>,
        slots: S,
        dot_slots: D,
    ) -> (S::Answers, D::Answers) {
        self.norm_squared_second(dots, seeds, slots, dot_slots)
    }
}

/// Declares the trait of a method of two operands, and says that it's linear or bilinear.
macro_rules! of_two {
    (@declare $second:ident: $name:ident = $rule:ident) => {
        #[doc = concat!("`", stringify!($name), "`")]
        pub trait $second<B>: $rule<B> {
            /// The cotangents of the operands and of their tangents.
            fn $name<H, K, S: Slots<(Self::Left, Self::Right)>, D: Slots<(Self::Left, Self::Right)>>(
                self,
                other: B,
                dots: (impl Dot<Self, Self::Left, H>, impl Dot<B, Self::Right, K>),
                seeds: Seeds<Self::Result>,
                slots: S,
                dot_slots: D,
            ) -> (S::Answers, D::Answers);
        }
    };
    (linear $($second:ident: $name:ident = $rule:ident: $forward:ident;)*) => {$(
        of_two!(@declare $second: $name = $rule);

        impl<M: $rule<B>, B> $second<B> for M {
            #[inline]
            fn $name<H, K, S: Slots<(M::Left, M::Right)>, D: Slots<(M::Left, M::Right)>>(
                self,
                other: B,
                _dots: (impl Dot<Self, Self::Left, H>, impl Dot<B, Self::Right, K>),
                seeds: Seeds<Self::Result>,
                slots: S,
                dot_slots: D,
            ) -> (S::Answers, D::Answers) {
                hand_over(linear(self.$forward(other).1, seeds), slots, dot_slots)
            }
        }
    )*};
    (bilinear $($second:ident: $name:ident = $rule:ident: $forward:ident;)*) => {$(
        of_two!(@declare $second: $name = $rule);

        impl<M, B> $second<B> for M
        where
            M: $rule<B, Left: Tangent, Right: Tangent, Result: Clone> + Differentiable<Tangent = M::Left>,
            B: Differentiable<Tangent = M::Right>,
            M::Left: $rule<M::Right, Left = M::Left, Right = M::Right, Result = M::Result>,
        {
            #[inline]
            fn $name<H, K, S: Slots<(M::Left, M::Right)>, D: Slots<(M::Left, M::Right)>>(
                self,
                other: B,
                (left, right): (impl Dot<Self, Self::Left, H>, impl Dot<B, Self::Right, K>),
                seeds: Seeds<Self::Result>,
                slots: S,
                dot_slots: D,
            ) -> (S::Answers, D::Answers) {
                let (left, right) = (known(&self, left), known(&other, right));
                let curvature = left.$forward(right).1(seeds.1.clone());
                hand_over(curved_twice(self.$forward(other).1, seeds, curvature), slots, dot_slots)
            }
        }
    )*};
}

of_two! {
    linear
    AddScalarSecond: add_scalar_second = AddScalarRule: add_scalar_forward;
}

of_two! {
    bilinear
    DotSecond: dot_second = DotRule: dot_forward;
    CrossSecond: cross_second = CrossRule: cross_forward;
    ComponentMulSecond: component_mul_second = ComponentMulRule: component_mul_forward;
    ScaleSecond: scale_second = ScaleRule: scale_forward;
    TrMulSecond: tr_mul_second = TrMulRule: tr_mul_forward;
    KroneckerSecond: kronecker_second = KroneckerRule: kronecker_forward;
}

/// The methods that take a value out of an option.
pub trait OfOptionSecond: OfOption {
    /// The cotangents of the option and of its tangent.
    #[inline]
    fn unwrap_second<T, S, D>(
        self,
        _dots: T,
        seeds: Seeds<<Self::Value as Differentiable>::Tangent>,
        slots: S,
        dot_slots: D,
    ) -> (S::Answers, D::Answers)
    where
        S: Slots<(Option<<Self::Value as Differentiable>::Tangent>,)>,
        D: Slots<(Option<<Self::Value as Differentiable>::Tangent>,)>,
    {
        hand_over(linear(self.unwrap_forward().1, seeds), slots, dot_slots)
    }

    /// The cotangents of the option and of its tangent.
    #[inline]
    fn expect_second<T, S, D>(
        self,
        message: &str,
        _dots: T,
        seeds: Seeds<<Self::Value as Differentiable>::Tangent>,
        slots: S,
        dot_slots: D,
    ) -> (S::Answers, D::Answers)
    where
        S: Slots<(Option<<Self::Value as Differentiable>::Tangent>, ())>,
        D: Slots<(Option<<Self::Value as Differentiable>::Tangent>, ())>,
    {
        hand_over(linear(self.expect_forward(message).1, seeds), slots, dot_slots)
    }
}

impl<O: OfOption> OfOptionSecond for O {}
