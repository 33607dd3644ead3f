//! From the IR to readable Rust. This is the one place where tokens are made; it decides nothing.

// Two arms side by side show that one of two things is written.
#![allow(clippy::single_match_else)]

mod branch;
mod call;
mod circular;
mod emitter;
mod expr;
mod facts;
mod hand_over;
pub mod items;
mod looping;
mod method;
mod names;
mod naming;
mod op;
mod second;
mod stmt;
mod tape;
#[cfg(test)]
mod tests;
mod user;
mod waiting;
