//! How an integer depends on the index of a loop.

use std::collections::{HashMap, HashSet};

use crate::ir::{Adapter, Block, Body, Head, Loop, Op, Prim, Range, Stmt, V};

/// How deep a chain of operations is followed.
const MOST_STEPS: u32 = 12;

/// What changes from one iteration to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pace {
    /// Nothing: the same in all iterations.
    Same,
    /// It grows with the index, by as much.
    Unit,
    /// Nothing is known.
    Unknown,
}

/// The integers of a loop's body.
pub struct Affine<'a> {
    index: V,
    ops: HashMap<V, &'a Op>,
    own: HashSet<V>,
    /// The ranges of the loops inside, by their indices.
    ranges: HashMap<V, &'a Range>,
}

/// What is known of the integers of a function.
#[derive(Default)]
pub struct Integers {
    literals: HashMap<V, u64>,
    differences: HashMap<V, (V, V)>,
}

impl Integers {
    /// Learns what a block computes.
    pub fn learn(&mut self, block: &Block) {
        block.for_each_stmt(&mut |stmt| match stmt {
            Stmt::Let { value, op: Op::Literal(expr) } => {
                self.literals.extend(whole_number(expr).map(|number| (*value, number)));
            }
            Stmt::Let { value, op: Op::Prim(Prim::Sub, operands) } => {
                self.differences.insert(*value, (operands[0], operands[1]));
            }
            _ => {}
        });
    }

    /// The value of a literal.
    pub fn literal(&self, v: V) -> Option<u64> {
        self.literals.get(&v).copied()
    }

    /// Whether `a` isn't more than `b`: it's the same, or that less a literal.
    fn is_at_most(&self, a: V, b: V) -> bool {
        let less = |(from, by): &(V, V)| *from == b && self.literals.contains_key(by);
        a == b || self.differences.get(&a).is_some_and(less)
    }
}

/// The value of a literal.
fn whole_number(expr: &syn::Expr) -> Option<u64> {
    match expr {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(int), .. }) => int.base10_parse().ok(),
        _ => None,
    }
}

impl<'a> Affine<'a> {
    /// For a loop over a range, or one that replays such a loop.
    pub fn of(looped: &'a Loop) -> Option<Self> {
        let (index, _) = walked(looped)?;
        let mut affine = Self {
            index,
            ops: HashMap::new(),
            own: looped.params().into_iter().collect(),
            ranges: HashMap::new(),
        };
        looped.body.for_each_stmt(&mut |stmt| {
            affine.own.extend(stmt.defines());
            match stmt {
                Stmt::Let { value, op } => {
                    affine.ops.insert(*value, op);
                }
                Stmt::Loop(inner) => {
                    affine.own.extend(inner.params());
                    affine.ranges.extend(walked(inner));
                }
                Stmt::Branch(branch) => affine.own.extend(branch.binds()),
                _ => {}
            }
        });
        Some(affine)
    }

    /// What becomes of the value from one iteration to the next.
    pub fn pace(&self, v: V) -> Pace {
        self.follow(v, 0)
    }

