//! The walk over the leaves.

use proc_macro2::TokenStream;

use super::bounds::Bounds;
use super::model::Model;

pub fn both(_model: &Model, _bounds: &Bounds) -> TokenStream {
    TokenStream::new()
}
