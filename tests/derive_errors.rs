//! What the derive says about types that it can't differentiate.

#[test]
fn errors_name_the_field_and_the_way_out() {
    trybuild::TestCases::new().compile_fail("tests/ui/derive/*.rs");
}
