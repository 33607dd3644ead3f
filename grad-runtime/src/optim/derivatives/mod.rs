//! The updates as differentiable functions: learning rates, initial weights and inner loops can be trained by gradient.
//!
//! For each update there is a type of its name with `forward` and `jvp`, in the form that `#[differentiable]` writes, so that a
//! differentiable function can call the update. The formulas for an element and for a leaf are differentiated by the
//! attribute; the walk over the leaves, and the norms that tie the elements of a leaf together, are written here by hand.

mod container;
mod items;
mod kernels;
mod leaf;
mod step;

pub use container::Operand;
pub use items::{adam_update, gradient_descent_update, lamb_update, lars_update, optimizer_update};
pub use step::adam_step;
