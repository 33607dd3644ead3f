//! Derivatives of ordinary Rust functions, written at compile time.
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

pub use grad_macros::{differentiable, Differentiable};
pub use nalgebra;

/// What a user imports: `use grad_runtime::prelude::*;`.
pub mod prelude {
    pub use grad_macros::{differentiable, Differentiable};
}
