//! From the IR to readable Rust. This is the one place where tokens are made; it decides nothing.

mod branch;
mod call;
mod emitter;
mod expr;
mod facts;
mod hand_over;
pub mod items;
mod looping;
mod names;
mod naming;
mod op;
mod stmt;
mod tape;
#[cfg(test)]
mod tests;
mod user;
mod waiting;

use proc_macro2::TokenStream;
use quote::quote;

use crate::ir::{Block, Body};
use emitter::Emitter;

/// One block of a body: its statements, and its results as the value of the block.
pub fn block(body: &Body, block: &Block, runtime: &TokenStream) -> TokenStream {
    let mut emitter = Emitter::new(body, &[block], runtime.clone());
    emitter.scoped(|emitter| {
        emitter.stmts(block);
        let tail = emitter.tail(&block.results);
        emitter.push(quote!(#tail));
    })
}
