//! The derivatives as a firmware engineer would write them without a compiler for it: what the generated ones are
//! held against, in figures and in size.

pub mod magnetometer;
pub mod rollout;
