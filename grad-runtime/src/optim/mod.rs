//! Optimizers: what turns gradients into better parameters.
//!
//! There are three layers. The formulas are plain functions of numbers. A *rule* (the options of an optimizer) walks
//! them over the leaves of any container, pure or in place, see [`UpdateRule`]; [`adam_update`] and the like are rules under
//! a function's name. [`Optimizer`] is a thin shell around a rule that keeps its states between the steps.
//!
//! Nothing is written before everything is checked: a structure that doesn't match is an error that names the leaf. No
//! in-place step allocates.

mod adam;
mod descent;
mod kernels;
mod lamb;
mod lars;
mod rate;
mod rule;
mod sweep;

pub use adam::{AdamOptions, adam_step, adam_step_inplace, adam_update, adam_update_inplace};
pub use descent::{
    UpdateOptions, gradient_descent_update, gradient_descent_update_inplace, inplace_decrement,
    inplace_increment, inplace_update, optimizer_update, optimizer_update_inplace,
};
pub use lamb::{LambOptions, lamb_update, lamb_update_inplace};
pub use lars::{LarsOptions, lars_update, lars_update_inplace};
pub use rule::UpdateRule;

/// What keeps the ratios of norms finite.
const TINY: f64 = 1e-12;
