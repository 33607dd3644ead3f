//! The sections of a static library and who needs whom: the graph that a linker walks to throw the rest away.

use std::collections::{BTreeSet, HashMap};

use object::{
    Object, ObjectSection, ObjectSymbol, RelocationTarget, SectionIndex, SectionKind, SymbolKind,
    read::{File, archive::ArchiveFile},
};

/// Anything that can go wrong with a file.
pub type Error = Box<dyn std::error::Error>;

/// A section: a function or a constant, as the compiler gives each a section of its own.
pub struct Section {
    /// What it defines, demangled; the section's own name where that is nothing.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    needs: Vec<Need>,
}

enum Need {
    Here(usize),
    Named(String),
}

/// Where the sections of one object stand in the graph.
type Indices = HashMap<SectionIndex, usize>;

/// All sections of a library that occupy memory.
pub struct Graph {
    sections: Vec<Section>,
    definitions: HashMap<String, usize>,
}

/// What can be reached from a function.
pub struct Reach<'a> {
    /// The sections, the largest first.
    pub sections: Vec<&'a Section>,
    /// The symbols that no object of the library defines.
    pub undefined: BTreeSet<String>,
}

impl Graph {
    /// Reads the objects of a static library.
    ///
    /// # Errors
    ///
    /// Fails on a file that is no archive of object files; members that are something else are skipped.
    pub fn read(data: &[u8]) -> Result<Self, Error> {
        let mut graph = Self { sections: Vec::new(), definitions: HashMap::new() };
        let archive = ArchiveFile::parse(data)?;
        for member in archive.members() {
            if let Ok(file) = File::parse(member?.data(data)?) {
                graph.add(&file)?;
            }
        }
        Ok(graph)
    }

    fn add(&mut self, file: &File) -> Result<(), Error> {
        let indices = self.add_sections(file)?;
        for symbol in file.symbols().filter(ObjectSymbol::is_definition) {
            if let Some(&index) = symbol.section_index().and_then(|section| indices.get(&section)) {
                self.define(index, &symbol)?;
            }
        }
        for (&section, &index) in &indices {
            for (_, relocation) in file.section_by_index(section)?.relocations() {
                if let RelocationTarget::Symbol(symbol) = relocation.target() {
                    let need = need(&file.symbol_by_index(symbol)?, &indices)?;
                    self.sections[index].needs.extend(need);
                }
            }
        }
        Ok(())
    }

    fn add_sections(&mut self, file: &File) -> Result<Indices, Error> {
        let mut indices = Indices::new();
        for section in file.sections().filter(|section| occupies_memory(section.kind())) {
            indices.insert(section.index(), self.sections.len());
            let name = section.name()?.to_owned();
            self.sections.push(Section { name, size: section.size(), needs: Vec::new() });
        }
        Ok(indices)
    }

    fn define<'data>(&mut self, index: usize, symbol: &impl ObjectSymbol<'data>) -> Result<(), Error> {
        let name = symbol.name()?;
        if matches!(symbol.kind(), SymbolKind::Text | SymbolKind::Data) && !name.starts_with('$') {
            self.sections[index].name = format!("{:#}", rustc_demangle::demangle(name));
        }
        if symbol.is_global() {
            self.definitions.entry(name.to_owned()).or_insert(index);
        }
        Ok(())
    }

    /// Everything that `root` needs, itself included.
    ///
    /// # Errors
    ///
    /// Fails where the library doesn't define `root`.
    pub fn reach(&self, root: &str) -> Result<Reach<'_>, Error> {
        let start = *self.definitions.get(root).ok_or_else(|| format!("`{root}` isn't defined"))?;
        let mut seen = BTreeSet::from([start]);
        let mut undefined = BTreeSet::new();
        let mut waiting = vec![start];
        while let Some(index) = waiting.pop() {
            for need in &self.sections[index].needs {
                match self.resolve(need) {
                    Ok(next) if seen.insert(next) => waiting.push(next),
                    Ok(_) => {}
                    Err(name) => {
                        undefined.insert(name.to_owned());
                    }
                }
            }
        }
        let mut sections: Vec<_> = seen.into_iter().map(|index| &self.sections[index]).collect();
        sections.sort_by_key(|section| std::cmp::Reverse(section.size));
        Ok(Reach { sections, undefined })
    }

    fn resolve<'a>(&self, need: &'a Need) -> Result<usize, &'a str> {
        match need {
            Need::Here(index) => Ok(*index),
            Need::Named(name) => self.definitions.get(name).copied().ok_or(name),
        }
    }
}

/// What a relocation against `symbol` asks for; `None` for what takes no memory, such as a debug section.
fn need<'data>(symbol: &impl ObjectSymbol<'data>, indices: &Indices) -> Result<Option<Need>, Error> {
    let here = symbol.section_index().and_then(|section| indices.get(&section));
    Ok(match here {
        Some(&index) => Some(Need::Here(index)),
        None if symbol.is_undefined() => Some(Need::Named(symbol.name()?.to_owned())),
        None => None,
    })
}

fn occupies_memory(kind: SectionKind) -> bool {
    matches!(
        kind,
        SectionKind::Text
            | SectionKind::Data
            | SectionKind::ReadOnlyData
            | SectionKind::ReadOnlyDataWithRel
            | SectionKind::ReadOnlyString
            | SectionKind::UninitializedData
    )
}
