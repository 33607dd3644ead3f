//! From primal code to code with derivatives, in the same IR.

pub mod forward;
pub mod residuals;
pub mod reverse;
