//! Jumps become booleans and branches.

use super::{body, lowered};

#[test]
fn a_return_in_a_loop_ends_it_and_brings_its_value() {
    let text =
        body("fn f(x: f64, n: usize) -> f64 { for i in 0..n { if x > i as f64 { return x * 2.0; } } x }");
    assert!(text.contains("} until "), "{text}");
    assert!(text.contains("= undef"), "{text}");
}

#[test]
fn continue_puts_the_rest_into_the_other_arm() {
    let text = body(
        "fn f(x: f64, n: usize) -> f64 { let mut r = x; for i in 0..n { if i == 2 { continue; } r *= x; } r }",
    );
    assert!(!text.contains("until") && !text.contains("jump"), "{text}");
    assert_eq!(text.matches("if ").count(), 1, "{text}");
}

#[test]
fn a_jump_inside_a_larger_expression_gets_a_statement_of_its_own() {
    let text = body("fn f(x: f64) -> f64 { 2.0 * if x > 0.0 { return x } else { x } }");
    assert_eq!(text.matches("if ").count(), 1, "{text}");
    let chained = "fn f(x: f64, n: usize) -> f64 {
        if n > 0 && let Some(y) = (match n { 1 => return x, _ => Some(x) }) { y } else { x }
    }";
    let messages = lowered(chained).unwrap_err();
    assert!(messages.contains("a jump in the middle of a larger expression"), "{messages}");
}

#[test]
fn the_last_expression_of_the_function_is_a_return_without_a_boolean() {
    let text = body("fn f(x: f64, n: i32) -> f64 { match n { 0 => return x, _ => {} } x * x }");
    assert!(!text.contains("true") && !text.contains("undef"), "{text}");
}

#[test]
fn what_may_be_returned_is_of_the_type_that_the_function_returns() {
    let text = body(
        "fn f(x: f64, n: usize) -> f64 { let mut s = g(x); for _ in 0..n { if s > x { return h(s) * 2.0; } s = s * s; } s }",
    );
    assert!(text.contains("= s.") && !text.contains("op *(s"), "{text}");
}

#[test]
fn what_is_only_handed_to_another_function_keeps_its_unknown_type() {
    let text = body("fn f(x: f64, n: usize) -> f64 { let mut s = g(x); for _ in 0..n { s = s * s; } h(s) }");
    assert!(text.contains("op *(s"), "{text}");
}
