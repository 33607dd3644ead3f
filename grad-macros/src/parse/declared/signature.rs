//! Signatures of functions and methods.

use super::{Declared, Reader};

/// A function or a method, with the types of its parameters (without `self`) and of its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    pub name: String,
    pub parameters: Vec<String>,
    pub result: String,
    /// Whether it may change what it's lent: `&mut` among its parameters, or a function.
    pub changes: bool,
    /// Whether nothing that stands before it can give it a derivative.
    pub plain: bool,
    /// Whether it stands in an `impl` or a `trait`.
    pub of_type: bool,
}

impl Reader<'_> {
    pub(super) fn signature(&mut self, name: usize, plain: bool, of_type: bool) {
        let open = self.after_generics(name + 1);
        if self.word(open) == "(" {
            let end = self.closing(open);
            let parts = self.parts(open + 1, end);
            let parameters = parts.into_iter().filter_map(|(from, to)| self.parameter(from, to)).collect();
            let result = if self.word(end + 1) == "-" { self.result(end + 3) } else { "( )".to_owned() };
            let changes = self.changes(name + 1, end);
            self.declared.signatures.push(Signature {
                name: self.word(name).to_owned(),
                parameters,
                result,
                changes,
                plain,
                of_type,
            });
        }
    }

    /// Whether there is a reference for writing, or anything that may be a function, between two words; lifetimes are no words.
    fn changes(&self, from: usize, to: usize) -> bool {
        let exclusive = |at: usize| self.word(at) == "&" && self.word(at + 1) == "mut";
        let calls = |at: usize| matches!(self.word(at), "Fn" | "FnMut" | "FnOnce" | "fn" | "dyn" | "impl");
        (from..to).any(|at| exclusive(at) || calls(at))
    }

    /// The type that starts here and ends before the body.
    fn result(&self, from: usize) -> String {
        let mut end = from;
        while !matches!(self.word(end), "{" | ";" | "where" | "") {
            end = if matches!(self.word(end), "(" | "[") { self.closing(end) + 1 } else { end + 1 };
        }
        self.words.get(from..end).unwrap_or(&[]).join(" ")
    }

    /// The type of a parameter; none of `self`.
    fn parameter(&self, from: usize, to: usize) -> Option<String> {
        let mut at = from;
        while at < to && self.word(at) != ":" {
            at = if matches!(self.word(at), "(" | "[" | "{") { self.closing(at) + 1 } else { at + 1 };
        }
        let ty = self.words.get(at + 1..to)?;
        (!ty.is_empty()).then(|| ty.join(" "))
    }
}

/// The names that stand for modules and types, or for what another crate has, and those that macros are given, but for what is called in them.
pub(super) fn others(words: &[&str], declared: &mut Declared) {
    let word = |at: usize| words.get(at).copied().unwrap_or("");
    let (mut macros, mut foreign) = (Vec::new(), false);
    for (at, name) in words.iter().enumerate() {
        match *name {
            "(" | "[" | "{" => {
                let before = |back: usize| at.checked_sub(back).map_or("", word);
                let defines = before(3) == "macro_rules";
                let inside = macros.last().is_some_and(|inside| *inside);
                macros.push(!defines && (inside || before(1) == "!" || before(2) == "!"));
            }
            ")" | "]" | "}" => drop(macros.pop()),
            "use" => foreign = !["crate", "self", "super"].contains(&word(at + 1)),
            ";" => foreign = false,
            _ => {
                let named = at > 0
                    && ["mod", "struct", "enum", "union", "type", "trait", "as"].contains(&word(at - 1));
                if at > 0 && word(at - 1) == "mod" {
                    declared.modules.insert((*name).to_owned());
                }
                let path = word(at + 1) == ":" && word(at + 2) == ":";
                let given = macros.last() == Some(&true) && word(at + 1) != "(";
                if named || path || given || foreign {
                    declared.others.insert((*name).to_owned());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Declared, read_text};

    #[test]
    fn signatures() {
        let text = "
            #[differentiable] fn free<T: Fn(f64) -> f64>(x: [f64; 3], (a, b): (f64, f64), #[constant] f: T) -> Option<[f64; 2]> where T: Copy { None }
            impl A { fn own(&self, y: &'a [f64]) {} }
        ";
        let mut declared = Declared::default();
        read_text(text, &mut declared);
        let found = declared.signatures.into_iter();
        let found = found.map(|found| (found.name, found.parameters.join(", "), found.result));
        let own =
            |name: &str, types: &str, result: &str| (name.to_owned(), types.to_owned(), result.to_owned());
        let expected = [
            own("free", "[ f64 ; 3 ], ( f64 , f64 ), T", "Option < [ f64 ; 2 ] >"),
            own("own", "& [ f64 ]", "( )"),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}
