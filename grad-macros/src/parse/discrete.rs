//! Functions and methods of the sources whose results carry no derivative, and that change nothing they are lent: `fn inside(&self, x: f64) -> bool`.
//! They are called as they are, like a comparison. That it's what the name means is left to rustc: the call stands where only constants are taken.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use syn::{GenericArgument, PathArguments, Type};

use super::declared::Declared;
use super::types::NEVER_DIFFERENTIABLE;

/// By name, and whether a type has it, what all functions of that name give, if they are such.
static SEEN: Mutex<BTreeMap<(String, bool), Option<Known>>> = Mutex::new(BTreeMap::new());

/// What std's iterators and collections, or nalgebra's values, have under these names is no function of the sources.
const OF_STD: [&str; 24] = [
    "find",
    "find_map",
    "next",
    "next_back",
    "peek",
    "nth",
    "reduce",
    "max_by",
    "min_by",
    "max_by_key",
    "min_by_key",
    "pop",
    "push",
    "insert",
    "remove",
    "drain",
    "swap",
    "index",
    "apply",
    "row",
    "column",
    "data",
    "new",
    "from",
];

/// What is known of a result: how rustc is asked, and its type, if all functions of the name have the same.
type Known = (Gives, Option<String>);

/// How rustc is asked whether a result is what the sources say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// A number that counts, text, or something made of such.
    Constant,
    /// An enum whose variants hold nothing: it has less room than any float.
    BareEnum,
}

/// What the sources declare.
pub fn declare<'a>(all: impl Iterator<Item = &'a Declared> + Clone) {
    let enums: BTreeSet<&str> =
        all.clone().flat_map(|declared| &declared.bare_enums).map(String::as_str).collect();
    let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    for signature in all.flat_map(|declared| &declared.signatures) {
        let gives = if signature.changes { None } else { result(&signature.result, &enums) };
        let now = gives.map(|gives| (gives, Some(signature.result.clone())));
        let known = seen.entry((signature.name.clone(), signature.of_type)).or_insert_with(|| now.clone());
        *known = both(known.take(), now);
    }
}

/// What is known of two functions of a name.
fn both(one: Option<Known>, other: Option<Known>) -> Option<Known> {
    let ((gives, ty), (also, other)) = (one?, other?);
    (gives == also).then(|| (gives, ty.filter(|ty| Some(ty) == other.as_ref())))
}

fn result(written: &str, enums: &BTreeSet<&str>) -> Option<Gives> {
    let ty = parsed(written)?;
    let is_enum = matches!(&ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| {
        last.arguments.is_none() && enums.contains(last.ident.to_string().as_str())
    }));
    if is_enum { Some(Gives::BareEnum) } else { is_discrete(&ty).then_some(Gives::Constant) }
}

/// A type as the words of a source give it.
pub(super) fn parsed(written: &str) -> Option<Type> {
    syn::parse_str(&written.replace(": :", "::")).ok()
}

/// What the functions of this name in the sources, or the methods and associated ones, give, if that carries no derivative, and they change
/// nothing.
pub fn known(name: &str, of_type: bool) -> Option<Gives> {
    if OF_STD.contains(&name) {
        return None;
    }
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    seen.get(&(name.to_owned(), of_type))?.as_ref().map(|(gives, _)| *gives)
}

/// The type of such a result, if all functions of the name have the same.
pub fn ty(name: &str, of_type: bool) -> Option<Type> {
    known(name, of_type).filter(|gives| *gives == Gives::Constant)?;
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    parsed(seen.get(&(name.to_owned(), of_type))?.as_ref()?.1.as_ref()?)
}

/// Whether the sources have functions of this name, and each gives a result without derivative and changes nothing.
pub fn is(name: &str, of_type: bool) -> bool {
    known(name, of_type).is_some()
}

/// Whether values of a type never carry a derivative, by what is written.
pub(super) fn is_discrete(ty: &Type) -> bool {
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().all(is_discrete),
        Type::Array(array) => is_discrete(&array.elem),
        Type::Slice(slice) => is_discrete(&slice.elem),
        Type::Reference(reference) => reference.mutability.is_none() && is_discrete(&reference.elem),
        Type::Paren(inner) => is_discrete(&inner.elem),
        Type::Path(path) if path.qself.is_none() => {
            let Some(last) = path.path.segments.last() else { return false };
            let name = last.ident.to_string();
            match &last.arguments {
                PathArguments::None => {
                    NEVER_DIFFERENTIABLE.contains(&name.as_str())
                        || matches!(name.as_str(), "str" | "String" | "Ordering")
                }
                PathArguments::AngleBracketed(arguments) => {
                    let mut types = arguments.args.iter().map(|argument| match argument {
                        GenericArgument::Type(ty) => is_discrete(ty),
                        _ => false,
                    });
                    // An error leaves the function, and has no derivative.
                    matches!(name.as_str(), "Option" | "Vec" | "Result" | "Range")
                        && types.next() == Some(true)
                }
                PathArguments::Parenthesized(_) => false,
            }
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::declared::{Declared, read_text};
    use super::{Gives, declare, is, known};

    #[test]
    fn what_carries_no_derivative_and_changes_nothing() {
        let mut declared = Declared::default();
        let text = "
            #[differentiable] impl A { fn zz_inside(&self, x: f64) -> bool { true } fn zz_step(&mut self) -> bool { true } }
            fn zz_sorted(x: &[f64]) -> Vec<usize> {} fn zz_fill(x: &'a mut [f64]) -> usize {} fn zz_value(x: f64) -> Option<f64> {}
            fn zz_checked(mut x: f64) -> Result<(), Error> {} fn zz_both() -> usize {} impl B { fn zz_both(&self) -> f64 {} }
            fn zz_run(f: impl FnMut(f64)) -> usize {} fn zz_any<T: FnMut(f64)>(f: T) -> usize {}
            enum Regime { Laminar, #[default] Turbulent = 3 } enum Held { None, Some(f64) } #[derive(Differentiable)] enum Own { One }
            fn zz_regime(re: f64) -> Regime {} fn zz_held() -> Held {} fn zz_own() -> Own {}
        ";
        read_text(text, &mut declared);
        declare(std::iter::once(&declared));
        assert!(
            is("zz_inside", true)
                && ["zz_sorted", "zz_checked", "zz_both"].into_iter().all(|name| is(name, false))
        );
        assert_eq!(known("zz_regime", false), Some(Gives::BareEnum));
        let others =
            ["zz_step", "zz_fill", "zz_value", "zz_run", "zz_any", "zz_unknown", "zz_held", "zz_own"];
        assert_eq!(others.into_iter().find(|name| is(name, false)), None);
        assert!(!["zz_step", "zz_both"].into_iter().any(|name| is(name, true)));
    }
}
