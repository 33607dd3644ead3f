//! Values, memory, and what stays in the user's words.

use super::{body, lowered};

#[test]
fn a_mutable_scalar_is_a_value() {
    let text = body("fn f(x: f64) -> f64 { let mut y = x; y *= x; y = y + 1.0; y }");
    assert!(!text.contains("var ") && !text.contains("load"), "{text}");
}

#[test]
fn a_scalar_behind_a_mutable_reference_is_memory() {
    let text = body("fn f(x: f64) -> f64 { let mut y = x; let r = &mut y; *r *= 2.0; y }");
    assert!(text.contains("var y = x") && text.contains("load y"), "{text}");
}

#[test]
fn a_reference_is_another_name_for_a_place() {
    let text = body("fn f(x: &[[f64; 2]], i: usize) -> f64 { let row = &x[i]; row[0] * row[1] }");
    assert_eq!(text.matches("load x[i]").count(), 2, "{text}");
    assert!(!text.contains("var "), "{text}");
}

#[test]
fn code_on_constants_stays_as_it_is() {
    let text = body(
        "fn f(x: f64, n: usize) -> f64 { let mut names = Vec::new(); for i in 0..n { names.push(format!(\"{i}\")); } x * names.len() as f64 }",
    );
    assert!(text.contains("effect for i in"), "{text}");
}

#[test]
fn a_sum_starts_where_std_starts() {
    let text = body("fn f(x: &[f64]) -> f64 { x.iter().map(|v| v * v).sum() }");
    assert!(text.contains("- 0.0") || text.contains("-0.0"), "{text}");
}

#[test]
fn a_stopped_value_is_marked() {
    let text = body("fn f(x: f64) -> f64 { x * stop_gradient(x) }");
    assert!(text.contains("stop x"), "{text}");
}

#[test]
fn what_a_closure_moves_keeps_its_value() {
    let text = body("fn f(x: f64) -> f64 { let mut y = x; let g = move |v: f64| v * y; y = y * y; g(y) }");
    assert!(text.contains("= y * x"), "{text}");
}

#[test]
fn what_cannot_be_lowered_is_refused() {
    for (source, message) in [
        ("fn f(x: f64) -> f64 { unsafe { x } }", "`unsafe` code"),
        ("fn f(x: f64) -> f64 { mystery!(x) }", "can't see into `mystery!`"),
        (
            "fn f(x: f64, g: fn(f64) -> f64) -> f64 { g(x) }",
            "no derivative is known for the function behind `g`",
        ),
        ("fn f(x: f64) -> f64 { COUNTER = x; x }", "a write to the static `COUNTER`"),
        (
            "fn f(x: &Node) -> f64 { let mut r = x; for _ in 0..3 { r = &r.next; } r.value }",
            "refers to something else",
        ),
    ] {
        let messages = lowered(source).unwrap_err();
        assert!(messages.contains(message), "{source}: {messages}");
    }
}
