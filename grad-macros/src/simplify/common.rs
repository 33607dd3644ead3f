//! What was computed before: operations by what they say, as far as nothing has changed since.

use std::collections::HashMap;

use quote::ToTokens;

use crate::ir::{BlockId, M, Op, Place, Prim, Projection, V};

/// An operand as it counts for equality.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Operand {
    Value(V),
    Number(u64),
    Literal(String),
}

/// What an operation says.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    Prim(Prim, Vec<Operand>),
    Cast(Operand, String),
    /// The operand's text stands for fields and bounds.
    Load(M, u32, Vec<(String, Vec<Operand>)>),
    Len(M, u32, Vec<(String, Vec<Operand>)>),
}

/// The operations so far, with an undo log: what a block computes is known inside it alone.
#[derive(Default)]
pub struct Table {
    known: HashMap<Key, V>,
    log: Vec<(Key, Option<V>)>,
    versions: HashMap<M, u32>,
    next: u32,
    /// Primal operations, with the block that computes each.
    pub primal: HashMap<Key, Vec<(V, BlockId)>>,
}

impl Table {
    /// The value that says the same, or notes that `v` does.
    pub fn find_or_insert(&mut self, key: Key, v: V) -> Option<V> {
        if let Some(known) = self.known.get(&key) {
            return Some(*known);
        }
        self.log.push((key.clone(), self.known.insert(key, v)));
        None
    }

    /// A moment to come back to.
    pub fn mark(&self) -> usize {
        self.log.len()
    }

    /// Forgets what was noted since.
    pub fn rollback(&mut self, mark: usize) {
        for (key, before) in self.log.drain(mark..).rev() {
            match before {
                Some(before) => self.known.insert(key, before),
                None => self.known.remove(&key),
            };
        }
    }

    /// Memory changes: what was read of it before counts no more.
    pub fn changes(&mut self, m: M) {
        self.next += 1;
        self.versions.insert(m, self.next);
    }

    /// How often the memory has changed, in a sense.
    pub fn version(&self, m: M) -> u32 {
        self.versions.get(&m).copied().unwrap_or(0)
    }

    /// What an operation says; `None` for those that aren't shared.
    pub fn key(&self, op: &Op, operand: &impl Fn(V) -> Operand) -> Option<Key> {
        Some(match op {
            Op::Prim(prim, operands) => {
                let mut operands: Vec<Operand> = operands.iter().map(|v| operand(*v)).collect();
                if !operands.iter().any(|operand| matches!(operand, Operand::Value(_))) {
                    // Constants alone don't say their type.
                    return None;
                }
                if matches!(prim, Prim::Add | Prim::Mul) {
                    operands.sort_unstable();
                }
                Key::Prim(*prim, operands)
            }
            Op::Cast(v, ty) => Key::Cast(operand(*v), ty.to_token_stream().to_string()),
            Op::Load(place) => Key::Load(place.base, self.version(place.base), projections(place, operand)),
            Op::Len(place) => Key::Len(place.base, self.version(place.base), projections(place, operand)),
            _ => return None,
        })
    }
}

fn projections(place: &Place, operand: &impl Fn(V) -> Operand) -> Vec<(String, Vec<Operand>)> {
    let part = |projection: &Projection| match projection {
        Projection::Index(v) => (String::new(), vec![operand(*v)]),
        Projection::Field(member) => (member.to_token_stream().to_string(), Vec::new()),
        Projection::Payload(payload) => {
            let (variant, member) = (payload.path().to_token_stream(), payload.member.to_token_stream());
            (format!("{variant}.{member}"), Vec::new())
        }
        Projection::View(view) => {
            let turbofish = view.turbofish.to_token_stream();
            (format!("{}{turbofish}()", view.method), view.args.iter().copied().map(operand).collect())
        }
        Projection::Coordinates => ("coords".to_owned(), Vec::new()),
        Projection::Slice { start, end } => {
            let bounds = start.operand().into_iter().chain(end.operand());
            (format!("{}..{}", shape(*start), shape(*end)), bounds.map(operand).collect())
        }
    };
    place.projections.iter().map(part).collect()
}

fn shape(bound: crate::ir::Bound) -> &'static str {
    match bound {
        crate::ir::Bound::Open => "",
        crate::ir::Bound::At(_) => "_",
        crate::ir::Bound::Through(_) => "=_",
    }
}
