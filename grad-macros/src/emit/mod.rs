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
