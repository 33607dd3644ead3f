//! The harness of the corpus: `check!(f(point))` runs everything that is asked of a derivative.
//!
//! `macros.rs` turns one line into a [`Subject`], functions over flat vectors of numbers, whatever the
//! signature of the program; `engine.rs` checks a subject; `differences.rs` holds the numerical derivative
//! that knows its own error; `sample.rs` flattens arguments, results and gradients.

mod differences;
mod engine;
#[macro_use]
mod macros;
mod random;
mod sample;
mod self_test;

pub use engine::{Expectation, Services, Subject, assert_close};
pub use sample::{Flat, Sample, flatten, overwrite, read, same, tangent};
