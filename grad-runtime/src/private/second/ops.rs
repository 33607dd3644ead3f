//! Operators on values whose type the macro doesn't know, to second order.

use super::super::ops::{
    AddAssignRule, AddRule, Arithmetic, DivAssignRule, DivRule, Itself, MulAssignRule, MulRule, NegRule,
    RemAssignRule, RemRule, SubAssignRule, SubRule,
};
use super::super::{Dot, Slots};
use super::{Cotangents, Seeds, curved_twice, hand_over, linear};
use crate::{Differentiable, Tangent};

/// The cotangent of what an operator gives.
type Bar<Y> = <Y as Differentiable>::Tangent;

/// The second derivative of a binary operator.
macro_rules! binary {
    ($($second:ident, $rule:ident, $output:ident, $name:ident;)*) => {$(
        #[doc = concat!("The second derivative of the operator `", stringify!($name), "`.")]
        #[diagnostic::on_unimplemented(
            message = "no second derivative is known for this operator on `{Self}` and `{Rhs}`",
            label = "an active value meets this operator, and the function has `order = 2`",
            note = "write `#[differentiable(order = 2)]` on the operator's `impl` if the type is yours",
            note = "or write the type of the operands: `let x: f64 = ..`"
        )]
        pub trait $second<Rhs>: $rule<Rhs> {
            /// The cotangents of the operands and those of their tangents; a constant operand has no tangent.
            fn second(
                self,
                rhs: Rhs,
                dots: (Option<Self::Left>, Option<Self::Right>),
                seeds: Seeds<Bar<Self::$output>>,
            ) -> Cotangents<(Self::Left, Self::Right)>;
        }

        /// The cotangents, to the slots of the caller.
        #[inline]
        pub fn $name<L, R, H, K, S, D>(
            (left, right): (L, R),
            (left_dot, right_dot): (impl Dot<L, L::Left, H>, impl Dot<R, L::Right, K>),
            seeds: Seeds<Bar<L::$output>>,
            slots: S,
            dot_slots: D,
        ) -> (S::Answers, D::Answers)
        where
            L: $second<R>,
            S: Slots<(L::Left, L::Right)>,
            D: Slots<(L::Left, L::Right)>,
        {
            hand_over(left.second(right, (left_dot.known(), right_dot.known()), seeds), slots, dot_slots)
        }
    )*};
}

binary! {
    AddSecond, AddRule, Output, add;
    SubSecond, SubRule, Output, sub;
    MulSecond, MulRule, Output, mul;
    DivSecond, DivRule, Output, div;
    RemSecond, RemRule, Output, rem;
    AddAssignSecond, AddAssignRule, Itself, add_assign;
    SubAssignSecond, SubAssignRule, Itself, sub_assign;
    MulAssignSecond, MulAssignRule, Itself, mul_assign;
    DivAssignSecond, DivAssignRule, Itself, div_assign;
    RemAssignSecond, RemAssignRule, Itself, rem_assign;
}

/// The second derivative of a negation.
#[diagnostic::on_unimplemented(
    message = "no second derivative is known for the negation of `{Self}`",
    label = "an active value is negated, and the function has `order = 2`",
    note = "write `#[differentiable(order = 2)]` on the `impl Neg` if the type is yours"
)]
pub trait NegSecond: NegRule {
    /// The cotangents of the operand and of its tangent.
    fn second(
        self,
        dots: (Option<Self::Operand>,),
        seeds: Seeds<Bar<Self::Output>>,
    ) -> Cotangents<(Self::Operand,)>;
}

/// The cotangents, to the slots of the caller.
#[inline]
pub fn neg<T, H, S, D>(
    (operand,): (T,),
    (dot,): (impl Dot<T, T::Operand, H>,),
    seeds: Seeds<Bar<T::Output>>,
    slots: S,
    dot_slots: D,
) -> (S::Answers, D::Answers)
where
    T: NegSecond,
    S: Slots<(T::Operand,)>,
    D: Slots<(T::Operand,)>,
{
    hand_over(operand.second((dot.known(),), seeds), slots, dot_slots)
}

/// Values that form a vector space, whose sums are linear and whose products are bilinear: numbers, matrices, points; not rotations.
pub trait Flat {}

impl Flat for f32 {}
impl Flat for f64 {}
impl<T, R, C, S> Flat for nalgebra::Matrix<T, R, C, S> {}
impl<T: nalgebra::Scalar, const D: usize> Flat for nalgebra::Point<T, D> {}
impl<T: nalgebra::Scalar> Flat for nalgebra::Quaternion<T> {}
impl<T, const D: usize> Flat for nalgebra::Translation<T, D> {}
impl<T> Flat for &T where T: Flat {}

