//! What the compiler writes, shown: for each function in `expand/` the items that compute something, formatted.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p grad-macros snapshots` writes them anew; read the difference before it's committed.

use std::path::{Path, PathBuf};

use syn::{ImplItem, Item, ItemFn};

/// The items that are more than a call of another one.
const SHOWN: [&str; 6] = ["grad_into", "forward", "jvp", "value_and_jacobian", "hvp_into", "__both"];

#[test]
fn expansions_are_as_shown() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/expand");
    let mut sources: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    sources.sort();
    assert!(sources.len() >= 30, "there are at least thirty functions");
    let differing: Vec<String> = sources.iter().filter_map(|source| difference(source)).collect();
    assert!(differing.is_empty(), "{}", differing.join("\n\n"));
}

/// What differs from the snapshot, if anything.
fn difference(source: &Path) -> Option<String> {
    let text = std::fs::read_to_string(source).expect("the source can be read");
    crate::parse::learn_from(source);
    let expanded = expand(&text);
    let snapshot = source.with_extension("expanded");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&snapshot, &expanded).expect("the snapshot can be written");
        return None;
    }
    let known = std::fs::read_to_string(&snapshot).unwrap_or_default();
    (known != expanded).then(|| format!("{} now expands to:\n{expanded}", source.display()))
}

/// The shown items of the first function of a file, formatted.
fn expand(text: &str) -> String {
    let file: syn::File = syn::parse_str(text).expect("the source is Rust");
    let Some(Item::Fn(function)) = file.items.first() else { panic!("the source starts with a function") };
    let mut function: ItemFn = function.clone();
    let attribute = function.attrs.remove(0);
    let arguments = match attribute.meta {
        syn::Meta::List(list) => list.tokens,
        _ => proc_macro2::TokenStream::new(),
    };
    let outline = crate::parse::Outline::of_text(text);
    let tokens = crate::expand::differentiable(arguments, &quote::quote!(#function), outline.as_ref());
    let mut file: syn::File = syn::parse2(tokens).expect("the expansion is Rust");
    file.items.retain_mut(|item| match item {
        Item::Impl(block) if block.trait_.is_none() => {
            block.attrs.clear();
            block.items.retain_mut(shown);
            true
        }
        Item::Macro(item) => item.mac.path.segments.last().is_some_and(|last| last.ident == "compile_error"),
        _ => false,
    });
    prettyplease::unparse(&file)
}

fn shown(item: &mut ImplItem) -> bool {
    let ImplItem::Fn(item) = item else { return false };
    item.attrs.clear();
    SHOWN.iter().any(|name| item.sig.ident == name)
}
