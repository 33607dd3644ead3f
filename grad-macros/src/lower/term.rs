//! What an expression is, as far as the lowering is concerned.

use std::rc::Rc;

use syn::ExprClosure;

use super::iter::Chain;
use crate::ir::{Place, V};

/// What an expression or a name stands for.
#[derive(Clone)]
pub enum Term {
    Unit,
    /// A value: a scalar, or something whose type isn't known.
    Value(V),
    /// A reference to a value that doesn't change while the reference lives.
    ValueRef(V),
    /// Memory, not read yet.
    Place(Place),
    /// A reference to memory: another name for the place.
    Ref {
        place: Place,
        mutable: bool,
    },
    /// A tuple that fell apart into its components.
    Tuple(Vec<Term>),
    /// An `Option` made here: whether there is something (`Known` or a boolean), and what. A `Result` has its error as well, as a
    /// value that is an `Option`; to an `Option` it's `Unit`.
    Maybe(Box<(Term, Term, Term)>),
    /// A closure, inlined where it's called.
    Closure(Rc<ExprClosure>),
    /// A lazy iterator.
    Chain(Rc<Chain>),
    /// Declared, without a value so far.
    Uninit,
    /// A boolean that is known: whether a jump is under way.
    Known(bool),
    /// The end of this can't be reached.
    Never,
    /// Refused, and reported.
    Poison,
}

impl Term {
    /// The place, of memory or of a reference to memory.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Place(place) | Self::Ref { place, .. } => Some(place),
            _ => None,
        }
    }

    /// An `Option`.
    pub fn maybe(some: Self, payload: Self) -> Self {
        Self::outcome(some, payload, Self::Unit)
    }

    /// A `Result`.
    pub fn outcome(ok: Self, payload: Self, error: Self) -> Self {
        Self::Maybe(Box::new((ok, payload, error)))
    }

    /// Whether both are the same thing without looking at memory.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unit, Self::Unit)
            | (Self::Uninit, Self::Uninit)
            | (Self::Never, Self::Never)
            | (Self::Poison, _)
            | (_, Self::Poison) => true,
            (Self::Value(a), Self::Value(b)) | (Self::ValueRef(a), Self::ValueRef(b)) => a == b,
            (Self::Place(a), Self::Place(b)) => a == b,
            (Self::Ref { place: a, mutable: m }, Self::Ref { place: b, mutable: n }) => a == b && m == n,
            (Self::Tuple(a), Self::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.is_same(b))
            }
            (Self::Closure(a), Self::Closure(b)) => Rc::ptr_eq(a, b),
            (Self::Chain(a), Self::Chain(b)) => Rc::ptr_eq(a, b),
            (Self::Maybe(a), Self::Maybe(b)) => a.0.is_same(&b.0) && a.1.is_same(&b.1) && a.2.is_same(&b.2),
            (Self::Known(a), Self::Known(b)) => a == b,
            _ => false,
        }
    }
}
