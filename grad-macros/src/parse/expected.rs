//! Of what type the functions and the structs of the sources expect what they are given. Where it isn't so, rustc says it: the
//! length of an array depends on it, and no derivative.

use std::path::Path;

use syn::Type;

use super::aliases;
use super::declared::{Field, Signature};
use super::scoped::Scoped;

/// By the name of a function and the number of its parameter, or by the name of a struct and of its field.
static TYPES: Scoped = Scoped::new();

/// What stands for the result among the parts of a function.
const RESULT: &str = "->";

/// A function in the sources.
pub fn declare(file: &Path, signature: Signature) {
    TYPES.declare(file, key(&signature.name, RESULT), signature.result);
    for (number, ty) in signature.parameters.into_iter().enumerate() {
        TYPES.declare(file, key(&signature.name, &number.to_string()), ty);
    }
}

/// A field in the sources.
pub fn declare_field(file: &Path, field: &Field) {
    TYPES.declare(file, key(&field.owner, &field.name), field.ty.clone());
}

fn key(owner: &str, part: &str) -> String {
    format!("{owner} {part}")
}

/// The type of a function's result, if all functions of the name agree.
pub fn result(function: &str) -> Option<Type> {
    expected(function, RESULT)
}

/// The type of a function's parameter (after `self`), or of a struct's field, if all of the name agree.
pub fn expected(owner: &str, part: &str) -> Option<Type> {
    let only = TYPES.meaning(&key(owner, part))?.replace(": :", "::");
    syn::parse_str(&only).ok().map(aliases::written_out)
}
