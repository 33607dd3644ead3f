//! The outline of a source file: which functions stand side by side, so that a call of one in another is sure to mean it.
//!
//! A function of a module (or of a block) can be called by its bare name in its siblings, and what its body names means the
//! same there. That is all it takes to lower the body of a callee in place of its call; where any doubt is left, the caller
//! knows of no siblings.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, File, ImplItemFn, ItemFn, ItemMod, Meta, TraitItemFn};

use super::conditional;

/// The functions of a file.
#[derive(Default)]
pub struct Outline {
    scopes: Vec<Siblings>,
    /// How many functions of a name the syntax shows.
    shown: HashMap<String, usize>,
    /// How often `fn name` is written, in macros as well.
    written: HashMap<String, usize>,
}

/// The functions of one module or block, by name.
#[derive(Default)]
pub struct Siblings {
    /// The module, if it has a name in the file.
    module: Option<String>,
    functions: BTreeMap<String, Vec<Sibling>>,
}

/// A function of a scope. It's kept as text: what the compiler made of it in one expansion means nothing in the next.
struct Sibling {
    signature_and_body: String,
    /// The function, if it is differentiable as it is written.
    source: Option<String>,
}

impl Outline {
    /// Of a file, which is read once.
    pub fn of_file(path: &Path) -> Option<Rc<Self>> {
        thread_local! {
            static KNOWN: RefCell<HashMap<PathBuf, Option<Rc<Outline>>>> = RefCell::default();
        }
        KNOWN.with(|known| {
            let mut known = known.borrow_mut();
            let read = || Self::of_text(&std::fs::read_to_string(path).ok()?).map(Rc::new);
            known.entry(path.to_owned()).or_insert_with(read).clone()
        })
    }

    /// Of source text.
    pub fn of_text(text: &str) -> Option<Self> {
        let file: File = syn::parse_str(text).ok()?;
        let mut outline = Self::default();
        count(file.to_token_stream(), &mut outline.written);
        let mut reader = Reader { outline, open: Vec::new() };
        reader.scope(None, |reader| visit::visit_file(reader, &file));
        Some(reader.outline)
    }

    /// The differentiable functions of this name in all modules, with the names of the modules in the file that they stand in.
    pub fn functions(&self, name: &str) -> Vec<(Option<&String>, ItemFn)> {
        self.scopes.iter().filter_map(|scope| Some((scope.module.as_ref(), scope.function(name)?))).collect()
    }

    /// What stands beside a function; `None` where it isn't sure which function of the file it is.
    pub fn beside(&self, function: &ItemFn) -> Option<&Siblings> {
        let name = function.sig.ident.to_string();
        // A macro may write a function of this name elsewhere, among other siblings.
        if self.written.contains_key("$") || self.written.get(&name) != self.shown.get(&name) {
            return None;
        }
        let own = signature_and_body(function);
        let is_own = |sibling: &&Sibling| sibling.signature_and_body == own;
        let mut homes = self.scopes.iter().flat_map(|scope| {
            let functions = scope.functions.get(&name).map_or(&[][..], Vec::as_slice);
            functions.iter().filter(is_own).map(move |_| scope)
        });
        let home = homes.next()?;
        homes.next().is_none().then_some(home)
    }
}

impl Siblings {
    /// The differentiable function of this name.
    pub fn function(&self, name: &str) -> Option<ItemFn> {
        match self.functions.get(name)?.as_slice() {
            [Sibling { source: Some(source), .. }] => syn::parse_str(source).ok(),
            _ => None,
        }
    }

    /// Whether there is a differentiable function of this name.
    pub fn has(&self, name: &str) -> bool {
        matches!(self.functions.get(name).map(Vec::as_slice), Some([Sibling { source: Some(_), .. }]))
    }
}

/// Counts what follows each `fn`.
fn count(tokens: TokenStream, written: &mut HashMap<String, usize>) {
    let mut after_fn = false;
    for token in tokens {
        match &token {
            TokenTree::Ident(ident) if after_fn => *written.entry(ident.to_string()).or_default() += 1,
            TokenTree::Punct(punct) if after_fn && punct.as_char() == '$' => {
                *written.entry("$".to_owned()).or_default() += 1;
            }
            TokenTree::Group(group) => count(group.stream(), written),
            _ => {}
        }
        after_fn = matches!(&token, TokenTree::Ident(ident) if ident == "fn");
    }
}

/// What tells a function from others of its name, without the spaces, which depend on where the tokens come from.
pub fn signature_and_body(function: &ItemFn) -> String {
    let (signature, body) = (&function.sig, &function.block);
    let text = format!("{}{}", signature.to_token_stream(), body.to_token_stream());
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

/// Reads an outline off the syntax.
struct Reader {
    outline: Outline,
    /// The scopes around, innermost last.
    open: Vec<Siblings>,
}

impl Reader {
    fn scope(&mut self, module: Option<String>, inside: impl FnOnce(&mut Self)) {
        self.open.push(Siblings { module, ..Siblings::default() });
        inside(self);
        self.outline.scopes.extend(self.open.pop().filter(|scope| !scope.functions.is_empty()));
    }

    fn show(&mut self, name: &Ident) {
        *self.outline.shown.entry(name.to_string()).or_default() += 1;
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.scope(Some(module.ident.to_string()), |reader| visit::visit_item_mod(reader, module));
    }

    fn visit_block(&mut self, block: &'ast Block) {
        let module = self.open.last().and_then(|scope| scope.module.clone());
        self.scope(module, |reader| visit::visit_block(reader, block));
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.show(&function.sig.ident);
        if let Some(scope) = self.open.last_mut() {
            let source = is_as_written(function).then(|| {
                let bare = ItemFn { attrs: Vec::new(), ..function.clone() };
                bare.to_token_stream().to_string()
            });
            let sibling = Sibling { signature_and_body: signature_and_body(function), source };
            scope.functions.entry(function.sig.ident.to_string()).or_default().push(sibling);
        }
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.show(&function.sig.ident);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        self.show(&function.sig.ident);
        visit::visit_trait_item_fn(self, function);
    }
}

/// Whether the function is there whatever the configuration, and its derivative is that of its body.
fn is_as_written(function: &ItemFn) -> bool {
    let mut annotated = false;
    for attribute in &function.attrs {
        let name = attribute.path().segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        match (name.as_str(), &attribute.meta) {
            ("differentiable", Meta::Path(_)) => annotated = true,
            ("differentiable", Meta::List(list)) => {
                annotated = list.tokens.to_string().starts_with("order");
            }
            // `#[inline(never)]` is a wish that can be granted.
            ("inline", Meta::List(list)) if list.tokens.to_string() == "never" => return false,
            ("cfg" | "cfg_attr" | "cold" | "test", _) => return false,
            _ => {}
        }
    }
    annotated && !conditional::is_conditional(function)
}
