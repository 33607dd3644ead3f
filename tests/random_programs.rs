//! Random programs: their derivatives in reverse and in forward mode against an evaluation over dual numbers, their second
//! derivatives against differences of the gradient.
//!
//! Some hundred programs come from a seed that never changes, as many from a fresh one, which is printed.
//! `GRAD_SEED=…` repeats a seed, `GRAD_PROGRAMS=…` sets how many programs each gives. A failing program is made
//! smaller and printed.
#![allow(missing_docs)]
#![allow(clippy::pedantic, clippy::explicit_auto_deref)] // Casts, long matches; without the `*` types stay open.

#[path = "random_programs/ast.rs"]
mod ast;
#[path = "random_programs/chance.rs"]
mod chance;
#[path = "random_programs/constructs.rs"]
mod constructs;
#[path = "random_programs/expressions.rs"]
mod expressions;
#[path = "random_programs/generate.rs"]
mod generate;
#[path = "random_programs/minimise.rs"]
mod minimise;
#[path = "random_programs/print.rs"]
mod print;
#[path = "random_programs/workshop.rs"]
mod workshop;

use ast::Function;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};
use workshop::Outcome;

const FIXED_SEED: u64 = 0x0dd5_eed5;
const PROGRAMS: u64 = 100;

/// One program in so many may be refused; to be raised as the compiler learns.
const REFUSED_AT_MOST: usize = 40;

fn numbers(outcomes: &[Outcome], wanted: impl Fn(&Outcome) -> bool) -> Vec<usize> {
    (0..outcomes.len()).filter(|&i| wanted(&outcomes[i])).collect()
}

fn fresh_seed() -> u64 {
    let given = std::env::var("GRAD_SEED").ok().and_then(|text| text.parse().ok());
    given.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        (u64::from(now.subsec_nanos()) << 32) ^ now.as_secs()
    })
}

fn describe(outcome: &Outcome, program: &[Function]) -> String {
    let smallest = minimise::minimise(program, outcome);
    format!("{outcome:?}\n{}", workshop::source(&smallest))
}

#[test]
fn reverse_forward_and_dual_agree() {
    let count = std::env::var("GRAD_PROGRAMS").ok().and_then(|text| text.parse().ok()).unwrap_or(PROGRAMS);
    let seed = fresh_seed();
    // Past the capture of the test's output, so that a passing run says it as well.
    let _ = writeln!(std::io::stderr(), "random programs: GRAD_SEED={seed} repeats this run");
    let programs: Vec<Vec<Function>> =
        [FIXED_SEED, seed].iter().flat_map(|&s| (0..count).map(move |i| generate::program(s, i))).collect();
    let outcomes = workshop::outcomes(&programs);
    let failed = numbers(&outcomes, |o| matches!(o, Outcome::Failed(_) | Outcome::Invalid(_)));
    if let Some(&first) = failed.first() {
        let report = describe(&outcomes[first], &programs[first]);
        panic!(
            "{} of {} programs go wrong (seed {seed}), one of them:\n{report}",
            failed.len(),
            programs.len()
        );
    }
    // A refusal is no wrong gradient, but these programs are within what the compiler promises to take.
    let refused = numbers(&outcomes, |o| matches!(o, Outcome::Refused(_)));
    for &i in &refused {
        let _ =
            writeln!(std::io::stderr(), "refused, {:?}:\n{}", outcomes[i], workshop::source(&programs[i]));
    }
    assert!(
        refused.len() * REFUSED_AT_MOST <= programs.len(),
        "{} of {} are refused",
        refused.len(),
        programs.len()
    );
    let twice = outcomes.iter().filter(|o| **o == Outcome::PassedTwice).count();
    assert!(twice * 12 > programs.len(), "{twice} of {} are compared to second order", programs.len());
    let skipped = outcomes.iter().filter(|o| **o == Outcome::Skipped).count();
    assert!(skipped * 5 < programs.len(), "{skipped} of {} programs overflow", programs.len());
}

#[test]
fn programs_repeat_from_their_seed() {
    for i in 0..20 {
        let (first, again) = (generate::program(7, i), generate::program(7, i));
        assert_eq!(workshop::source(&first), workshop::source(&again));
    }
    assert_ne!(workshop::source(&generate::program(7, 0)), workshop::source(&generate::program(8, 0)));
}
