//! Vectors and slices whose elements change places, and vectors out of whose middle elements come and go: where an element
//! came from, there its cotangent goes back to.

mod both;
mod elements;
mod order;

pub use both::{append, exchange};
pub use elements::{insert, permute, remove, resize, select};
pub use order::{deduplicated, first, retained, reversed, rotated, sorted, sorted_by_key, without};
