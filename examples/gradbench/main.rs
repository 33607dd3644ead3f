//! A [GradBench](https://github.com/gradbench/gradbench) tool: the suite's objectives in plain Rust, and
//! their derivatives from the items that `#[differentiable]` writes.
//!
//! It reads one JSON message per line from standard input and answers each with one line:
//!
//! ```text
//! gradbench run --eval "python3 python/gradbench/gradbench/evals/gmm/run.py" \
//!     --tool "cargo run --release --quiet --example gradbench"
//! ```
//!
//! [`protocol`] has the conversation and [`request`] the reading and timing of one evaluation; every
//! other module is a workload: its objective first, the derivative, then what the suite calls.
// The formulas keep the names and indices that the suite gives them, and counts are far below 2^52.
#![allow(
    clippy::many_single_char_names,
    clippy::similar_names,
    clippy::needless_range_loop,
    clippy::cast_precision_loss
)]

mod ba;
mod descent;
mod det;
mod gmm;
mod hello;
mod ht;
mod ht_input;
mod kmeans;
mod llsq;
mod lse;
mod lstm;
mod ode;
mod particle;
mod protocol;
mod request;
mod saddle;

use protocol::Workload;

/// The workload that the suite calls `name`.
fn workload(name: &str) -> Option<Workload> {
    match name {
        "hello" => Some(hello::evaluate),
        "gmm" => Some(gmm::evaluate),
        "ba" => Some(ba::evaluate),
        "lstm" => Some(lstm::evaluate),
        "ht" => Some(ht_input::evaluate),
        "ode" => Some(ode::evaluate),
        "kmeans" => Some(kmeans::evaluate),
        "llsq" => Some(llsq::evaluate),
        "lse" => Some(lse::evaluate),
        "det" => Some(det::evaluate),
        "particle" => Some(particle::evaluate),
        "saddle" => Some(saddle::evaluate),
        _ => None,
    }
}

fn main() -> std::io::Result<()> {
    protocol::serve(std::io::stdin().lock(), std::io::stdout().lock(), workload)
}
