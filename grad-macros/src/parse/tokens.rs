//! Names in what has no syntax tree: the tokens of a macro's arguments, the braces of its format strings.

use proc_macro2::{Group, Ident, Literal, TokenStream, TokenTree};
use syn::BinOp;

/// Calls `f` on every identifier, also on those that a format string captures.
pub fn each_ident(tokens: TokenStream, f: &mut impl FnMut(&Ident)) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => f(&ident),
            TokenTree::Group(group) => each_ident(group.stream(), f),
            TokenTree::Literal(literal) => {
                let names = captured(&literal.to_string());
                names.iter().filter_map(|name| syn::parse_str(name).ok()).for_each(|name| f(&name));
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// What becomes of the tokens that may stand for a variable.
pub trait Rename {
    /// The new name of a variable, where it gets one.
    fn ident(&mut self, ident: &Ident) -> Option<Ident>;

    /// What becomes of a literal, which may be a format string that captures variables.
    fn literal(&mut self, literal: Literal) -> Literal {
        literal
    }
}

/// The tokens under new names. What follows a `.` is a field or a method and keeps its name.
pub fn renamed(tokens: TokenStream, names: &mut impl Rename) -> TokenStream {
    let mut after_dot = false;
    let rename = |token: TokenTree| {
        let renamed = match token {
            TokenTree::Ident(ident) if !after_dot => TokenTree::Ident(names.ident(&ident).unwrap_or(ident)),
            TokenTree::Group(group) => {
                let mut new = Group::new(group.delimiter(), renamed(group.stream(), names));
                new.set_span(group.span());
                TokenTree::Group(new)
            }
            TokenTree::Literal(literal) => TokenTree::Literal(names.literal(literal)),
            other => other,
        };
        after_dot = matches!(&renamed, TokenTree::Punct(punct) if punct.as_char() == '.');
        renamed
    };
    tokens.into_iter().map(rename).collect()
}

/// The names in the braces of a format string.
pub fn captured(literal: &str) -> Vec<String> {
    if !literal.starts_with(['"', 'r']) {
        return Vec::new();
    }
    let plain = literal.replace("{{", "");
    let names = plain.split('{').skip(1).filter_map(|part| {
        let end = part.find(['}', ':'])?;
        Some(part[..end].trim().to_owned())
    });
    names.filter(|name| name.starts_with(|first: char| first.is_alphabetic() || first == '_')).collect()
}

/// Whether a binary operator assigns.
pub fn assigns(op: &BinOp) -> bool {
    matches!(
        op,
        BinOp::AddAssign(_)
            | BinOp::SubAssign(_)
            | BinOp::MulAssign(_)
            | BinOp::DivAssign(_)
            | BinOp::RemAssign(_)
            | BinOp::BitXorAssign(_)
            | BinOp::BitAndAssign(_)
            | BinOp::BitOrAssign(_)
            | BinOp::ShlAssign(_)
            | BinOp::ShrAssign(_)
    )
}
