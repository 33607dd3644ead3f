//! Which callees are lowered in place of their calls: small differentiable functions beside the caller.
//!
//! Their types are known then, nothing is kept for the calls' sake, and what is constant in the caller is constant in them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{
    Block, ExprClosure, FnArg, GenericParam, Generics, ImplItem, ImplItemFn, ItemFn, ItemImpl, Path,
    ReceiverKind, ReturnType, Type,
};

use super::fallible::fallible;
use super::outline::{Outline, Siblings};
use super::rename::free;
use super::{aliases, elsewhere, higher, types};

/// How many tokens the callees of a function may have together, each counted once per call: a few hundred lines.
const MOST_TOKENS: usize = 5000;

/// A callee, as a closure that captures nothing.
#[derive(Clone)]
pub struct Helper {
    pub name: String,
    pub closure: ExprClosure,
    /// Whether it takes functions: then there is no other way to call it.
    pub higher: bool,
    /// What rustc is asked, of a function of another module: whether it's the one that is meant.
    pub question: Option<syn::Item>,
}

/// A candidate with what it takes.
struct Candidate {
    closure: ExprClosure,
    higher: bool,
    tokens: usize,
    /// How often it mentions which other candidates.
    mentions: BTreeMap<String, usize>,
}

/// The callees of a function that are lowered in place of their calls.
pub fn helpers(function: &ItemFn, outline: &Outline) -> Vec<Helper> {
    let mut helpers: Vec<Helper> =
        outline.beside(function).map(|siblings| among(function, siblings)).unwrap_or_default();
    for path in elsewhere::calls(function) {
        let name = elsewhere::joined(&path);
        if !helpers.iter().any(|helper| helper.name == name) {
            helpers.extend(of_another_module(&path, name));
        }
    }
    helpers
}

/// A function of another module that takes functions.
fn of_another_module(path: &Path, name: String) -> Option<Helper> {
    let function = elsewhere::find(path)?;
    let mut item = ItemFn { attrs: Vec::new(), ..function.clone() };
    aliases::write_out(&mut item, &Generics::default());
    higher::written_out(&mut item);
    is_plain(&item).then_some(())?;
    let closure = closure(&item).filter(elsewhere::is_self_contained)?;
    Some(Helper { name, closure, higher: true, question: Some(elsewhere::question(path, &function)) })
}

/// The methods of an `impl` that take functions, for calls of `self.method(..)` in it.
pub fn methods_of(block: &ItemImpl) -> Vec<Helper> {
    let methods = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) => Some(method),
        _ => None,
    });
    let helper = |method: &ImplItemFn| {
        let borrows =
            matches!(method.sig.receiver().map(|own| &own.kind), Some(ReceiverKind::Reference(_, _, None)));
        if !borrows || !higher::takes_functions(&method.sig) {
            return None;
        }
        let (name, block) = (elsewhere::of_self(&method.sig.ident), Box::new(method.block.clone()));
        let mut item = ItemFn {
            attrs: Vec::new(),
            vis: method.vis.clone(),
            modifiers: method.modifiers.clone(),
            sig: method.sig.clone(),
            block,
        };
        item.sig.inputs = item.sig.inputs.into_iter().skip(1).collect();
        higher::written_out(&mut item);
        let closure = is_plain(&item).then(|| closure(&item))??;
        Some(Helper { name, closure, higher: true, question: None })
    };
    methods.filter_map(helper).collect()
}

fn among(function: &ItemFn, siblings: &Siblings) -> Vec<Helper> {
    let own = function.sig.ident.to_string();
    let Some(whole) = closure(function) else { return Vec::new() };
    let mut candidates: BTreeMap<String, Candidate> = BTreeMap::new();
    let direct = mentions(&whole, siblings);
    let mut pending: Vec<String> = direct.keys().cloned().collect();
    while let Some(name) = pending.pop() {
        if name == own || candidates.contains_key(&name) {
            continue;
        }
        let function = siblings.function(&name).map(|mut item| {
            aliases::write_out(&mut item, &Generics::default());
            higher::written_out(&mut item);
            item
        });
        if let Some(candidate) = function.and_then(|item| candidate(&item, siblings)) {
            pending.extend(candidate.mentions.keys().cloned());
            candidates.insert(name, candidate);
        }
    }
    remove_cycles(&mut candidates, &own);
    fit(&mut candidates, &direct);
    let helper = |(name, Candidate { closure, higher, .. })| Helper { name, closure, higher, question: None };
    candidates.into_iter().map(helper).collect()
}

