//! From tokens to what the compiler works on: the attribute's options, the signature, unique names.

mod calls;
mod options;
mod qualified;
mod rename;
mod signature;
pub mod types;

pub use calls::is_recursive;
pub use options::Options;
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
    strip_checkpoints(&mut function);
    Function { options, original: function, parameters, block }
}

/// The function itself has no use for `#[checkpoint]`, and rustc no patience.
fn strip_checkpoints(function: &mut ItemFn) {
    struct Strip;
    impl syn::visit_mut::VisitMut for Strip {
        fn visit_attributes_mut(&mut self, attributes: &mut Vec<syn::Attribute>) {
            attributes.retain(|attribute| !attribute.path().is_ident("checkpoint"));
        }
    }
    syn::visit_mut::VisitMut::visit_block_mut(&mut Strip, &mut function.block);
}