/// What is linear.
macro_rules! linear {
    ($($second:ident, $rule:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<L: Flat + $rule<R>, R: Flat> $second<R> for L {
            #[inline]
            fn second(
                self,
                rhs: R,
                _dots: (Option<L::Left>, Option<L::Right>),
                seeds: Seeds<Bar<L::Output>>,
            ) -> Cotangents<(L::Left, L::Right)> {
                linear($rule::forward(self, rhs).1, seeds)
            }
        }
    )*};
}

// The remainder is linear between its jumps.
linear! {
    AddSecond, AddRule;
    SubSecond, SubRule;
    RemSecond, RemRule;
}

#[diagnostic::do_not_recommend]
impl<T: Flat + NegRule> NegSecond for T {
    #[inline]
    fn second(self, _dots: (Option<T::Operand>,), seeds: Seeds<Bar<T::Output>>) -> Cotangents<(T::Operand,)> {
        linear(NegRule::forward(self).1, seeds)
    }
}

#[diagnostic::do_not_recommend]
impl<L, R> MulSecond<R> for L
where
    L: Flat + MulRule<R, Left: Tangent, Right: Tangent> + Differentiable<Tangent = L::Left>,
    R: Flat + Differentiable<Tangent = L::Right>,
    L::Left:
        MulRule<L::Right, Left = L::Left, Right = L::Right, Output: Differentiable<Tangent = Bar<L::Output>>>,
{
    #[inline]
    fn second(
        self,
        rhs: R,
        (left, right): (Option<L::Left>, Option<L::Right>),
        seeds: Seeds<Bar<L::Output>>,
    ) -> Cotangents<(L::Left, L::Right)> {
        let left = left.unwrap_or_else(|| self.zero_tangent());
        let right = right.unwrap_or_else(|| rhs.zero_tangent());
        let curvature = MulRule::forward(left, right).1(seeds.1.clone());
        curved_twice(MulRule::forward(self, rhs).1, seeds, curvature)
    }
}

/// Of `a / b` with a number `b`: along the tangents, `s / b` changes by `-s·r/b` with `r = b_dot / b`, and `-(a·s) / b²` by `-(a_dot·s) / b²` and
/// twice `(a·s)·r/b²`.
#[diagnostic::do_not_recommend]
impl<L, R> DivSecond<R> for L
where
    L: Flat + DivRule<R, Left: Tangent, Right: Tangent> + Differentiable<Tangent = L::Left>,
    R: Flat + Clone + Differentiable<Tangent = L::Right>,
    L::Left: DivRule<R, Left = L::Left, Right = L::Right, Output: Differentiable<Tangent = Bar<L::Output>>>,
    L::Right: Clone + core::ops::Div<R, Output = L::Right>,
    Bar<L::Output>: core::ops::Mul<L::Right, Output = Bar<L::Output>>,
{
    #[inline]
    fn second(
        self,
        rhs: R,
        (left, right): (Option<L::Left>, Option<L::Right>),
        seeds: Seeds<Bar<L::Output>>,
    ) -> Cotangents<(L::Left, L::Right)> {
        let left = left.unwrap_or_else(|| self.zero_tangent());
        let right = right.unwrap_or_else(|| rhs.zero_tangent());
        let (_, mut of_right) = DivRule::forward(left, rhs.clone()).1(seeds.1.clone());
        let pullback = DivRule::forward(self, rhs.clone()).1;
        let (mut of_left, mut twice) = pullback(seeds.1.clone() * (right / rhs));
        of_left.scale(-1.0);
        twice.scale(-2.0);
        of_right.accumulate(&twice);
        curved_twice(pullback, seeds, (of_left, of_right))
    }
}

/// What assigns is what doesn't.
macro_rules! assigning {
    ($($assign:ident, $assign_rule:ident, $operator:ident, $rule:ident, $second:ident;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<L, R> $assign<R> for L
        where
            L: Arithmetic + Differentiable + Itself<Itself = L> + core::ops::$operator<R, Output = L> + $second<R>
                + $assign_rule<R, Left = <L as $rule<R>>::Left, Right = <L as $rule<R>>::Right>,
        {
            #[inline]
            fn second(
                self,
                rhs: R,
                dots: (Option<<L as $rule<R>>::Left>, Option<<L as $rule<R>>::Right>),
                seeds: Seeds<Bar<L>>,
            ) -> Cotangents<(<L as $rule<R>>::Left, <L as $rule<R>>::Right)> {
                $second::second(self, rhs, dots, seeds)
            }
        }
    )*};
}

assigning! {
    AddAssignSecond, AddAssignRule, Add, AddRule, AddSecond;
    SubAssignSecond, SubAssignRule, Sub, SubRule, SubSecond;
    MulAssignSecond, MulAssignRule, Mul, MulRule, MulSecond;
    DivAssignSecond, DivAssignRule, Div, DivRule, DivSecond;
    RemAssignSecond, RemAssignRule, Rem, RemRule, RemSecond;
}
