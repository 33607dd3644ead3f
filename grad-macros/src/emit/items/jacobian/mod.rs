//! `jacobian`: one run of the backward half per component of the result.

mod by_type;
mod written;

use proc_macro2::TokenStream;

use super::face::Face;

/// For functions whose result is an array or a vector; `None` for others.
pub fn jacobian(face: &Face) -> Option<TokenStream> {
    written::jacobian(face).or_else(|| by_type::jacobian(face))
}
