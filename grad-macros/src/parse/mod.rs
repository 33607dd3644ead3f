//! From tokens to what the compiler works on: the attribute's options, the signature, unique names.

mod calls;
mod options;
mod rename;
mod signature;
pub mod types;

pub use calls::is_recursive;
pub use options::{Options, Passes};
pub use signature::Parameter;

use proc_macro2::TokenStream;
use syn::ItemFn;

use crate::diag::Errors;

/// An annotated function, ready to be lowered.
pub struct Function {
    pub options: Options,
    /// The function as the user wrote it, less the compiler's attributes on its parameters.
    pub original: ItemFn,
    pub parameters: Vec<Parameter>,
    /// The body, in which every binding has a name of its own: no shadowing is left.
    pub block: syn::Block,
}

/// Reads an annotated function. What is wrong with it is reported; the function is read all the same.
pub fn item(attribute: TokenStream, mut function: ItemFn, errors: &Errors) -> Function {
    let options = options::parse(attribute, errors);
    let (parameters, mut unpacking) = signature::parameters(&mut function, &options, errors);
    let mut block = (*function.block).clone();
    unpacking.append(&mut block.stmts);
    block.stmts = unpacking;
    rename::unique_names(&mut block, parameters.iter().map(|parameter| parameter.name.clone()));
    Function { options, original: function, parameters, block }
}
