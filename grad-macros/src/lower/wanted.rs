//! Of what type a value is wanted. The length of `array::from_fn(..)` is found where the array goes: to a parameter, to a field, out of
//! the function, into a pattern.

use quote::ToTokens;
use syn::{Expr, ExprCall, ExprMethodCall, ExprStruct, Pat};

use super::stmt::strip;
use super::{Lower, Term, scan};
use crate::ir::{Callee, Ty};
use crate::parse::expected::{expected, result};
use crate::parse::fallible::fallible;
use crate::parse::types::known;

/// Where a name goes.
pub enum Use {
    /// To a parameter of a function, or to a field of a struct.
    Part(String, String),
    /// Out of the function.
    Result,
    /// Into a pattern of so many elements.
    Elements(usize),
}

/// The uses of names in a call.
pub fn of_call(call: &ExprCall, found: &mut impl FnMut(String, Use)) {
    if let Some(function) = function_name(&call.func) {
        of_arguments(&function, call.args.iter(), found);
    }
}

/// The uses of names in a call of a method.
pub fn of_method(call: &ExprMethodCall, found: &mut impl FnMut(String, Use)) {
    of_arguments(&call.method.to_string(), call.args.iter(), found);
}

fn of_arguments<'e>(
    function: &str,
    arguments: impl Iterator<Item = &'e Expr>,
    found: &mut impl FnMut(String, Use),
) {
    for (number, argument) in arguments.enumerate() {
        if let Some(name) = named(argument) {
            found(name, Use::Part(function.to_owned(), number.to_string()));
        }
    }
}

/// The uses of names in the making of a struct.
pub fn of_struct(literal: &ExprStruct, found: &mut impl FnMut(String, Use)) {
    let Some(owner) = literal.path.segments.last() else { return };
    for field in &literal.fields {
        if let Some(name) = named(&field.expr) {
            found(name, Use::Part(owner.ident.to_string(), field.member.to_token_stream().to_string()));
        }
    }
}

/// The name that is returned, as it is or as a success.
pub fn of_result(expr: &Expr, found: &mut impl FnMut(String, Use)) {
    match strip(expr) {
        Expr::Call(call) if function_name(&call.func).is_some_and(|name| name == "Some" || name == "Ok") => {
            call.args.iter().for_each(|argument| of_result(argument, found));
        }
        other => named(other).into_iter().for_each(|name| found(name, Use::Result)),
    }
}

/// The name that a pattern takes apart.
pub fn of_pattern(pat: &Pat, expr: &Expr, found: &mut impl FnMut(String, Use)) {
    if let (Some(count), Some(name)) = (elements(pat), named(expr)) {
        found(name, Use::Elements(count));
    }
}

/// How many elements a pattern takes apart.
fn elements(pat: &Pat) -> Option<usize> {
    match pat {
        Pat::Slice(slice) => {
            let rest = |pat: &Pat| {
                matches!(pat, Pat::Rest(_)) || matches!(pat, Pat::Ident(pat) if pat.subpat.is_some())
            };
            (!slice.elems.iter().any(rest)).then(|| slice.elems.len())
        }
        Pat::Reference(inner) => elements(&inner.pat),
        _ => None,
    }
}

fn named(expr: &Expr) -> Option<String> {
    match strip(expr) {
        Expr::Reference(reference) => named(&reference.expr),
        other => scan::name(other),
    }
}

fn function_name(function: &Expr) -> Option<String> {
    match strip(function) {
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

impl Lower<'_> {
    /// The type that what is bound to a pattern is wanted to have.
    pub fn wanted(&self, pat: &Pat) -> Ty {
        if let Some(count) = elements(pat) {
            return array(count);
        }
        let uses = scan::bound(pat).into_iter().next().and_then(|name| self.facts.uses.get(&name));
        let known = uses.into_iter().flatten().map(|used| self.wanted_by(used));
        known.into_iter().find(|ty| matches!(ty, Ty::Array(..) | Ty::Vec(_))).unwrap_or(Ty::Unknown)
    }

    fn wanted_by(&self, used: &Use) -> Ty {
        match used {
            Use::Part(owner, part) => self.wanted_as(owner, part),
            Use::Result => self.returned.clone().unwrap_or(Ty::Unknown),
            Use::Elements(count) => array(*count),
        }
    }

    /// The type of a parameter, or of a field.
    pub fn wanted_as(&self, owner: &str, part: &str) -> Ty {
        let helper = match (self.env.get(owner), part.parse::<usize>()) {
            (Some(Term::Closure(closure)), Ok(number)) => match closure.inputs.iter().nth(number) {
                Some(Pat::Type(typed)) => Some((*typed.ty).clone()),
                _ => None,
            },
            _ => None,
        };
        helper.or_else(|| expected(owner, part)).map_or(Ty::Unknown, |ty| self.known(&ty))
    }

    /// The scalar that a function returns by the sources, also one that may fail. The code says so, and rustc checks it.
    pub fn declared_result(&self, callee: &Callee, fails: bool) -> Option<Ty> {
        let Callee::Path(path) = callee else { return None };
        let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        let (name, home) = names.split_last()?;
        // A type's own function, or one of the runtime.
        if home.last().is_some_and(|home| home.starts_with(char::is_uppercase) || home == "__private") {
            return None;
        }
        let ty = result(name)?;
        let ty = match (fails, fallible(&ty)) {
            (true, Some((_, payload))) => payload,
            (false, None) => &ty,
            _ => return None,
        };
        Some(known(ty, &[])).filter(|ty| matches!(ty, Ty::Float(_)))
    }

    /// What stands in the place of an argument or a field is wanted to have its type.
    pub fn want(&mut self, owner: &str, part: &str) {
        self.expected = Some(self.wanted_as(owner, part));
    }
}

fn array(count: usize) -> Ty {
    Ty::Array(Box::new(Ty::Unknown), proc_macro2::Literal::usize_unsuffixed(count).to_token_stream())
}
