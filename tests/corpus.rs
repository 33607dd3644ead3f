//! The corpus of programs that differentiators are known to get wrong, under the compiler's default passes.
//!
//! Every program is an ordinary function inside a test. `variants!` writes it in `f64` and `f32`; one `check!` line
//! adds a point. See `corpus/support` for what is checked.
#![allow(clippy::all, clippy::pedantic)] // The programs are what users write, not what clippy likes.
#![allow(missing_docs, unused)]

#[macro_use]
#[path = "corpus/support/mod.rs"]
mod support;

/// A file's programs in both precisions.
macro_rules! variants {
    ($programs:ident) => {
        mod double {
            use super::*;
            $programs!(f64 []);
        }
        mod single {
            use super::*;
            $programs!(f32 []);
        }
    };
}

#[path = "corpus/programs.rs"]
mod programs;

#[path = "corpus/known_fields.rs"]
mod known_fields;

#[path = "corpus/products.rs"]
mod products;

#[path = "corpus/callees.rs"]
mod callees;
