//! A loop that passes on a cotangent which one arm of a branch makes zero runs where the other arm ran.
//!
//! `if nearer { least = distance }` hands the cotangent of `least` to one of the two; the loop behind `distance` has nothing to do for the
//! other. A zero of structure is strong: what it's multiplied by doesn't count.

use std::collections::{HashMap, HashSet};

use crate::ir::{Block, Body, Branch, BranchKind, Head, Loop, Op, Prim, Replay, Stmt, StoreHow, V};

/// Shorter loops are done before the branch is decided.
const FEW_ITERATIONS: u64 = 16;

/// Lets the loops of adjoint code rest where they have nothing to do; values from number `first` on are the adjoint code's.
pub fn idle(body: &mut Body, adjoint: &mut Block, first: usize) {
    let mut zeros = HashSet::new();
    for block in [&body.block, &*adjoint] {
        block.for_each_stmt(&mut |stmt| match stmt {
            Stmt::Let { value, op: Op::Number(0.0) } if value.0 as usize >= first => {
                zeros.insert(*value);
            }
            _ => {}
        });
    }
    let idle = Idle { zeros, first };
    let mut primal = super::take_block(body);
    idle.block(body, &mut primal);
    idle.block(body, adjoint);
    body.block = primal;
}

/// When a value counts: where the condition has this value; it's zero otherwise.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Counts {
    cond: V,
    when: bool,
}

struct Idle {
    zeros: HashSet<V>,
    first: usize,
}

impl Idle {
    fn block(&self, body: &mut Body, block: &mut Block) {
        let mut known: HashMap<V, Counts> = HashMap::new();
        for at in 0..block.stmts.len() {
            block.stmts[at].blocks_mut().into_iter().for_each(|inner| self.block(body, inner));
            self.learn(&block.stmts[at], &mut known);
            let Stmt::Loop(looped) = &block.stmts[at] else { continue };
            if let Some(counts) = rests(looped, &known)
                && !uses(block, at, looped.count)
            {
                let looped = looped.clone();
                block.stmts[at] = only_where(body, counts, looped);
            }
        }
    }

    /// What is zero where a branch, or a choice between two values, goes one of its ways.
    fn learn(&self, stmt: &Stmt, known: &mut HashMap<V, Counts>) {
        let mut either = |value: V, cond: V, (yes, no): (V, V)| {
            let when = match (self.zeros.contains(&yes), self.zeros.contains(&no)) {
                (false, true) => true,
                (true, false) => false,
                _ => return,
            };
            if value.0 as usize >= self.first {
                known.insert(value, Counts { cond, when });
            }
        };
        match stmt {
            Stmt::Branch(Branch { kind: BranchKind::If(cond), arms, results, .. }) => {
                let [yes, no] = &arms[..] else { return };
                for (result, ways) in results.iter().zip(yes.results.iter().zip(&no.results)) {
                    either(*result, *cond, (*ways.0, *ways.1));
                }
            }
            Stmt::Let { value, op: Op::Prim(Prim::Select, operands) } => {
                if let [cond, yes, no] = operands[..] {
                    either(*value, cond, (yes, no));
                }
            }
            Stmt::Let { value, op } => {
                let mut counts = op.operands().into_iter().filter_map(|v| known.get(&v).copied());
                if let Some(counts) = counts.find(|counts| is_zero(op, &|v| known.get(&v) == Some(counts))) {
                    known.insert(*value, counts);
                }
            }
            _ => {}
        }
    }
}

/// Whether an operation gives zero where some of its operands are.
fn is_zero(op: &Op, zero: &impl Fn(V) -> bool) -> bool {
    match op {
        Op::Prim(Prim::Mul, operands) => operands.iter().any(|v| zero(*v)),
        Op::Prim(Prim::Div, operands) => zero(operands[0]),
        Op::Prim(Prim::Neg | Prim::Add | Prim::Sub, operands) => operands.iter().all(|v| zero(*v)),
        Op::Copy(v) | Op::Cast(v, _) => zero(*v),
        _ => false,
    }
}

/// When the loop has something to do, if one of the cotangents known is all that it passes on.
fn rests(looped: &Loop, known: &HashMap<V, Counts>) -> Option<Counts> {
    if is_short(looped) {
        return None;
    }
    let mut tried = Vec::new();
    let mut used: Vec<V> = looped.carried.iter().map(|carried| carried.init).collect();
    looped.body.for_each_stmt(&mut |stmt| used.extend(stmt.own_operands()));
    for counts in used.iter().filter_map(|v| known.get(v)) {
        if tried.contains(counts) {
            continue;
        }
        tried.push(*counts);
        let zero = known.iter().filter(|(_, other)| *other == counts).map(|(v, _)| *v).collect();
        let mut resting = Resting { zero, same: HashMap::new() };
        if resting.looped(looped) {
            return Some(*counts);
        }
    }
    None
}