/// Whether a closure can stand for a function by its signature.
fn is_plain(item: &ItemFn) -> bool {
    let signature = &item.sig;
    let plain = signature.asyncness.is_none()
        && matches!(signature.safety, syn::Safety::Safe(_) | syn::Safety::Default)
        && signature.variadic.is_none()
        && signature.generics.params.iter().all(|param| matches!(param, GenericParam::Lifetime(_)));
    let by_type = |input: &FnArg| match input {
        FnArg::Typed(input) => {
            let opaque = matches!(&*input.ty, Type::ImplTrait(_)) && higher::arity(&input.ty).is_none();
            !opaque && !types::is_variable(&input.ty)
        }
        FnArg::Receiver(_) => false,
    };
    // How a function fails is its own affair, if there is another way to call it.
    let fails = matches!(&signature.output, ReturnType::Type(_, ty) if fallible(ty).is_some());
    plain && signature.inputs.iter().all(by_type) && (!fails || higher::takes_functions(signature))
}

/// A function as a candidate, if a closure can stand for it.
fn candidate(item: &ItemFn, siblings: &Siblings) -> Option<Candidate> {
    if !is_plain(item) {
        return None;
    }
    let closure = closure(item)?;
    let mentions = mentions(&closure, siblings);
    let higher = higher::takes_functions(&item.sig);
    Some(Candidate { tokens: length(item.block.to_token_stream()), closure, higher, mentions })
}

/// The function as a closure, if its names mean what they mean beside it.
fn closure(item: &ItemFn) -> Option<ExprClosure> {
    let (inputs, output, body) = (&item.sig.inputs, &item.sig.output, &item.block);
    if has_items(body) { None } else { syn::parse2(quote!(|#inputs| #output #body)).ok() }
}

/// How often which siblings are mentioned.
fn mentions(closure: &ExprClosure, siblings: &Siblings) -> BTreeMap<String, usize> {
    fn collect(tokens: TokenStream, found: &mut BTreeMap<String, usize>) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if let Some(count) = found.get_mut(&ident.to_string()) {
                        *count += 1;
                    }
                }
                TokenTree::Group(group) => collect(group.stream(), found),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
    let free = free(closure).into_iter().filter(|name| siblings.has(name));
    let mut found = free.map(|name| (name, 0)).collect();
    collect(closure.body.to_token_stream(), &mut found);
    found
}

fn length(tokens: TokenStream) -> usize {
    let inner = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + length(group.stream()),
        _ => 1,
    };
    tokens.into_iter().map(inner).sum()
}

/// Whether a block has items, which may give names another meaning.
fn has_items(block: &Block) -> bool {
    struct Items(bool);
    impl<'ast> Visit<'ast> for Items {
        fn visit_item(&mut self, _: &'ast syn::Item) {
            self.0 = true;
        }
    }
    let mut items = Items(false);
    visit::visit_block(&mut items, block);
    items.0
}

/// Removes what calls itself, or the caller, on some way.
fn remove_cycles(candidates: &mut BTreeMap<String, Candidate>, own: &str) {
    let comes_back = |start: &String| {
        let mut visited = BTreeSet::new();
        let mut pending: Vec<&String> = vec![start];
        while let Some(name) = pending.pop() {
            for next in candidates.get(name).into_iter().flat_map(|candidate| candidate.mentions.keys()) {
                if next == start || next == own {
                    return true;
                }
                if visited.insert(next) {
                    pending.push(next);
                }
            }
        }
        false
    };
    let recursive: Vec<String> = candidates.keys().filter(|name| comes_back(name)).cloned().collect();
    recursive.iter().for_each(|name| drop(candidates.remove(name)));
}

/// Removes the largest until the rest fits.
fn fit(candidates: &mut BTreeMap<String, Candidate>, direct: &BTreeMap<String, usize>) {
    loop {
        let mut sizes = BTreeMap::new();
        let total = size(direct, candidates, &mut sizes);
        if total <= MOST_TOKENS {
            candidates.retain(|name, _| sizes.contains_key(name));
            return;
        }
        let lowered = |name: &String| candidates.get(name).is_some_and(|candidate| !candidate.higher);
        let removable = sizes.iter().filter(|(name, _)| lowered(name));
        let Some(largest) = removable.max_by_key(|(_, size)| **size).map(|(name, _)| name.clone()) else {
            return;
        };
        candidates.remove(&largest);
    }
}

/// How many tokens stand for these mentions.
fn size(
    mentions: &BTreeMap<String, usize>,
    candidates: &BTreeMap<String, Candidate>,
    sizes: &mut BTreeMap<String, usize>,
) -> usize {
    let mut total: usize = 0;
    for (name, count) in mentions {
        let Some(candidate) = candidates.get(name) else { continue };
        let one = match sizes.get(name) {
            Some(one) => *one,
            None => {
                let one = candidate.tokens.saturating_add(size(&candidate.mentions, candidates, sizes));
                sizes.insert(name.clone(), one);
                one
            }
        };
        total = total.saturating_add(one.saturating_mul(*count));
    }
    total
}
