//! Integers as polynomials in values that nothing is known of, so that they can be compared: `start + i - start` is `i`.
//!
//! What holds for the polynomials holds for unsigned integers that don't overflow. An index or a length that did overflow is out of
//! bounds wherever it's used, so that the function ends there.

use std::collections::{BTreeMap, HashMap};

use quote::ToTokens;

use crate::ir::{Block, Body, Bound, Head, M, Op, Place, Prim, Projection, Stmt, Ty, V};

/// Longer sums are taken for values that nothing is known of.
const MOST_TERMS: usize = 8;

/// A sum of products of values: each product with how often it's there.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Polynomial(BTreeMap<Vec<V>, i128>);

/// What is known of the integers of a function.
#[derive(Default)]
pub struct Sizes {
    known: HashMap<V, Polynomial>,
    /// The values below which the indices of loops stay.
    ends: HashMap<V, V>,
    /// The lengths of variables that never change it.
    lengths: HashMap<M, Polynomial>,
}

impl Sizes {
    /// Learns what the code computes, given the lengths of variables that never change it.
    pub fn of(body: &Body, block: &Block, lengths: &HashMap<M, V>) -> Self {
        let mut sizes = Self::default();
        let mut constants = HashMap::new();
        block.for_each_stmt(&mut |stmt| {
            if let Stmt::Let { value, op: Op::Literal(expr) } = stmt {
                let first = *constants.entry(expr.to_token_stream().to_string()).or_insert(*value);
                let number = whole_number(expr).map(Polynomial::constant);
                sizes.known.insert(*value, number.unwrap_or_else(|| Polynomial::atom(first)));
            }
        });
        for (index, var) in body.vars.iter().enumerate() {
            if let Ty::Array(_, count) = &var.ty {
                let number = syn::parse2(count.clone()).ok().as_ref().and_then(whole_number);
                let constant = constants.get(&count.to_string()).map(|v| Polynomial::atom(*v));
                let length = number.map(Polynomial::constant).or(constant);
                sizes
                    .lengths
                    .extend(length.map(|length| (M(u32::try_from(index).unwrap_or(u32::MAX)), length)));
            }
        }
        sizes.lengths.extend(lengths.iter().map(|(m, v)| (*m, Polynomial::atom(*v))));
        sizes.learn(body, block);
        sizes
    }

    fn learn(&mut self, body: &Body, block: &Block) {
        block.for_each_stmt(&mut |stmt| match stmt {
            Stmt::Let { value, op } if matches!(body.value(*value).ty, Ty::Int) => {
                let known = self.operation(op).filter(|polynomial| polynomial.0.len() <= MOST_TERMS);
                self.known.extend(known.map(|polynomial| (*value, polynomial)));
            }
            Stmt::Loop(looped) => {
                if let Head::Range { index, range } = &looped.head
                    && !range.inclusive
                {
                    self.ends.insert(*index, range.end);
                }
            }
            _ => {}
        });
    }

    fn operation(&self, op: &Op) -> Option<Polynomial> {
        Some(match op {
            Op::Copy(v) => self.value(*v),
            Op::Len(place) => self.length(place)?,
            Op::Prim(prim, operands) => {
                let [a, b] = operands[..] else { return None };
                let (a, b) = (self.value(a), self.value(b));
                match prim {
                    Prim::Add => a.plus(&b, 1),
                    Prim::Sub => a.plus(&b, -1),
                    Prim::Mul => a.times(&b),
                    _ => return None,
                }
            }
            _ => return None,
        })
    }

    /// A value as a polynomial.
    pub fn value(&self, v: V) -> Polynomial {
        self.known.get(&v).cloned().unwrap_or_else(|| Polynomial::atom(v))
    }

    /// The number of elements of a part of memory.
    pub fn length(&self, place: &Place) -> Option<Polynomial> {
        let Some((last, before)) = place.projections.split_last() else {
            return self.lengths.get(&place.base).cloned();
        };
        let Projection::Slice { start, end } = last else { return None };
        let end = match end {
            Bound::Open => self.length(&Place { base: place.base, projections: before.to_vec() })?,
            Bound::At(v) => self.value(*v),
            Bound::Through(v) => self.value(*v).plus(&Polynomial::constant(1), 1),
        };
        Some(match start {
            Bound::Open => end,
            Bound::At(v) | Bound::Through(v) => end.plus(&self.value(*v), -1),
        })
    }

    /// Whether `a` is never more than `b`.
    pub fn is_at_most(&self, a: &Polynomial, b: &Polynomial) -> bool {
        let mut room = b.plus(a, -1);
        for _ in 0..MOST_TERMS {
            let Some((index, count)) = room.negative_index(&self.ends) else { break };
            // The index is at least one less than the end of its range.
            let most = self.value(self.ends[&index]).plus(&Polynomial::constant(1), -1);
            room = room.plus(&Polynomial::atom(index), -count).plus(&most, count);
        }
        room.0.values().all(|count| *count >= 0)
    }
}

impl Polynomial {
    /// A number.
    pub fn constant(number: i128) -> Self {
        Self(BTreeMap::from([(Vec::new(), number)])).without_zeros()
    }

    fn atom(v: V) -> Self {
        Self(BTreeMap::from([(vec![v], 1)]))
    }

    /// The sum with `other`, taken `times` times.
    pub fn plus(&self, other: &Self, times: i128) -> Self {
        let mut sum = self.clone();
        for (product, count) in &other.0 {
            *sum.0.entry(product.clone()).or_default() += count * times;
        }
        sum.without_zeros()
    }

    fn times(&self, other: &Self) -> Self {
        let mut out = Self::default();
        for (a, count) in &self.0 {
            for (b, times) in &other.0 {
                let mut product = [a.as_slice(), b].concat();
                product.sort_unstable();
                *out.0.entry(product).or_default() += count * times;
            }
        }
        out.without_zeros()
    }

    /// With `other` in the place of a value.
    pub fn with(&self, v: V, other: &Self) -> Self {
        let mut out = Self::default();
        for (product, count) in &self.0 {
            let left: Vec<V> = product.iter().copied().filter(|factor| *factor != v).collect();
            let mut term = Self(BTreeMap::from([(left.clone(), *count)]));
            for _ in left.len()..product.len() {
                term = term.times(other);
            }
            out = out.plus(&term, 1);
        }
        out
    }

    /// The values that it's made of.
    pub fn values(&self) -> impl Iterator<Item = V> {
        self.0.keys().flatten().copied()
    }

    /// The number that this is, if it's one.
    pub fn as_constant(&self) -> Option<i128> {
        match self.0.first_key_value() {
            None => Some(0),
            Some((product, count)) if self.0.len() == 1 && product.is_empty() => Some(*count),
            _ => None,
        }
    }

    fn without_zeros(mut self) -> Self {
        self.0.retain(|_, count| *count != 0);
        self
    }

    /// The one value that this is, if it is one.
    pub fn as_value(&self) -> Option<V> {
        match self.0.first_key_value() {
            Some((product, 1)) if self.0.len() == 1 && product.len() == 1 => product.first().copied(),
            _ => None,
        }
    }

    /// An index of a loop that is taken away, and how often.
    fn negative_index(&self, ends: &HashMap<V, V>) -> Option<(V, i128)> {
        self.0.iter().find_map(|(product, count)| match product[..] {
            [index] if *count < 0 && ends.contains_key(&index) => Some((index, *count)),
            _ => None,
        })
    }
}

/// The value of a literal.
fn whole_number(expr: &syn::Expr) -> Option<i128> {
    match expr {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(int), .. }) => int.base10_parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
