//! What the variants of this crate's enums hold that carries no derivative: the counter in `Hold(f64, usize)`. A function's macro doesn't see
//! the enum; what it believes by the names it says in the code, where only constants are taken: if it's wrong, the code doesn't compile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use quote::ToTokens;
use syn::{Member, Path, Type};

use super::declared::Payload;
use super::discrete::{is_discrete, parsed};

/// For an enum's name, a variant's and a field's: the types that are written there.
type Known = BTreeMap<[String; 3], BTreeSet<String>>;

/// Of the enums that were expanded.
static SEEN: Mutex<Known> = Mutex::new(BTreeMap::new());

/// Of the enums that the sources show, expanded or not.
static DECLARED: Mutex<Known> = Mutex::new(BTreeMap::new());

/// A field of a variant.
pub fn register(owner: &str, variant: &str, member: &Member, ty: &Type) {
    insert(&SEEN, [owner.to_owned(), variant.to_owned(), name(member)], ty.to_token_stream().to_string());
}

/// A field of a variant in the sources.
pub fn declare(payload: Payload) {
    insert(&DECLARED, [payload.owner, payload.variant, payload.name], payload.ty);
}

fn insert(known: &Mutex<Known>, key: [String; 3], ty: String) {
    known.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default().insert(ty);
}

/// The type of what a variant holds, if it carries no derivative in any enum of that name.
pub fn constant(variant: &Path, member: &Member) -> Option<Type> {
    let mut segments = variant.segments.iter().rev();
    let variant = segments.next()?.ident.to_string();
    let key = [segments.next()?.ident.to_string(), variant, name(member)];
    [&SEEN, &DECLARED].into_iter().find_map(|known| {
        let known = known.lock().unwrap_or_else(PoisonError::into_inner);
        agreed(known.get(&key)?)
    })
}

fn agreed(types: &BTreeSet<String>) -> Option<Type> {
    let [ty] = Vec::from_iter(types)[..] else { return None };
    parsed(ty).filter(is_discrete)
}

fn name(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
