//! From primal code to code with derivatives, in the same IR.

pub mod assemble;
pub mod checkpoint;
pub mod forward;
pub mod fuse;
pub mod lengths;
pub mod residuals;
pub mod reverse;
pub mod second;
mod seeded;
