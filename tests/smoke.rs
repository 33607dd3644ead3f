//! The workspace builds and links.
#[test]
fn links() {}
