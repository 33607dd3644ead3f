//! The other tools, each behind one adapter.
//!
//! Tapes and dual numbers differentiate by overloading: the kernel is written once more, generic in its
//! scalar, as a user of these crates would write it.

use std::ops::{Add, Div, Mul, Neg, Sub};

use easy_ml::differentiation::{Record, WengertList};
use easy_ml::numeric::extra::{Cos, Exp, Ln, Sin, Sqrt};
use grad_runtime::nalgebra::Const;
use num_dual::{Derivative, DualNum, DualSVec64};

use crate::case::{Answer, Variant};

/// What a kernel needs of an overloaded number.
pub trait Scalar:
    Copy
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
{
    fn constant(value: f64) -> Self;
    fn value(self) -> f64;
    fn exp(self) -> Self;
    fn ln(self) -> Self;
    fn sin(self) -> Self;
    fn cos(self) -> Self;
    fn tanh(self) -> Self;
    fn sqrt(self) -> Self;
}

/// A kernel with `M` outputs, generic in its scalar.
pub trait Program<const M: usize>: Clone + 'static {
    fn run<S: Scalar>(&self, x: &[S]) -> [S; M];
}

/// Sends each elementary function of `Scalar` to the peer's function behind the arrow.
macro_rules! elementary {
    ($($name:ident => $path:path),* $(,)?) => { $(fn $name(self) -> Self { $path(self) })* };
    (& $($name:ident => $path:path),* $(,)?) => { $(fn $name(self) -> Self { $path(&self) })* };
}

type Variable<'a> = aad::Variable<'a, f64>;

impl Scalar for Variable<'_> {
    fn constant(value: f64) -> Self {
        Variable::constant(value)
    }
    fn value(self) -> f64 {
        f64::from(self)
    }
    elementary!(
        exp => Self::exp, ln => Self::ln, sin => Self::sin,
        cos => Self::cos, tanh => Self::tanh, sqrt => Self::sqrt,
    );
}

/// The tape of `aad`.
pub fn aad<const M: usize>(program: &impl Program<M>) -> Variant {
    let program = program.clone();
    let run = move |x: &[f64], answer: &mut Answer| {
        let tape = aad::Tape::default();
        let inputs: Vec<_> = tape.create_variables_iter(x).collect();
        let outputs = program.run(&inputs);
        for (row, output) in outputs.iter().enumerate() {
            answer.value[row] = output.value();
            let gradients = output.compute_gradients().expect("every output is on the tape");
            let slots = answer.gradient[row * x.len()..][..x.len()].iter_mut();
            slots.zip(&inputs).for_each(|(slot, input)| {
                *slot += gradients.get_gradient(input).expect("every input is on the tape");
            });
        }
    };
    Variant { name: "aad", run: Box::new(run) }
}

impl Scalar for Record<'_, f64> {
    fn constant(value: f64) -> Self {
        Record::constant(value)
    }
    fn value(self) -> f64 {
        self.number
    }
    elementary!(exp => Exp::exp, ln => Ln::ln, sin => Sin::sin, cos => Cos::cos, sqrt => Sqrt::sqrt);

    // The crate has no tanh; its door for functions of one's own borrows from `self`, hence the rebuilt record.
    fn tanh(self) -> Self {
        let result = self.unary(f64::tanh, |x| 1.0 - x.tanh().powi(2));
        Record::from_existing((result.number, result.index), self.history())
    }
}

/// The tape of `easy-ml`.
pub fn easy_ml<const M: usize>(program: &impl Program<M>) -> Variant {
    let program = program.clone();
    let run = move |x: &[f64], answer: &mut Answer| {
        let list = WengertList::new();
        let inputs: Vec<_> = x.iter().map(|&x| Record::variable(x, &list)).collect();
        let outputs = program.run(&inputs);
        for (row, output) in outputs.iter().enumerate() {
            answer.value[row] = output.value();
            let gradients = output.derivatives();
            let slots = answer.gradient[row * x.len()..][..x.len()].iter_mut();
            slots.zip(&inputs).for_each(|(slot, input)| *slot += gradients[input]);
        }
    };
    Variant { name: "easy-ml", run: Box::new(run) }
}

impl<const N: usize> Scalar for DualSVec64<N> {
    fn constant(value: f64) -> Self {
        Self::from_re(value)
    }
    fn value(self) -> f64 {
        self.re
    }
    elementary!(&
        exp => DualNum::exp, ln => DualNum::ln, sin => DualNum::sin,
        cos => DualNum::cos, tanh => DualNum::tanh, sqrt => DualNum::sqrt,
    );
}

/// The forward mode of `num-dual`, all `N` directions in one sweep: for kernels with few inputs.
pub fn num_dual<const N: usize, const M: usize>(program: &impl Program<M>) -> Variant {
    let program = program.clone();
    let run = move |x: &[f64], answer: &mut Answer| {
        let inputs: [DualSVec64<N>; N] = std::array::from_fn(|i| {
            let direction = Derivative::derivative_generic(Const, Const, i);
            DualSVec64::new(x[i], direction)
        });
        let outputs = program.run(&inputs);
        for (row, output) in outputs.iter().enumerate() {
            answer.value[row] = output.re;
            let eps = output.eps.unwrap_generic(Const, Const);
            let slots = answer.gradient[row * N..][..N].iter_mut();
            slots.zip(eps.iter()).for_each(|(slot, partial)| *slot += partial);
        }
    };
    Variant { name: "num-dual", run: Box::new(run) }
}
