//! Second derivatives of the runtime's rules: the adjoint of a rule with tangents.
//!
//! Of `y = f(x)` and `y_dot = f'(x)·x_dot`, with the cotangents `y_bar` and `y_dot_bar`: `x_dot_bar = f'(x)ᵀ·y_dot_bar`, and `x_bar =
//! f'(x)ᵀ·y_bar` with what `f'(x)ᵀ·y_dot_bar` changes by along `x_dot`, the rule's *curvature*. A linear rule has none. That of a bilinear one
//! is its pullback where the operands are their tangents.

mod methods;
mod ops;
mod scalars;

pub use methods::*;
pub use ops::*;
pub use scalars::*;

/// What generated code imports where it calls second derivatives as methods: traits without names of their own.
pub mod scope {
    pub use super::methods::{
        AddScalarSecond as _, AdjointSecond as _, ColumnSumSecond as _, ComponentMulSecond as _,
        CrossMatrixSecond as _, CrossSecond as _, DeterminantSecond as _, DiagonalSecond as _,
        DotSecond as _, KroneckerSecond as _, LowerTriangleSecond as _, MagnitudeSecond as _,
        MagnitudeSquaredSecond as _, MeanSecond as _, NormSecond as _, NormSquaredSecond as _,
        NormalizeSecond as _, OfOptionSecond as _, RowSumSecond as _, ScaleSecond as _, SumSecond as _,
        SymmetricPartSecond as _, TrMulSecond as _, TraceSecond as _, TransposeSecond as _,
        TryInverseSecond as _, UpperTriangleSecond as _,
    };
    pub use super::scalars::{BinarySecond as _, OtherSecond as _, StraightSecond as _, UnarySecond as _};
    pub use crate::linalg::rules::constructors::{
        From1Second as _, FromEulerAnglesSecond as _, FromPartsSecond as _, FromRotationSecond as _,
        FromScaledAxisSecond as _, FromTranslation3Second as _, New1Second as _, New2Second as _,
        New3Second as _, New4Second as _, New5Second as _, New6Second as _, New8Second as _, New9Second as _,
        New12Second as _, New16Second as _,
    };
}

use super::{Dot, Slots};
use crate::{Differentiable, Tangent};

/// The cotangents of the operands, and those of their tangents.
pub type Cotangents<C> = (C, C);

/// The cotangents of a result and of its tangent.
pub type Seeds<Y> = (Y, Y);

/// Hands both to the slots of the caller.
#[inline]
pub fn hand_over<C, S: Slots<C>, K: Slots<C>>(
    (bars, dot_bars): Cotangents<C>,
    slots: S,
    dot_slots: K,
) -> (S::Answers, K::Answers) {
    (slots.receive(bars), dot_slots.receive(dot_bars))
}

/// A linear rule: the pullback, twice.
#[inline]
pub fn linear<Y, C>(pullback: impl Fn(Y) -> C, (seed, dot_seed): Seeds<Y>) -> Cotangents<C> {
    (pullback(seed), pullback(dot_seed))
}

/// A rule of one operand and its curvature.
#[inline]
pub fn curved<Y, C: Tangent>(
    pullback: impl Fn(Y) -> (C,),
    (seed, dot_seed): Seeds<Y>,
    curvature: Option<C>,
) -> Cotangents<(C,)> {
    let (mut bars, dot_bars) = (pullback(seed), pullback(dot_seed));
    if let Some(curvature) = curvature {
        bars.0.accumulate(&curvature);
    }
    (bars, dot_bars)
}

/// A rule of two operands and its curvature.
#[inline]
pub fn curved_twice<Y, C: Tangent, D: Tangent>(
    pullback: impl Fn(Y) -> (C, D),
    (seed, dot_seed): Seeds<Y>,
    curvature: (C, D),
) -> Cotangents<(C, D)> {
    let (mut bars, dot_bars) = (pullback(seed), pullback(dot_seed));
    bars.0.accumulate(&curvature.0);
    bars.1.accumulate(&curvature.1);
    (bars, dot_bars)
}

/// Both halves of the second derivative of a method: `second_method!([&law] energy_mask [Receiver, Owned] energy_second [] (x, (law_dot, x_dot),
/// seeds, ((), ()), ((), ())))`.
#[doc(hidden)]
#[macro_export]
macro_rules! second_method {
    ([$receiver:expr] $mask:ident [$($looks:ident),*] $second:ident [$($generics:tt)*] ($($argument:expr),*)) => {{
        $crate::missing!(SecondOrderMethod $second ($($argument),*));
        $crate::method!(@find $mask [$($looks),*]);
        let known = (&*$receiver).$mask();
        known.receiver($receiver).$second $($generics)* ($($argument),*)
    }};
}

/// The tangent of an operand, zero where it is constant.
#[inline]
pub fn known<P: Differentiable + ?Sized, H>(primal: &P, dot: impl Dot<P, P::Tangent, H>) -> P::Tangent {
    dot.known().unwrap_or_else(|| primal.zero_tangent())
}
