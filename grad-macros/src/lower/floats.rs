//! Which of `f32`, `f64` or a generic scalar a float is, found by unification: `let mut s = 0.0;` says nothing, the
//! later `s += x` does.

use std::cell::RefCell;

use proc_macro2::{Ident, Span};

use crate::ir::{Float, Ty};

/// A name that no type parameter has.
const PREFIX: &str = "__float_";

/// The float types that aren't known yet, each with what it was found to be.
#[derive(Default)]
pub struct Floats {
    found: RefCell<Vec<Option<Float>>>,
}

impl Floats {
    /// A float type that isn't known yet.
    pub fn fresh(&self) -> Ty {
        let mut found = self.found.borrow_mut();
        found.push(None);
        Ty::Float(Float::Generic(Ident::new(&format!("{PREFIX}{}", found.len() - 1), Span::call_site())))
    }

    fn number(float: &Float) -> Option<usize> {
        match float {
            Float::Generic(name) => name.to_string().strip_prefix(PREFIX)?.parse().ok(),
            Float::F32 | Float::F64 => None,
        }
    }

    fn root(&self, float: &Float) -> Float {
        let mut float = float.clone();
        while let Some(next) =
            Self::number(&float).and_then(|number| self.found.borrow().get(number).cloned().flatten())
        {
            float = next;
        }
        float
    }

    fn set(&self, number: usize, float: Float) {
        if let Some(slot) = self.found.borrow_mut().get_mut(number) {
            *slot = Some(float);
        }
    }

    /// The two types are the same: what isn't known of one is known from the other.
    pub fn unify(&self, a: &Ty, b: &Ty) {
        match (a, b) {
            (Ty::Float(a), Ty::Float(b)) => {
                let (a, b) = (self.root(a), self.root(b));
                match (Self::number(&a), Self::number(&b)) {
                    (Some(number), other) if other != Some(number) => self.set(number, b),
                    (None, Some(number)) => self.set(number, a),
                    _ => {}
                }
            }
            (Ty::Array(a, _) | Ty::Slice(a) | Ty::Vec(a), Ty::Array(b, _) | Ty::Slice(b) | Ty::Vec(b)) => {
                self.unify(a, b);
            }
            (Ty::Algebra(_, a, _), Ty::Algebra(_, b, _)) => self.unify(a, b),
            (Ty::Tuple(a), Ty::Tuple(b)) => a.iter().zip(b).for_each(|(a, b)| self.unify(a, b)),
            _ => {}
        }
    }

    /// What is known of a type so far.
    pub fn resolve(&self, ty: &Ty) -> Ty {
        match ty {
            Ty::Float(float) => Ty::Float(self.root(float)),
            Ty::Array(element, len) => Ty::Array(Box::new(self.resolve(element)), len.clone()),
            Ty::Slice(element) => Ty::Slice(Box::new(self.resolve(element))),
            Ty::Vec(element) => Ty::Vec(Box::new(self.resolve(element))),
            Ty::Tuple(elements) => Ty::Tuple(elements.iter().map(|element| self.resolve(element)).collect()),
            Ty::Algebra(kind, number, len) => Ty::Algebra(*kind, Box::new(self.resolve(number)), len.clone()),
            Ty::Int | Ty::Bool | Ty::Constant | Ty::Option(_) | Ty::Unknown | Ty::Named(_) => ty.clone(),
        }
    }

    /// What is open becomes `default`, as in Rust.
    pub fn close(&self, default: &Float) {
        let count = self.found.borrow().len();
        for number in 0..count {
            let open = self.found.borrow().get(number).is_some_and(Option::is_none);
            if open {
                self.set(number, default.clone());
            }
        }
    }
}

/// What is known of something that has both types.
pub fn merge(a: &Ty, b: &Ty) -> Ty {
    match (a, b) {
        (Ty::Unknown | Ty::Constant, known) if !matches!(known, Ty::Constant) => known.clone(),
        (Ty::Array(a, len), Ty::Array(b, _)) => Ty::Array(Box::new(merge(a, b)), len.clone()),
        (Ty::Vec(a), Ty::Vec(b)) => Ty::Vec(Box::new(merge(a, b))),
        (Ty::Slice(a), Ty::Slice(b)) => Ty::Slice(Box::new(merge(a, b))),
        (Ty::Tuple(a), Ty::Tuple(b)) if a.len() == b.len() => {
            Ty::Tuple(a.iter().zip(b).map(|(a, b)| merge(a, b)).collect())
        }
        _ => a.clone(),
    }
}
