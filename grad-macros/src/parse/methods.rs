//! The annotated methods of this crate, expanded or not. A caller doesn't know the type of a receiver; that a method of
//! this name takes `&mut self` somewhere tells it what to expect. Where it expects wrongly, rustc says so: no derivative depends on it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::declared::Method;
use crate::ir::VarKind;

static SEEN: Mutex<BTreeMap<String, BTreeSet<u8>>> = Mutex::new(BTreeMap::new());

/// A method that has derivatives, and how it takes `self`.
pub fn register(name: &str, passing: VarKind) {
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.entry(name.to_owned()).or_default().insert(code(passing));
}

/// A method that has derivatives in the sources.
pub fn declare(method: &Method) {
    let passing = match method.receiver.as_str() {
        "&mutself" => VarKind::RefMut,
        "&self" => VarKind::Ref,
        _ => VarKind::Owned,
    };
    register(&method.name, passing);
}

/// Whether a method of this name has derivatives.
pub fn is_annotated(name: &str) -> bool {
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).contains_key(name)
}

/// Whether a method of this name that has derivatives changes its receiver.
pub fn changes_some_receiver(name: &str) -> bool {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.get(name).is_some_and(|known| known.contains(&code(VarKind::RefMut)))
}

/// Whether methods of this name change their receiver, if all known ones agree.
pub fn changes_its_receiver(name: &str) -> Option<bool> {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let known = seen.get(name)?;
    let changes = known.contains(&code(VarKind::RefMut));
    (known.len() == 1 || !changes).then_some(changes)
}

fn code(passing: VarKind) -> u8 {
    match passing {
        VarKind::RefMut => 2,
        VarKind::Ref => 1,
        _ => 0,
    }
}
