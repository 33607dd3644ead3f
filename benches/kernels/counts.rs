//! Counts instructions: a number without noise, to set beside the times.
//!
//! The benchmark starts itself again under valgrind's callgrind, which counts only inside [`collected_call`].

use std::hint::black_box;
use std::process::{Command, Stdio};

use crate::case::{Answer, Case, Variant};

/// The argument that makes a run of this program a counted one: `--count-only KERNEL VARIANT`.
pub const COUNT_ONLY: &str = "--count-only";

/// The one function whose instructions are collected.
#[inline(never)]
fn collected_call(variant: &Variant, point: &[f64], answer: &mut Answer) {
    (variant.run)(black_box(point), answer);
    black_box(&answer.value);
}

/// Runs one variant for callgrind: the first call, not collected, lets the loader bind the functions it needs.
pub fn run_counted(case: &Case, variant: &str) {
    if let Some(variant) = case.variants.iter().find(|candidate| candidate.name == variant) {
        let mut answer = case.blank();
        (variant.run)(black_box(&case.point), black_box(&mut answer));
        collected_call(variant, &case.point, &mut answer);
    }
}

/// How many instructions one call takes.
///
/// # Errors
/// What kept valgrind from telling.
pub fn count(kernel: &str, variant: &str) -> Result<u64, String> {
    let program = std::env::current_exe().map_err(|error| format!("this program has no path: {error}"))?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*collected_call*"])
        .arg(program)
        .args([COUNT_ONLY, kernel, variant])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("valgrind can't be started: {error}"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    collected(&report)
        .ok_or_else(|| format!("callgrind reported no count for {kernel}, {variant}:\n{report}"))
}

/// The number in callgrind's line `==123== Collected : 456`.
fn collected(report: &str) -> Option<u64> {
    let (_, tail) = report.lines().find_map(|line| line.split_once("Collected :"))?;
    tail.trim().parse().ok()
}
