//! Optimizers: what turns gradients into better parameters.
//!
//! There are three layers. The formulas are plain functions of numbers. A *rule* (the options of an optimizer) walks
//! them over the leaves of any container, pure or in place, see [`UpdateRule`]; [`adam_update`](fn@adam_update) and the like are rules under
//! a function's name. [`Optimizer`] is a thin shell around a rule that keeps its states between the steps.
//!
//! Nothing is written before everything is checked: a structure that doesn't match is an error that names the leaf. No
//! in-place step allocates.

mod adadelta;
mod adagrad;
mod adam;
mod adamax;
mod adamw;
mod amsgrad;
mod clip;
mod derivatives;
mod descent;
mod kernels;
mod lamb;
mod lambw;
mod lars;
mod lars_momentum;
mod lbfgs;
mod lion;
mod momentum;
mod optimizer;
mod rate;
mod rmsprop;
mod rule;
mod schedule;
mod sweep;

pub use adadelta::AdadeltaOptions;
pub use adagrad::AdagradOptions;
pub use adam::{AdamOptions, adam_step, adam_step_inplace, adam_update, adam_update_inplace};
pub use adamax::AdamaxOptions;
pub use adamw::AdamWOptions;
pub use amsgrad::AmsGradOptions;
pub use clip::{
    Clip, clip_by_global_norm, clip_by_global_norm_inplace, clip_by_value, clip_by_value_inplace,
};
pub use derivatives::{
    Operand, adam_step, adam_update, gradient_descent_update, lamb_update, lars_update, optimizer_update,
};
pub use descent::{
    UpdateOptions, gradient_descent_update, gradient_descent_update_inplace, inplace_decrement,
    inplace_increment, inplace_update, optimizer_update, optimizer_update_inplace,
};
pub use lamb::{LambOptions, lamb_update, lamb_update_inplace};
pub use lambw::LambWOptions;
pub use lars::{LarsOptions, lars_update, lars_update_inplace};
pub use lars_momentum::LarsMomentumOptions;
pub use lbfgs::{Lbfgs, LbfgsOptions, LbfgsReport, Termination};
pub use lion::LionOptions;
pub use momentum::MomentumOptions;
pub use optimizer::{
    Adadelta, Adagrad, Adam, AdamW, Adamax, AmsGrad, Lamb, LambW, Lars, LarsMomentum, Lion, Momentum,
    Optimizer, RmsProp, Sgd,
};
pub use rmsprop::RmsPropOptions;
pub use rule::UpdateRule;
pub use schedule::{
    CosineDecay, ExponentialDecay, Joined, LayerWise, LearningRate, PiecewiseConstant, PolynomialDecay,
    Schedule, warmup,
};

/// What keeps the ratios of norms finite.
const TINY: f64 = 1e-12;
