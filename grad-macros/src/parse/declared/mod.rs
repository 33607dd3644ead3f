//! What the sources of the crate declare: fields of structs with a derivative, methods with and without one. Expansions come in an order of
//! rustc's own, so that a function may be expanded before the struct that it reads, or the method that it calls; the text is there.
//!
//! The text is taken apart by hand, without errors: a file may hold anything, and needn't even belong to the crate.

mod header;
mod signature;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

pub use self::header::Home;
pub use self::signature::Signature;
use super::words::words;

/// A field of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub owner: String,
    /// The parameters of the struct that aren't lifetimes, by their names.
    pub parameters: Vec<String>,
    /// Whether the struct derives `Differentiable`.
    pub derives: bool,
    /// Its name, or its number.
    pub name: String,
    /// Its type, if it's constant.
    pub constant: Option<String>,
    pub ty: String,
}

/// What a variant of an enum that derives `Differentiable` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    pub owner: String,
    pub variant: String,
    /// Its name, or its number.
    pub name: String,
    pub ty: String,
}

/// A method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    pub name: String,
    /// `self`, `&self` or `&mut self`, without the spaces and lifetimes.
    pub receiver: String,
    /// Whether it has derivatives.
    pub annotated: bool,
    pub home: Home,
}

/// What one or several files declare.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Declared {
    pub fields: Vec<Field>,
    pub payloads: Vec<Payload>,
    pub methods: Vec<Method>,
    /// The structs and enums, and whether they have derivatives, as far as is seen.
    pub types: Vec<(String, bool)>,
    /// The enums without derivatives whose variants hold nothing.
    pub bare_enums: Vec<String>,
    /// The traits' `impl`s.
    pub implementations: Vec<Home>,
    pub signatures: Vec<Signature>,
    /// Names that stand for something besides functions and values: modules, types, or what a macro is given.
    pub others: BTreeSet<String>,
    /// The modules.
    pub modules: BTreeSet<String>,
    /// Aliases of types without parameters, outside of blocks.
    pub aliases: Vec<(String, String)>,
}

/// The files and folders that were read.
static READ: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Reads the sources around a file, once: all that may belong to the same crate, file by file.
pub fn around(file: &Path) -> Vec<(PathBuf, Declared)> {
    let sources = sources_of(file);
    let mut all = Vec::new();
    if READ.lock().unwrap_or_else(PoisonError::into_inner).insert(sources.clone()) {
        read(&sources, &mut all);
    }
    all
}

/// Reads all sources once more, before something is refused because of them: in an editor they change while the macro stays.
pub fn again() -> Vec<(PathBuf, Declared)> {
    let mut all = Vec::new();
    READ.lock().unwrap_or_else(PoisonError::into_inner).iter().for_each(|path| read(path, &mut all));
    all
}

/// The files that may belong to the same crate as this one.
pub fn files(file: &Path) -> Vec<PathBuf> {
    fn collect(path: &Path, all: &mut Vec<PathBuf>) {
        if path.is_dir() {
            let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
            entries.for_each(|entry| collect(&entry.path(), all));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push(path.to_owned());
        }
    }
    let mut all = Vec::new();
    collect(&sources_of(file), &mut all);
    all
}

/// The folder `src` around the file, or the folder of the file; a test or an example is a crate of one file.
fn sources_of(file: &Path) -> PathBuf {
    let is = |folder: &Path, names: &[&str]| {
        names.iter().any(|name| folder.file_name().is_some_and(|own| own == *name))
    };
    let around = file.ancestors().skip(1).find(|folder| is(folder, &["src"])).or_else(|| file.parent());
    let alone = |folder: &&Path| !is(folder, &["tests", "examples", "benches"]);
    around.filter(alone).unwrap_or(file).to_owned()
}

fn read(path: &Path, all: &mut Vec<(PathBuf, Declared)>) {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.for_each(|entry| read(&entry.path(), all));
    } else if path.extension().is_some_and(|extension| extension == "rs")
        && let Ok(text) = std::fs::read_to_string(path)
    {
        let mut declared = Declared::default();
        read_text(&text, &mut declared);
        all.push((path.to_owned(), declared));
    }
}

/// Reads one file.
pub fn read_text(text: &str, declared: &mut Declared) {
    if ["ifferentiable", "type ", "impl", "fn "].iter().any(|word| text.contains(word)) {
        let words = words(text);
        signature::others(&words, declared);
        let module = Block { annotated: false, open: true, in_macro: false, home: None };
        Reader { words: &words, declared }.items(0, words.len(), &module);
    }
}

/// What surrounds items.
struct Block {
    /// Whether it says that its methods have derivatives.
    annotated: bool,
    /// Whether the aliases in it are those of a module.
    open: bool,
    /// Whether a macro may make anything of it.
    in_macro: bool,
    /// Whose methods it holds, if it's an `impl` or a `trait`.
    home: Option<Home>,
}

struct Reader<'a> {
    words: &'a [&'a str],
    declared: &'a mut Declared,
}

