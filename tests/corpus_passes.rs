//! The corpus again, with passes of the compiler turned off: what they leave out must not change what comes out.
//!
//! See `corpus.rs`.
#![allow(clippy::all, clippy::pedantic)] // The programs are what users write, not what clippy likes.
#![allow(missing_docs, unused)]

#[macro_use]
#[path = "corpus/support/mod.rs"]
mod support;

/// A file's programs without the simplifier, without the analysis of residuals, without fusion.
macro_rules! variants {
    ($programs:ident) => {
        mod unsimplified {
            use super::*;
            $programs!(f64[passes(no_simplify)]);
        }
        mod all_residuals {
            use super::*;
            $programs!(f64[passes(no_residuals)]);
        }
        mod unfused {
            use super::*;
            $programs!(f64[passes(no_fuse)]);
        }
    };
}

#[path = "corpus/programs.rs"]
mod programs;

#[path = "corpus/products.rs"]
mod products;
