//! The headers of blocks with methods: `impl<T> Law for Spring<T> where …` and `trait Law: Bound`.

use super::Reader;

/// Whose methods a block holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Home {
    /// The type, by the last name of its path; none in a trait, and for the blanket `impl<T> Law for T`.
    pub owner: Option<String>,
    /// The trait, if it isn't the type's own block.
    pub of: Option<String>,
}

impl Home {
    /// Whether the block may say something of this type: a macro's parameter stands for any type.
    pub fn is_of(&self, owner: &str) -> bool {
        self.owner.as_deref().is_none_or(|own| own == owner || own == "$" || owner == "$")
    }
}

impl Reader<'_> {
    /// The header after `impl`, up to its block.
    pub(super) fn implementation(&self, at: usize) -> Option<Home> {
        let start = self.after_generics(at);
        let generics = self.words.get(at..start).unwrap_or(&[]);
        let end = (start..self.words.len()).find(|at| matches!(self.word(*at), "{" | ";" | "where"))?;
        let header = self.words.get(start..end)?;
        // `for<'a>` isn't followed by a type.
        let split = (0..header.len()).find(|at| header[*at] == "for" && header.get(at + 1) != Some(&"<"));
        let (of, owner) = match split {
            Some(at) => (Some(last_name(&header[..at])?), &header[at + 1..]),
            None => (None, header),
        };
        let owner = last_name(owner)?;
        let is_parameter = generics.contains(&owner.as_str()) && owner != "$";
        Some(Home { owner: (!is_parameter).then_some(owner), of })
    }

    /// The header after `trait`.
    pub(super) fn definition(&self, at: usize) -> Home {
        Home { owner: None, of: Some(self.word(at).to_owned()) }
    }
}

/// The last name of a path or a reference to one, outside of its generics; `$` for a parameter of a macro.
fn last_name(words: &[&str]) -> Option<String> {
    let (mut depth, mut last) = (0_usize, None);
    for (at, word) in words.iter().enumerate() {
        match *word {
            "<" => depth += 1,
            ">" => depth = depth.saturating_sub(1),
            "dyn" | "mut" | "const" => {}
            "$" if depth == 0 => return Some("$".to_owned()),
            "+" if depth == 0 => break,
            name if depth == 0 && name.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                last = Some(at);
            }
            _ => {}
        }
    }
    last.map(|at| words[at].to_owned())
}
