//! Counts instructions: a number without noise, to set beside the times.
//!
//! The benchmark starts itself again under valgrind's callgrind, which collects only in `collected_call`.
use std::hint::black_box;
use std::process::{Command, Stdio};

use crate::case::{Case, Variant};
use crate::cases;

/// The argument that makes a run of this program a counted one: `--count-only "WORKLOAD SIZE" VARIANT`.
pub const COUNT_ONLY: &str = "--count-only";

/// The one function whose instructions are collected.
#[inline(never)]
fn collected_call(variant: &Variant) {
    (variant.run)(&mut |parts| {
        black_box(parts);
    });
}

/// Runs one variant for callgrind: the first call, not collected, lets the loader bind what it needs.
///
/// # Errors
/// When there is no such case.
pub fn run_counted(case: &str, variant: &str) -> Result<(), String> {
    let case = cases::ALL.iter().map(|make| make()).find(|candidate| name(candidate) == case);
    let case = case.ok_or("there is no such case")?;
    for variant in case.variants.iter().filter(|candidate| candidate.name == variant) {
        (variant.run)(&mut |parts| {
            black_box(parts);
        });
        collected_call(variant);
    }
    Ok(())
}

fn name(case: &Case) -> String {
    format!("{} {}", case.workload, case.size)
}

/// How many instructions one call takes.
///
/// # Errors
/// What kept valgrind from telling.
pub fn count(case: &Case, variant: &Variant) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| format!("this program has no path: {error}"))?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*collected_call*"])
        .arg(program)
        .args([COUNT_ONLY, &name(case), variant.name])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("valgrind can't be started: {error}"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report.lines().find_map(|line| line.split_once("Collected :"));
    collected
        .and_then(|(_, tail)| tail.trim().parse().ok())
        .ok_or_else(|| format!("callgrind reported no count for {}, {}:\n{report}", name(case), variant.name))
}
