//! Derivatives of ordinary Rust functions, written at compile time.
#![cfg_attr(not(feature = "std"), no_std)]
// Without an allocator an error holds the key chain and both shapes of a leaf in place: there is no box to put them in.
#![cfg_attr(not(feature = "alloc"), allow(clippy::result_large_err))]

#[cfg(not(any(feature = "std", feature = "libm")))]
compile_error!("grad-runtime needs the mathematics of `std` or of `libm`: enable one of these two features");

#[cfg(feature = "alloc")]
extern crate alloc;

mod check;
#[cfg(all(feature = "std", feature = "serde"))]
pub mod checkpoint;
#[cfg(feature = "alloc")]
mod container;
mod differentiable;
mod execute;
pub mod leaves;
pub mod linalg;
pub mod optim;
mod real;
#[cfg(feature = "serde")]
mod serialize;
mod stop_gradient;
mod variable;

pub use check::{Derivatives, GradientMismatch, GradientReport, check_gradients};
#[cfg(feature = "alloc")]
pub use container::{Array, Container, ContainerError};
pub use differentiable::{Differentiable, StepAlong, Tangent};
pub use execute::{ExecuteWithGradients, RetainGrads, execute_with_gradients};
pub use grad_macros::{Differentiable, differentiable};
pub use nalgebra;
pub use real::Real;
pub use stop_gradient::stop_gradient;
pub use variable::{MaybeVariable, Variable, detach, is_variable, variable};

/// What a user imports: `use grad_runtime::prelude::*;`.
pub mod prelude {
    // `Tangent` stays out: its short method names would meet those of users' own traits.
    pub use crate::leaves::{self, Leaves, LeavesMut, StructureError};
    pub use crate::optim::{
        Adadelta, AdadeltaOptions, Adagrad, AdagradOptions, Adam, AdamOptions, AdamW, AdamWOptions, Adamax,
        AdamaxOptions, AmsGrad, AmsGradOptions, Lamb, LambOptions, LambW, LambWOptions, Lars, LarsMomentum,
        LarsMomentumOptions, LarsOptions, LayerWise, Lbfgs, LbfgsOptions, Lion, LionOptions, Momentum,
        MomentumOptions, RmsProp, RmsPropOptions, Sgd, UpdateOptions, UpdateRule, adam_step,
        adam_step_inplace, adam_update, adam_update_inplace, clip_by_global_norm,
        clip_by_global_norm_inplace, clip_by_value, clip_by_value_inplace, gradient_descent_update,
        gradient_descent_update_inplace, inplace_decrement, inplace_increment, inplace_update, lamb_update,
        lamb_update_inplace, lars_update, lars_update_inplace, optimizer_update, optimizer_update_inplace,
    };
    #[cfg(feature = "alloc")]
    pub use crate::{Array, Container, ContainerError};
    pub use crate::{Differentiable, Real, StepAlong};
    pub use crate::{ExecuteWithGradients, RetainGrads, execute_with_gradients};
    pub use crate::{GradientMismatch, GradientReport, check_gradients};
    pub use crate::{Variable, detach, is_variable, stop_gradient, variable};
    pub use grad_macros::differentiable;
}

#[doc(hidden)]
#[path = "private/mod.rs"]
pub mod __private;

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
