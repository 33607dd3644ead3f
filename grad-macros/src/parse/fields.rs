//! Which fields of the structs of this crate are constant. A function's macro doesn't see the struct; what it believes of a field
//! by its name it says in the code, by the accessor that only constant fields have: if it's wrong, the code doesn't compile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use proc_macro2::Ident;
use quote::format_ident;
use syn::Member;

use super::declared::Field;

/// For a field's name: the type that has it, and the field's own type if it's constant.
type Known = BTreeMap<String, BTreeSet<(String, Option<String>)>>;

/// Of the structs that were expanded.
static SEEN: Mutex<Known> = Mutex::new(BTreeMap::new());

/// Of the structs that the sources show, expanded or not.
static DECLARED: Mutex<Known> = Mutex::new(BTreeMap::new());

/// The accessor of a constant field.
pub fn accessor(member: &Member, mutable: bool) -> Ident {
    let mutability = if mutable { "_mut" } else { "" };
    match member {
        Member::Named(name) => format_ident!("__constant_{}{mutability}", name, span = name.span()),
        Member::Unnamed(index) => format_ident!("__constant_{}{mutability}", index.index, span = index.span),
    }
}

/// Whether a method is such an accessor.
pub fn is_accessor(method: &str) -> bool {
    method.starts_with("__constant_")
}

/// A field of a struct, with its type if it's constant.
pub fn register(owner: &str, member: &Member, constant: Option<String>) {
    insert(&SEEN, owner, key(member), constant);
}

/// A field of a struct in the sources.
pub fn declare(field: Field) {
    insert(&DECLARED, &field.owner, field.name, field.constant);
}

fn insert(known: &Mutex<Known>, owner: &str, name: String, constant: Option<String>) {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(name).or_default().insert((owner.to_owned(), constant));
}

/// Whether a field is constant: of this type, or of all that have such a field.
pub fn is_constant(owner: Option<&str>, member: &Member) -> bool {
    let name = key(member);
    constant_in(&SEEN, owner, &name).or_else(|| constant_in(&DECLARED, owner, &name)).unwrap_or(false)
}

fn constant_in(known: &Mutex<Known>, owner: Option<&str>, name: &str) -> Option<bool> {
    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let all = known.get(name)?.iter();
    // A type that isn't known may be any.
    let mut candidates = all.filter(|(name, _)| owner.is_none_or(|owner| owner == name)).peekable();
    candidates.peek()?;
    Some(candidates.all(|(_, constant)| constant.is_some()))
}

/// The type of a constant field, where all that are known agree.
pub fn ty(accessor: &str) -> Option<syn::Type> {
    let field = accessor.trim_start_matches("__constant_");
    ty_in(&SEEN, field).or_else(|| ty_in(&DECLARED, field))
}

fn ty_in(known: &Mutex<Known>, field: &str) -> Option<syn::Type> {
    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let mut types = known.get(field)?.iter().filter_map(|(_, ty)| ty.as_deref());
    let first = types.next()?;
    if types.all(|ty| ty == first) { syn::parse_str(first).ok() } else { None }
}

fn key(member: &Member) -> String {
    match member {
        Member::Named(name) => name.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}
