//! From primal code to code with derivatives, in the same IR.

mod angles;
pub mod assemble;
pub mod checkpoint;
mod coverage;
pub mod forward;
pub mod fuse;
pub mod invariant;
pub mod jacobian;
pub mod lengths;
pub mod loops;
pub mod residuals;
pub mod reverse;
pub mod scalars;
pub mod second;
mod seeded;