    /// The operation that computes a value of the body.
    pub fn op(&self, v: V) -> Option<&'a Op> {
        self.ops.get(&v).copied()
    }

    /// Whether the value is the index itself.
    pub fn is_index(&self, v: V) -> bool {
        v == self.index
    }

    /// Whether the value belongs to the iteration.
    pub fn is_own(&self, v: V) -> bool {
        self.own.contains(&v)
    }

    /// The width of the row that the value is in, where each iteration has a row of its own: `i * width + j`, with the index `j` of
    /// a loop inside that ends at the width at the latest.
    pub fn width(&self, v: V, integers: &Integers) -> Option<V> {
        let Op::Prim(Prim::Add, operands) = self.ops.get(&v)? else { return None };
        let [a, b] = operands[..] else { return None };
        [(a, b), (b, a)].into_iter().find_map(|(row, column)| {
            let Op::Prim(Prim::Mul, factors) = self.ops.get(&row)? else { return None };
            let width = *factors.iter().find(|v| **v != self.index)?;
            let range = self.ranges.get(&column)?;
            let within = factors.contains(&self.index)
                && !self.own.contains(&width)
                && range.adapters.iter().all(|adapter| *adapter == Adapter::Rev)
                && !range.inclusive
                && integers.literal(range.start).is_some()
                && integers.is_at_most(range.end, width);
            within.then_some(width)
        })
    }

    /// Whether `high` is one more than `low`, by literals.
    pub fn is_next(&self, low: V, high: V, integers: &Integers) -> bool {
        let ((a, low), (b, high)) = (self.offset(low, integers), self.offset(high, integers));
        a == b && high == low + 1
    }

    /// A value as another one and a literal.
    fn offset(&self, v: V, integers: &Integers) -> (V, i128) {
        let literal = |v: V| integers.literal(v).map(i128::from);
        let Some(Op::Prim(prim, operands)) = self.ops.get(&v) else { return (v, 0) };
        let [a, b] = operands[..] else { return (v, 0) };
        let (of, by) = match (prim, literal(a), literal(b)) {
            (Prim::Add, _, Some(by)) => (a, by),
            (Prim::Add, Some(by), _) => (b, by),
            (Prim::Sub, _, Some(by)) => (a, -by),
            _ => return (v, 0),
        };
        let (of, more) = self.offset(of, integers);
        (of, by + more)
    }

    fn follow(&self, v: V, steps: u32) -> Pace {
        if v == self.index {
            return Pace::Unit;
        }
        if !self.own.contains(&v) {
            return Pace::Same;
        }
        if steps > MOST_STEPS {
            return Pace::Unknown;
        }
        match self.ops.get(&v) {
            Some(Op::Literal(_)) => Pace::Same,
            Some(Op::Prim(prim, operands)) => {
                let paces: Vec<Pace> = operands.iter().map(|v| self.follow(*v, steps + 1)).collect();
                match (prim, &paces[..]) {
                    (Prim::Add | Prim::Sub | Prim::Mul, [Pace::Same, Pace::Same]) => Pace::Same,
                    (Prim::Add, [Pace::Same, Pace::Unit] | [Pace::Unit, Pace::Same])
                    | (Prim::Sub, [Pace::Unit, Pace::Same]) => Pace::Unit,
                    _ => Pace::Unknown,
                }
            }
            _ => Pace::Unknown,
        }
    }
}

/// A value of the body computed once more, from `copies` of what it's computed from. What starts at zero adds nothing.
pub fn copied(
    body: &mut Body,
    affine: &Affine<'_>,
    v: V,
    copies: &mut HashMap<V, V>,
    (block, from_zero): (&mut Block, bool),
) -> V {
    if let Some(copy) = copies.get(&v) {
        return *copy;
    }
    let Some(op) = affine.op(v).filter(|_| affine.is_own(v)) else { return v };
    if from_zero
        && let Op::Prim(Prim::Add, operands) = op
        && let [a, b] = operands[..]
    {
        for (one, other) in [(a, b), (b, a)] {
            if affine.is_index(one) {
                return copied(body, affine, other, copies, (block, from_zero));
            }
        }
    }
    let mut op = op.clone();
    op.map_operands(&mut |operand| copied(body, affine, operand, copies, (block, from_zero)));
    let value = body.value(v).clone();
    let copy = body.new_value("t", value.ty, value.span);
    block.stmts.push(Stmt::Let { value: copy, op });
    copies.insert(v, copy);
    copy
}

/// The index and the range of a loop that walks over one.
fn walked(looped: &Loop) -> Option<(V, &Range)> {
    match &looped.head {
        Head::Range { index, range } => Some((*index, range)),
        Head::Replay(replay) => replay.range.as_ref().map(|(index, range)| (*index, range)),
        Head::While(_) | Head::Forever => None,
    }
}
