//! Times `GradBench`'s workloads: the value, the derivative by hand and the generated one.
//!
//! ```text
//! cargo bench --bench gradbench                      all workloads, at a small and a large size
//! cargo bench --bench gradbench -- gmm det           those named
//! cargo bench --bench gradbench -- --counts          instruction counts as well (needs valgrind)
//! cargo bench --bench gradbench -- --rounds 5        fewer rounds, more noise
//! ```
//!
//! The two derivatives are compared before they are timed; outside of `cargo bench` (by `cargo test`) that
//! is all. The output is a table in Markdown, with the median of the ratios of times taken in turn.
// The formulas keep the names and indices that the suite gives them, and counts are far below 2^52.
#![allow(
    clippy::many_single_char_names,
    clippy::similar_names,
    clippy::needless_range_loop,
    clippy::cast_precision_loss
)]

mod case;
mod cases;
mod counts;
mod hand;
mod measure;
#[path = "../kernels/random.rs"]
mod random;
mod skeleton;
mod table;

#[allow(dead_code, reason = "the tool's half, the reading and answering, is of no use here")]
mod workloads;

// The workloads name each other from the root of their crate, which is the tool's.
use workloads::{ba, descent, gmm, ht, ht_input, kmeans, request};

use std::process::ExitCode;

use case::Case;

/// What the command line asks for.
struct Options {
    /// Whether `cargo bench` runs us.
    timed: bool,
    rounds: usize,
    counts: bool,
    filters: Vec<String>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [mode, case, variant] if mode == counts::COUNT_ONLY => counts::run_counted(case, variant),
        _ => options(&arguments).and_then(|options| run(&options)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options { timed: false, rounds: 15, counts: false, filters: Vec::new() };
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => options.timed = true,
            "--counts" => options.counts = true,
            "--rounds" => {
                let count = arguments.next().and_then(|count| count.parse().ok()).filter(|&count| count > 0);
                options.rounds = count.ok_or("--rounds needs a number above 0")?;
            }
            flag if flag.starts_with('-') => return Err(format!("unknown flag {flag}")),
            word => options.filters.push(word.to_owned()),
        }
    }
    Ok(options)
}

fn run(options: &Options) -> Result<(), String> {
    if options.timed {
        table::print_head(options.counts);
    }
    for make in cases::ALL {
        let case = make();
        if !options.filters.is_empty() && !options.filters.iter().any(|word| case.workload == word) {
            continue;
        }
        measure::check(&case)?;
        if options.timed {
            let timings = measure::measure(&case, options.rounds);
            let counts = if options.counts { Some(count(&case)?) } else { None };
            table::print(&case, &timings, counts.as_deref());
        }
    }
    Ok(())
}

fn count(case: &Case) -> Result<Vec<u64>, String> {
    case.variants.iter().map(|variant| counts::count(case, variant)).collect()
}
