//! The kernels of `cargo bench` compute what they claim: every derivative there, by hand, generated or a peer's, is
//! held against central differences of the plain value, and the values against each other.

#[path = "../benches/kernels/case.rs"]
#[allow(dead_code, reason = "the table's texts are the benchmark's alone")]
mod case;
#[path = "../benches/kernels/cases/mod.rs"]
mod cases;
#[path = "../benches/kernels/peers.rs"]
mod peers;
#[path = "../benches/kernels/random.rs"]
mod random;

use case::{Answer, Case};
use random::Random;

/// How far two numbers are apart, relative to the larger one or to 1.
fn distance(a: f64, b: f64) -> f64 {
    (a - b).abs() / a.abs().max(b.abs()).max(1.0)
}

fn value_at(case: &Case, point: &[f64]) -> Vec<f64> {
    let mut answer = case.blank();
    (case.variants[0].run)(point, &mut answer);
    answer.value
}

/// The derivative of every output along `direction`, by central differences.
fn difference(case: &Case, direction: &[f64]) -> Vec<f64> {
    let step = 1e-5;
    let moved = |by: f64| -> Vec<f64> { case.point.iter().zip(direction).map(|(x, d)| x + by * d).collect() };
    let (above, below) = (value_at(case, &moved(step)), value_at(case, &moved(-step)));
    above.iter().zip(&below).map(|(above, below)| (above - below) / (2.0 * step)).collect()
}

fn answers(case: &Case) -> Vec<(&'static str, Answer)> {
    let answer = |variant: &case::Variant| {
        let mut answer = case.blank();
        (variant.run)(&case.point, &mut answer);
        (variant.name, answer)
    };
    case.variants.iter().skip(1).map(answer).collect()
}

/// Holds each variant's derivative along `direction` against the differences.
fn check_along(case: &Case, answers: &[(&str, Answer)], direction: &[f64], what: &str) {
    let expected = difference(case, direction);
    for (name, answer) in answers {
        for (row, expected) in answer.gradient.chunks_exact(case.point.len()).zip(&expected) {
            let found: f64 = row.iter().zip(direction).map(|(g, d)| g * d).sum();
            assert!(
                distance(found, *expected) < 1e-6,
                "{}, {name}, {what}: {found} is not the difference {expected}",
                case.name
            );
        }
    }
}

#[test]
fn every_derivative_agrees_with_central_differences() {
    for case in cases::all() {
        let answers = answers(&case);
        let inputs = case.point.len();
        // Along a random direction every input counts; one by one, a sample of them.
        let direction = Random::new(99).numbers(inputs, -1.0, 1.0);
        check_along(&case, &answers, &direction, "a random direction");
        for input in (0..inputs).step_by(inputs.div_ceil(20)) {
            let mut direction = vec![0.0; inputs];
            direction[input] = 1.0;
            check_along(&case, &answers, &direction, &format!("input {input}"));
        }
    }
}

#[test]
fn every_derivative_agrees_with_the_one_by_hand() {
    for case in cases::all() {
        let answers = answers(&case);
        let (_, by_hand) = &answers[0];
        for (name, answer) in &answers[1..] {
            for (input, (found, expected)) in answer.gradient.iter().zip(&by_hand.gradient).enumerate() {
                assert!(
                    distance(*found, *expected) < 1e-11,
                    "{}, {name}, entry {input}: {found} is not {expected}",
                    case.name
                );
            }
        }
    }
}

#[test]
fn every_variant_returns_the_functions_value() {
    for case in cases::all() {
        let expected = value_at(&case, &case.point);
        for (name, answer) in answers(&case) {
            for (found, expected) in answer.value.iter().zip(&expected) {
                assert!(
                    distance(*found, *expected) < 1e-12,
                    "{}, {name}: {found} is not {expected}",
                    case.name
                );
            }
        }
    }
}

#[test]
fn gradients_are_added_and_not_set() {
    for case in cases::all() {
        for variant in case.variants.iter().skip(1) {
            let mut once = case.blank();
            (variant.run)(&case.point, &mut once);
            let mut twice = case.blank();
            (variant.run)(&case.point, &mut twice);
            (variant.run)(&case.point, &mut twice);
            for (once, twice) in once.gradient.iter().zip(&twice.gradient) {
                assert!(distance(2.0 * once, *twice) < 1e-12, "{}, {}: {twice}", case.name, variant.name);
            }
        }
    }
}

/// The rotation has a branch of its own for no rotation at all, which the measured point doesn't take. The peers
/// that overload operators divide zero by zero there.
#[test]
fn the_residual_has_its_derivative_without_a_rotation() {
    let mut case =
        cases::all().into_iter().find(|case| case.name.starts_with("reprojection")).expect("it's there");
    case.point[..3].fill(0.0);
    let ours = |(name, _): &(&str, Answer)| ["by hand", "generated"].contains(name);
    let answers: Vec<_> = answers(&case).into_iter().filter(ours).collect();
    for input in 0..case.point.len() {
        let mut direction = vec![0.0; case.point.len()];
        direction[input] = 1.0;
        check_along(&case, &answers, &direction, &format!("input {input}"));
    }
}

#[test]
fn generated_code_returns_the_functions_value_bit_for_bit() {
    let bits = |value: &[f64]| -> Vec<u64> { value.iter().map(|v| v.to_bits()).collect() };
    for case in cases::all() {
        let expected = bits(&value_at(&case, &case.point));
        let (_, found) =
            answers(&case).into_iter().find(|(name, _)| *name == "generated").expect("all have one");
        assert_eq!(bits(&found.value), expected, "{}", case.name);
    }
}