fn is_short(looped: &Loop) -> bool {
    let (Head::Range { range, .. } | Head::Replay(Replay { range: Some((_, range)), .. })) = &looped.head
    else {
        return true;
    };
    let trip = range.trip.clone().and_then(|trip| syn::parse2::<syn::LitInt>(trip).ok());
    trip.and_then(|trip| trip.base10_parse().ok()).is_some_and(|trip: u64| trip < FEW_ITERATIONS)
}

/// What is known inside a loop, given that some values are zero.
struct Resting {
    zero: HashSet<V>,
    /// The values that are still what a loop's parameter was.
    same: HashMap<V, V>,
}

impl Resting {
    /// Whether the loop changes nothing: it adds zeros alone, and what it carries stays as it is.
    fn looped(&mut self, looped: &Loop) -> bool {
        let walks = match &looped.head {
            Head::Range { .. } => true,
            Head::Replay(replay) => replay.tape.is_none() && replay.range.is_some(),
            Head::While(_) | Head::Forever => false,
        };
        if !walks || looped.exit.is_some() || looped.checkpoint.is_some() {
            return false;
        }
        for carried in &looped.carried {
            self.same.insert(carried.param, carried.param);
            if self.zero.contains(&carried.init) {
                self.zero.insert(carried.param);
            }
        }
        let mut steps = looped.carried.iter().zip(&looped.body.results);
        let fine = self.block(&looped.body)
            && steps.all(|(one, next)| {
                let stays_zero = self.zero.contains(&one.init) && self.zero.contains(next);
                stays_zero || self.same.get(next) == Some(&one.param)
            });
        if !fine {
            return false;
        }
        for carried in &looped.carried {
            if self.zero.contains(&carried.init) {
                self.zero.insert(carried.result);
            }
            if let Some(same) = self.same.get(&carried.init).copied() {
                self.same.insert(carried.result, same);
            }
        }
        true
    }

    fn block(&mut self, block: &Block) -> bool {
        block.stmts.iter().all(|stmt| match stmt {
            Stmt::Let { value, op } => {
                self.learn(*value, op);
                true
            }
            Stmt::Store { how: StoreHow::Add | StoreHow::Sub, value, .. } => self.zero.contains(value),
            Stmt::Branch(Branch { kind: BranchKind::If(_), arms, .. }) => {
                arms.iter().all(|arm| self.block(arm))
            }
            Stmt::Loop(inner) => self.looped(inner),
            _ => false,
        })
    }

    fn learn(&mut self, value: V, op: &Op) {
        if is_zero(op, &|v| self.zero.contains(&v)) {
            self.zero.insert(value);
        }
        let unchanged = match op {
            Op::Prim(Prim::Add, operands) => match operands[..] {
                [a, b] if self.zero.contains(&b) => Some(a),
                [a, b] if self.zero.contains(&a) => Some(b),
                _ => None,
            },
            Op::Prim(Prim::Sub, operands) if self.zero.contains(&operands[1]) => Some(operands[0]),
            Op::Copy(v) => Some(*v),
            _ => None,
        };
        if let Some(same) = unchanged.and_then(|v| self.same.get(&v).copied()) {
            self.same.insert(value, same);
        }
    }
}

/// Whether a statement after this one, or what the block gives, names the value.
fn uses(block: &Block, at: usize, v: V) -> bool {
    let mut found = block.results.contains(&v);
    for stmt in &block.stmts[at + 1..] {
        stmt.for_each(&mut |stmt| {
            found |= stmt.own_operands().contains(&v);
            found |= stmt.blocks().into_iter().any(|inner| inner.results.contains(&v));
        });
    }
    found
}

/// The loop in an arm of a branch; in the other one, what it carries stays.
fn only_where(body: &mut Body, counts: Counts, mut looped: Box<Loop>) -> Stmt {
    let span = looped.span;
    let (mut runs, mut rests) = (body.new_block(), body.new_block());
    let mut results = Vec::new();
    for carried in &mut looped.carried {
        let before = body.value(carried.result).clone();
        let result = body.new_value(before.name, before.ty, before.span);
        rests.results.push(carried.init);
        runs.results.push(result);
        results.push(std::mem::replace(&mut carried.result, result));
    }
    runs.stmts.push(Stmt::Loop(looped));
    let arms = if counts.when { vec![runs, rests] } else { vec![rests, runs] };
    Stmt::Branch(Branch { kind: BranchKind::If(counts.cond), arms, results, span })
}
