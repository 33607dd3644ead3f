use super::body;

#[test]
fn straight_line_code_is_a_list_of_operations() {
    let text = body("fn f(x: f64, y: f64) -> f64 { let z = x * y; z.sin() + x }");
    assert_eq!(text, "fn(x, y) {\n    z = x * y\n    t.3 = sin(z)\n    t.4 = t.3 + x\n    => t.4\n}\n");
}

#[test]
fn after_a_guard_the_rest_is_lowered_in_the_other_arm() {
    let text = body("fn f(x: f64) -> f64 { if x < 0.0 { return 0.0; } let y = x.sin(); y * x }");
    assert_eq!(text.matches("if ").count(), 1, "{text}");
    assert!(!text.contains("true") && !text.contains("undef"), "{text}");
}

#[test]
fn a_loop_carries_what_it_assigns_and_nothing_else() {
    let text = body(
        "fn f(x: f64, n: usize) -> f64 { let mut r = 1.0; for i in 0..n { if r > 50.0 { break; } r *= x; } r }",
    );
    assert_eq!(text.matches("carry(r").count(), 1, "{text}");
    assert!(text.contains("} until t"), "{text}");
}

#[test]
fn an_annotation_gives_a_field_its_type() {
    let plain = body("fn f(s: &S) -> f64 { let [a, b] = s.pair; a * b }");
    let by_value = body("fn f(s: &S) -> f64 { let [a, b]: [f64; 2] = s.pair; a * b }");
    let by_reference = body("fn f(s: &S) -> f64 { let pair: &[f64; 2] = &s.pair; pair[0] * pair[1] }");
    assert!(!plain.contains(" * "), "{plain}");
    assert!(by_value.contains("a * b"), "{by_value}");
    assert!(by_reference.contains("t.1 * t.3"), "{by_reference}");
}

#[test]
fn a_type_in_angle_brackets_is_the_type() {
    let text = body("fn f(x: f64) -> f64 { <f64>::sqrt(x) }");
    assert!(text.contains("= sqrt(x)"), "{text}");
    let text = body("fn f(x: f64) -> f64 { <f64 as Curve>::bend(x) }");
    assert!(text.contains("call < f64 as Curve > :: bend(x)"), "{text}");
}
