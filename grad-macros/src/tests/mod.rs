//! Tests of the compiler as a whole.

mod house;
mod properties;
mod snapshots;
