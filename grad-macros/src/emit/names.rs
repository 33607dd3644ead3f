//! Names for values and variables: as wished where possible, never one that is taken.

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};

/// Words that can't be names.
const KEYWORDS: &[&str] = &[
    "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false",
    "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type", "unsafe", "use",
    "where", "while", "abstract", "become", "box", "do", "final", "macro", "override", "priv", "typeof",
    "unsized", "virtual", "yield", "_",
];

/// The names given so far.
pub struct Names {
    taken: HashSet<String>,
    next: HashMap<String, u32>,
}

impl Names {
    /// No names but the language's own.
    pub fn new() -> Self {
        Self { taken: KEYWORDS.iter().map(|&word| word.to_owned()).collect(), next: HashMap::new() }
    }

    /// Keeps a name from being given. Whether it was free.
    pub fn reserve(&mut self, name: &str) -> bool {
        self.taken.insert(name.to_owned())
    }

    /// Keeps every identifier in the tokens from being given.
    pub fn reserve_all(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    self.reserve(&ident.to_string());
                }
                TokenTree::Group(group) => self.reserve_all(group.stream()),
                TokenTree::Literal(literal) => self.reserve_captures(&literal.to_string()),
                TokenTree::Punct(_) => {}
            }
        }
    }

    /// A format string may capture names.
    fn reserve_captures(&mut self, literal: &str) {
        if literal.contains('{') {
            for word in literal.split(|c: char| !c.is_alphanumeric() && c != '_') {
                self.reserve(word);
            }
        }
    }

    /// A name that nothing else has: the wish, or the wish with a number.
    pub fn fresh(&mut self, wish: &str, span: Span) -> Ident {
        // A name of ours has a mark in front, which keeps it apart from those of the user's.
        let wish = wish.trim_start_matches('$');
        // `type_bar` is a name, `type` isn't.
        let raw = wish.replace("r#", "");
        let raw = if raw == wish || syn::parse_str::<Ident>(&raw).is_ok() { raw } else { format!("{raw}_") };
        let wish = if raw.is_empty() || raw == "_" { "t" } else { &raw };
        if wish != "t" && self.reserve(wish) {
            return Ident::new(wish, span);
        }
        let stem =
            if wish.ends_with(|c: char| c.is_ascii_digit()) { format!("{wish}_") } else { wish.to_owned() };
        let mut number = self.next.get(&stem).copied().unwrap_or(u32::from(wish != "t"));
        loop {
            number += 1;
            let name = format!("{stem}{number}");
            if self.reserve(&name) {
                self.next.insert(stem, number);
                return Ident::new(&name, span);
            }
        }
    }
}
