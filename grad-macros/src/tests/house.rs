//! The architecture, held by tests: who may import whom, and that every message has its test.

use std::path::{Path, PathBuf};

use crate::diag::Message;

/// Who may import whom: a folder, and the folders that it may name.
const LAYERS: [(&str, &[&str]); 9] = [
    ("ir", &[]),
    ("diag", &[]),
    ("parse", &["ir", "diag"]),
    ("lower", &["ir", "diag", "parse"]),
    ("rules", &["ir"]),
    ("analysis", &["ir", "diag", "rules"]),
    ("simplify", &["ir"]),
    ("transform", &["ir", "analysis", "rules", "simplify", "parse"]),
    ("emit", &["ir", "parse", "transform"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// Whether a file is a test or the data of one.
fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests"))
}

#[test]
fn layers_import_only_what_is_below_them() {
    let all: Vec<&str> = LAYERS.iter().map(|(name, _)| *name).collect();
    for (layer, allowed) in LAYERS {
        for path in sources(&root().join(layer)).into_iter().filter(|path| !is_test(path)) {
            let text = std::fs::read_to_string(&path).expect("the source can be read");
            for other in all.iter().filter(|other| **other != layer && !allowed.contains(other)) {
                assert!(
                    !text.contains(&format!("crate::{other}")),
                    "{} may not import `{other}`",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn quote_is_known_to_emit_alone() {
    for layer in ["ir", "rules", "analysis", "transform", "simplify"] {
        for path in sources(&root().join(layer)).into_iter().filter(|path| !is_test(path)) {
            let text = std::fs::read_to_string(&path).expect("the source can be read");
            assert!(
                !text.replace("parse_quote!(", "").contains("quote!("),
                "{} makes tokens",
                path.display()
            );
        }
    }
}

#[test]
fn every_message_has_a_test_of_its_own() {
    // These can't be had from source text: a bug of ours, and what the parser refuses before us.
    let unreachable = ["internal", "variadic_function", "not_supported_yet", "pattern"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui/messages");
    for name in Message::NAMES.iter().filter(|name| !unreachable.contains(name)) {
        assert!(folder.join(format!("{name}.rs")).exists(), "there is no test of the message `{name}`");
        assert!(
            folder.join(format!("{name}.stderr")).exists(),
            "the test of the message `{name}` expects nothing"
        );
    }
}

#[test]
fn every_program_of_the_corpus_is_run() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the source can be read");
    let mounted = read("programs.rs") + &read("../corpus.rs");
    for entry in std::fs::read_dir(&folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if let Some(name) = path.file_stem().filter(|_| path.is_file()) {
            let name = name.to_string_lossy();
            assert!(mounted.contains(&format!("mod {name};")), "the programs of `{name}` aren't run");
        }
    }
}
