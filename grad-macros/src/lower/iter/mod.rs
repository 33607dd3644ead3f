//! Iterators become loops.
//!
//! A chain has a *source* with a length and random access, whose element is a term computed from an index, and *stages*
//! on top of it that only see one element after the other.

mod adapt;
mod attempt;
mod consume;
mod counted;
mod drive;
mod element;
mod find;
mod fold;
mod generate;
mod pick;
mod source;
mod stages;
mod steps;

use syn::spanned::Spanned;
use syn::{Expr, ExprForLoop};

use super::{Lower, Term};
use crate::ir::{Place, V};
pub use consume::chain_like;
pub use drive::Driven;

/// A lazy iterator.
#[derive(Clone)]
pub struct Chain {
    /// What the user wrote.
    pub written: Expr,
    pub source: Source,
    pub stages: Vec<Stage>,
}

impl Chain {
    /// The name of what counts the steps of an iterator that is stepped through.
    pub fn counter(&self) -> Option<&String> {
        match &self.source {
            Source::Stepped(_, counter) => Some(counter),
            _ => None,
        }
    }
}

/// Something with a length and random access.
#[derive(Clone)]
pub enum Source {
    /// Integers, as written.
    Range {
        start: V,
        end: Option<V>,
        inclusive: bool,
        trip: Option<proc_macro2::TokenStream>,
    },
    /// The elements of memory.
    Elements {
        place: Place,
        by: By,
    },
    /// `windows(n)`
    Windows {
        place: Place,
        size: V,
    },
    /// `chunks(n)` and its like; `rchunks(n)` counts from the end.
    Chunks {
        place: Place,
        size: V,
        exact: bool,
        mutable: bool,
        from_end: bool,
    },
    Zip(Box<Source>, Box<Source>),
    /// One after the other: a loop for each. Nothing stands around it but stages.
    Chain(Box<Chain>, Box<Chain>),
    /// Again and again.
    Cycle(Box<Source>),
    /// An iterator that is stepped through, and the name of what counts its steps.
    Stepped(Box<Source>, String),
    Enumerate(Box<Source>),
    Rev(Box<Source>),
    Skip(Box<Source>, V),
    Take(Box<Source>, V),
    StepBy(Box<Source>, V),
    Map(Box<Source>, Expr),
    /// `copied()`, `cloned()`
    Copied(Box<Source>),
    /// The index itself.
    Index,
    /// `repeat(x)`
    Repeat(Box<Term>),
}

/// How elements are handed out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    Value,
    Ref,
    RefMut,
}

/// What happens to one element after the other.
#[derive(Clone)]
pub enum Stage {
    Map(Expr),
    Filter(Expr),
    TakeWhile(Expr),
    FilterMap(Expr),
    MapWhile(Expr),
    /// `scan(start, f)`: the name of the state, what it starts as, the function.
    Scan(String, Expr, Expr),
    FlatMap(Expr),
    /// `flatten()`
    Flatten,
    Inspect(Expr),
    /// The payload of an `Option` or a `Result`, or of what a function makes; a failure ends the loop.
    Attempt(Option<Expr>, attempt::Outcome),
    Copied,
    /// What comes as far as this ends the loop: the name of its index.
    First(String),
    /// `enumerate()`: the name of the counter.
    Enumerate(String),
    /// The name of what says that elements are still skipped.
    SkipWhile(String, Expr),
    /// With the name of the counter and a number of elements.
    Skip(String, V),
    Take(String, V),
    StepBy(String, V),
    /// `zip(b)`: the name of the counter through `b`.
    Zip(String, Box<Source>),
    /// `a.zip(..)`: the name of the counter through `a`.
    ZipFirst(String, Box<Source>),
    /// The next element of an iterator that is stepped through.
    Next(String, Box<Source>),
    /// `from_fn(f)`
    Made(Expr),
    /// `successors(first, f)`: the name of the next element.
    Successors(String, Expr, Expr),
}

impl Lower<'_> {
    /// `for pat in iterator { .. }`
    pub fn for_(&mut self, looped: &ExprForLoop) -> Term {
        let Some(chain) = self.chain(&looped.expr) else {
            return self.not_yet(looped.expr.span(), "a loop over this");
        };
        let checkpoint = self.checkpoint(&looped.attrs);
        let assigned = self.assigned(&looped.body);
        let name = super::scan::bound(&looped.pat).into_iter().next();
        let driven = Driven {
            chain: &chain,
            assigned,
            label: looped.label.as_ref(),
            checkpoint,
            name,
            user: true,
            span: looped.for_token.span,
        };
        self.drive(driven, &mut |lower, term| {
            lower.bind_pattern(&looped.pat, term);
            lower.block(&looped.body);
        });
        Term::Unit
    }
}
