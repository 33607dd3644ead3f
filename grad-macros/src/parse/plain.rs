//! Functions of the sources without a derivative. To call one with an active value is refused in the user's words: rustc would look for a
//! module of its name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use syn::Path;

use super::declared::{self, Declared};

static SEEN: Mutex<Seen> = Mutex::new(Seen { functions: BTreeMap::new(), modules: BTreeSet::new() });

struct Seen {
    /// By name, whether nothing of that name can have a derivative.
    functions: BTreeMap<String, bool>,
    modules: BTreeSet<String>,
}

/// What the sources declare.
pub fn declare<'a>(all: impl Iterator<Item = &'a Declared>) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    all.for_each(|declared| seen.add(declared));
}

/// Whether a path names functions of the sources, and nothing of that name can have a derivative.
pub fn is(path: &Path) -> bool {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.is_plain(path) && {
        *seen = Seen { functions: BTreeMap::new(), modules: BTreeSet::new() };
        declared::again().iter().for_each(|(_, declared)| seen.add(declared));
        seen.is_plain(path)
    }
}

impl Seen {
    fn add(&mut self, declared: &Declared) {
        for signature in &declared.signatures {
            *self.functions.entry(signature.name.clone()).or_insert(true) &= signature.plain;
        }
        for name in &declared.others {
            self.functions.insert(name.clone(), false);
        }
        self.modules.extend(declared.modules.iter().cloned());
    }

    fn is_plain(&self, path: &Path) -> bool {
        let mut names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let name = names.pop().unwrap_or_default();
        let is_module = |name: &String| {
            ["crate", "self", "super"].contains(&name.as_str()) || self.modules.contains(name)
        };
        names.iter().all(is_module) && self.functions.get(&name) == Some(&true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::declared::read_text;
    use super::*;

    #[test]
    fn what_has_no_derivative() {
        let text = "
            fn plain(x: f64) -> f64 { x } #[inline] pub(crate) fn inline(x: f64) {} #[differentiable] fn own() {}
            #[other_macro] fn other() {} fn ruled() {} mod ruled {} fn given() {} rule!(given, 3);
            fn used() {} fn f() { assert!(used(2) > 3); path::grad(2.0); } fn path() {} made! { fn made() {} }
            use crate::rule as renamed; fn renamed() {} use laws::{foreign, g}; fn foreign() {} use crate::h::{near}; fn near() {}
        ";
        let mut declared = Declared::default();
        read_text(text, &mut declared);
        let mut seen = Seen { functions: BTreeMap::new(), modules: BTreeSet::new() };
        seen.add(&declared);
        let plain = |path: &str| seen.is_plain(&syn::parse_str(path).expect("a path"));
        assert!(["plain", "inline", "used", "near", "ruled::plain", "crate::used"].into_iter().all(plain));
        let others = ["own", "other", "ruled", "given", "path", "made", "renamed", "foreign", "laws::plain"];
        assert_eq!(others.into_iter().find(|path| plain(path)), None);
    }
}
