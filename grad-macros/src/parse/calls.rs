//! Who calls whom: a function that can come back to itself has a pair whose type would contain itself, so it's boxed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use syn::visit::{self, Visit};
use syn::{ExprCall, ExprMethodCall};

use super::Function;

/// The annotated functions of this crate that were expanded so far, by name, and the names that each calls. Of the functions of a
/// cycle, the last to be expanded closes it and is boxed, which is enough. Two functions of one name are taken for one:
/// at worst a pair is boxed that needn't be.
static SEEN: Mutex<BTreeMap<String, BTreeSet<String>>> = Mutex::new(BTreeMap::new());

/// Whether the function calls itself, directly or through functions that were expanded before.
pub fn is_recursive(function: &Function) -> bool {
    let mut calls = Calls::default();
    calls.visit_block(&function.block);
    let name = function.original.sig.ident.to_string();
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.entry(name.clone()).or_default().append(&mut calls.names.clone());
    comes_back(&seen, &name, calls.names)
}

/// Whether one of the functions in `pending` is `name`, or calls it on some way.
fn comes_back(seen: &BTreeMap<String, BTreeSet<String>>, name: &str, pending: BTreeSet<String>) -> bool {
    let mut visited = BTreeSet::new();
    let mut pending: Vec<String> = pending.into_iter().collect();
    while let Some(callee) = pending.pop() {
        if callee == name {
            return true;
        }
        if visited.insert(callee.clone()) {
            pending.extend(seen.get(&callee).into_iter().flatten().cloned());
        }
    }
    false
}

/// The names of the functions and methods that are called.
#[derive(Default)]
struct Calls {
    names: BTreeSet<String>,
}

impl<'a> Visit<'a> for Calls {
    fn visit_expr_call(&mut self, call: &'a ExprCall) {
        if let syn::Expr::Path(path) = &*call.func
            && let Some(last) = path.path.segments.last()
        {
            self.names.insert(last.ident.to_string());
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_method_call(&mut self, call: &'a ExprMethodCall) {
        self.names.insert(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }
}
