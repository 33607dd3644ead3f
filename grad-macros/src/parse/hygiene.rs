//! Variables of one name that a macro keeps apart.

use proc_macro2::Ident;

/// Whether two names come from different macros, so that they may not mean the same though they read the same. (What another
/// macro writes in the place of its call reads like this too, and does mean the same.)
pub fn differ(a: &Ident, b: &Ident) -> bool {
    let (a, b) = (context(a), context(b));
    a.is_some() && b.is_some() && a != b
}

/// What rustc tells names apart by. It shows in the description of a span alone: `#3 bytes(10..12)`.
fn context(ident: &Ident) -> Option<String> {
    let description = format!("{:?}", ident.span());
    let (context, _) = description.split_once(' ')?;
    context.starts_with('#').then(|| context.to_owned())
}