impl<'a> Reader<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.words.get(at).copied().unwrap_or("")
    }

    /// Where what is opened at a word is closed.
    fn closing(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for at in open..self.words.len() {
            match self.word(at) {
                "(" | "[" | "{" => depth += 1,
                ")" | "]" | "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return at;
            }
        }
        self.words.len()
    }

    /// The items between two words.
    fn items(&mut self, from: usize, to: usize, block: &Block) {
        let (mut derives, mut marked, mut module, mut function) = (false, false, false, false);
        let mut plain = !block.in_macro;
        let mut home = None;
        let mut at = from;
        while at < to {
            match self.word(at) {
                "#" if self.word(at + 1) == "[" => {
                    let end = self.closing(at + 1);
                    let inside = self.words.get(at + 2..end).unwrap_or(&[]);
                    derives |= inside.first() == Some(&"derive") && inside.contains(&"Differentiable");
                    marked |= inside.contains(&"differentiable");
                    plain &= leaves_types_alone(inside);
                    at = end;
                }
                "struct" | "enum" | "union" => {
                    self.declared.types.push((self.word(at + 1).to_owned(), derives || !plain));
                    match self.word(at) {
                        "struct" => self.structure(at + 1, derives),
                        "enum" if derives => self.enumeration(at + 1),
                        _ => {}
                    }
                    if !derives && self.word(at) == "enum" && self.holds_nothing(at + 2) {
                        self.declared.bare_enums.push(self.word(at + 1).to_owned());
                    }
                    (derives, marked, plain) = (false, false, !block.in_macro);
                }
                "fn" => {
                    let bare = plain && !marked && !block.annotated;
                    self.signature(at + 1, bare, block.home.is_some());
                    self.method(at + 1, block.annotated || marked, block.home.as_ref());
                    (derives, marked, function, plain) = (false, false, true, !block.in_macro);
                }
                "mod" => module = true,
                "type" if block.open => self.alias(at + 1),
                "impl" if !function && home.is_none() => {
                    home = self.implementation(at + 1);
                    self.declared.implementations.extend(home.clone().filter(|home| home.of.is_some()));
                }
                "trait" if !function => home = Some(self.definition(at + 1)),
                "{" => {
                    let end = self.closing(at);
                    let named = at.saturating_sub(2);
                    let inner = Block {
                        annotated: marked,
                        open: block.open && module,
                        in_macro: block.in_macro || (named..at).any(|before| self.word(before) == "!"),
                        home: home.take(),
                    };
                    self.items(at + 1, end.min(to), &inner);
                    (derives, marked, module, function, at) = (false, false, false, false, end);
                    plain = !block.in_macro;
                }
                ";" => {
                    (derives, marked, module, function) = (false, false, false, false);
                    (home, plain) = (None, !block.in_macro);
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// What follows a name's generic parameters.
    fn after_generics(&self, mut at: usize) -> usize {
        if self.word(at) != "<" {
            return at;
        }
        let mut depth = 0_usize;
        loop {
            match self.word(at) {
                "<" => depth += 1,
                ">" if self.word(at - 1) != "-" => depth -= 1,
                "" => return at,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                return at;
            }
        }
    }

    /// Where a type's fields or variants are opened, behind its name and parameters.
    fn opened(&self, name: usize) -> usize {
        let mut open = self.after_generics(name + 1);
        while !matches!(self.word(open), "{" | "(" | ";" | "") {
            open += 1;
        }
        open
    }

    fn structure(&mut self, name: usize, derives: bool) {
        let owner = self.word(name).to_owned();
        let parameters = self.parameters(name + 1);
        for (name, ty, constant) in self.fields(self.opened(name)) {
            let constant = constant.then(|| ty.clone());
            let (owner, parameters) = (owner.clone(), parameters.clone());
            self.declared.fields.push(Field { owner, parameters, derives, name, constant, ty });
        }
    }

    /// The names of the generic parameters that are opened here, without lifetimes.
    fn parameters(&self, open: usize) -> Vec<String> {
        let end = self.after_generics(open);
        let parts = if end > open { self.parts(open + 1, end - 1) } else { Vec::new() };
        let name = |(from, _): (usize, usize)| match (self.word(from), self.word(from + 1)) {
            ("const", name) | (name, _) => name.to_owned(),
        };
        // Lifetimes are no words.
        parts.into_iter().map(name).filter(|name| name != ":").collect()
    }

    fn enumeration(&mut self, name: usize) {
        let open = self.opened(name);
        for (from, _) in self.parts(open + 1, self.closing(open)) {
            let variant = self.after_attributes(from);
            if matches!(self.word(variant + 1), "(" | "{") {
                for (field, ty, _) in self.fields(variant + 1) {
                    let (owner, variant) = (self.word(name).to_owned(), self.word(variant).to_owned());
                    self.declared.payloads.push(Payload { owner, variant, name: field, ty });
                }
            }
        }
    }

    /// The fields in a bracket that opens here: their names or numbers, their types, and whether they are constant.
    fn fields(&self, open: usize) -> Vec<(String, String, bool)> {
        let named = self.word(open) == "{";
        let parts = self.parts(open + 1, self.closing(open)).into_iter().enumerate();
        let field = |(number, (from, to)): (usize, (usize, usize))| {
            let (name, ty, constant) = self.field(from, to, named)?;
            Some((name.unwrap_or_else(|| number.to_string()), ty, constant))
        };
        parts.filter_map(field).collect()
    }

    fn after_attributes(&self, mut at: usize) -> usize {
        while self.word(at) == "#" {
            at = self.closing(at + 1) + 1;
        }
        at
    }

    /// Whether the variants of an enum, in braces from here, are but names; they may have values and attributes.
    fn holds_nothing(&self, open: usize) -> bool {
        let parts = self.parts(open + 1, self.closing(open));
        let is_name = |(from, to): (usize, usize)| {
            let from = self.after_attributes(from);
            from + 1 == to || self.word(from + 1) == "="
        };
        self.word(open) == "{" && parts.into_iter().all(is_name)
    }

    /// What is between commas.
    fn parts(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let (mut parts, mut start, mut at, mut angles) = (Vec::new(), from, from, 0_usize);
        while at < to {
            match self.word(at) {
                "(" | "[" | "{" => at = self.closing(at),
                "<" => angles += 1,
                ">" if self.word(at - 1) != "-" => angles = angles.saturating_sub(1),
                "," if angles == 0 => {
                    parts.push((start, at));
                    start = at + 1;
                }
                _ => {}
            }
            at += 1;
        }
        parts.push((start, to));
        parts.retain(|(from, to)| from < to);
        parts
    }

    /// A field's name, if it has one, its type, and whether it's constant.
    fn field(&self, mut at: usize, to: usize, named: bool) -> Option<(Option<String>, String, bool)> {
        let mut constant = false;
        loop {
            match self.word(at) {
                "#" => {
                    let end = self.closing(at + 1);
                    constant |= self.word(at + 2) == "constant";
                    at = end + 1;
                }
                "pub" if self.word(at + 1) == "(" => at = self.closing(at + 1) + 1,
                "pub" => at += 1,
                _ => break,
            }
        }
        let name = named.then(|| self.word(at).to_owned());
        let ty = self.words.get(if named { at + 2 } else { at }..to)?;
        constant |= never_differentiable(ty);
        Some((name, ty.join(" "), constant))
    }

    fn alias(&mut self, name: usize) {
        let end = (name..self.words.len()).find(|at| self.word(*at) == ";");
        if let Some(end) = end
            && self.word(name + 1) == "="
        {
            let ty = self.words.get(name + 2..end).unwrap_or(&[]).join(" ");
            // The `;` of an array.
            let whole = if ty.contains('[') && !ty.contains(']') { self.array(name + 2) } else { Some(ty) };
            self.declared.aliases.extend(whole.map(|ty| (self.word(name).to_owned(), ty)));
        }
    }

    /// The array type that starts here, if nothing follows it.
    fn array(&self, from: usize) -> Option<String> {
        let end = self.closing(from);
        (self.word(end + 1) == ";").then(|| self.words.get(from..=end).unwrap_or(&[]).join(" "))
    }

    /// A method: the block around says whose, where its header was understood.
    fn method(&mut self, name: usize, annotated: bool, home: Option<&Home>) {
        let open = self.after_generics(name + 1);
        if self.word(open) != "(" || !(annotated || home.is_some()) {
            return;
        }
        let end = self.closing(open);
        let receiver: String = self
            .words
            .get(open + 1..end)
            .unwrap_or(&[])
            .iter()
            .take_while(|word| **word != "," && **word != ":")
            .filter(|word| matches!(**word, "&" | "mut" | "self"))
            .copied()
            .collect();
        if receiver.ends_with("self") {
            let receiver = if receiver == "mutself" { "self".to_owned() } else { receiver };
            let home = home.cloned().unwrap_or_default();
            self.declared.methods.push(Method {
                name: self.word(name).to_owned(),
                receiver,
                annotated,
                home,
            });
        }
    }
}

/// Whether an attribute says nothing of derivatives, and isn't a macro that may.
fn leaves_types_alone(attribute: &[&str]) -> bool {
    const KNOWN: [&str; 15] = [
        "allow",
        "cfg",
        "cfg_attr",
        "cold",
        "deprecated",
        "derive",
        "doc",
        "expect",
        "inline",
        "must_use",
        "non_exhaustive",
        "repr",
        "serde",
        "track_caller",
        "warn",
    ];
    attribute.first().is_some_and(|name| KNOWN.contains(name)) && !attribute.contains(&"Differentiable")
}

/// The types whose values never carry a derivative, as the derive knows them.
fn never_differentiable(ty: &[&str]) -> bool {
    match ty {
        [name] => super::types::NEVER_DIFFERENTIABLE.contains(name),
        ["&", rest @ ..] => rest.last() == Some(&"str"),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
