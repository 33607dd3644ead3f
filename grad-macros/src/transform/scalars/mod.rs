//! Small arrays that are indexed by literals fall apart into their elements, as tuples do: each has an adjoint of its own then, those
//! that nothing uses have none, and what a loop does to a state of three numbers stays in three registers.

mod apart;
mod candidates;

use std::collections::HashMap;

use crate::ir::{Body, M, Op, Place, Projection, Stmt, Ty, V};

/// How many elements an array may have that falls apart.
const MOST_ELEMENTS: usize = 64;

/// How many where branches, loops or other memory have to do with it, so that each element costs a name there.
const MOST_CARRIED: usize = 16;

/// Makes values of the elements of arrays that are declared here and known by number everywhere.
pub fn scalars(body: &mut Body) {
    let literals = literals(body);
    let found = candidates::candidates(body, &literals);
    if !found.shapes.is_empty() {
        apart::take_apart(body, literals, found);
    }
}

/// The integers that the program writes as literals.
fn literals(body: &Body) -> HashMap<V, usize> {
    let mut literals = HashMap::new();
    body.block.for_each_stmt(&mut |stmt| {
        if let Stmt::Let { value, op: Op::Literal(expr) } = stmt {
            literals.extend(number(expr).map(|number| (*value, number)));
        }
    });
    literals
}

/// The number of elements of an array, if its type says it by a literal.
pub fn length(ty: &Ty) -> Option<usize> {
    match ty {
        Ty::Array(_, len) => number(&syn::parse2(len.clone()).ok()?),
        _ => None,
    }
}

/// The value of a literal.
fn number(expr: &syn::Expr) -> Option<usize> {
    match expr {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(int), .. }) => int.base10_parse().ok(),
        syn::Expr::Group(group) => number(&group.expr),
        syn::Expr::Paren(group) => number(&group.expr),
        _ => None,
    }
}

/// An array of scalars, or of such arrays.
#[derive(Clone, Debug)]
struct Shape {
    /// Outermost first.
    lengths: Vec<usize>,
    scalar: Ty,
}

/// Some neighbours among the elements of an array: one of them, a row, or all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Part {
    first: usize,
    len: usize,
}

impl Shape {
    /// The shape of an array of scalars whose lengths are literals.
    fn of(ty: &Ty) -> Option<Self> {
        let mut lengths = Vec::new();
        let mut ty = ty;
        while let Ty::Array(element, _) = ty {
            lengths.push(length(ty)?);
            ty = element;
        }
        let known = !lengths.is_empty() && !lengths.contains(&0) && ty.is_scalar();
        known.then(|| Self { lengths, scalar: ty.clone() })
    }

    /// The number of elements.
    fn count(&self) -> usize {
        self.lengths.iter().product()
    }

    /// The part that a place is.
    fn part(&self, place: &Place, literals: &HashMap<V, usize>) -> Option<Part> {
        let mut part = Part { first: 0, len: self.count() };
        let mut lengths = self.lengths.iter();
        for projection in &place.projections {
            let Projection::Index(v) = projection else { return None };
            let (index, length) = (*literals.get(v)?, *lengths.next()?);
            if index >= length {
                return None;
            }
            part.len /= length;
            part.first += index * part.len;
        }
        Some(part)
    }

    /// The indices of an element.
    fn indices(&self, mut element: usize) -> Vec<usize> {
        let index = |length: &usize| {
            let index = element % length;
            element /= length;
            index
        };
        let mut indices: Vec<usize> = self.lengths.iter().rev().map(index).collect();
        indices.reverse();
        indices
    }
}

/// Which arrays fall apart.
#[derive(Default)]
struct Found {
    shapes: HashMap<M, Shape>,
    /// Loads of whole arrays that go into arrays that fall apart: from there, their elements are needed.
    wanted: HashMap<V, Shape>,
}
