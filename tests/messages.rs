//! What the compiler and the derive say about code that they refuse: the whole message, at its place.
//!
//! `TRYBUILD=overwrite cargo test --test messages` writes the expected texts anew.

#[test]
fn messages_name_the_place_and_the_way_out() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/derive/*.rs");
    cases.compile_fail("tests/ui/messages/*.rs");
}
