//! What an iteration adds to an element to which the next one adds as well waits in a register.
//!
//! `b[i - 1] += t; b[i] += u` reaches each element twice. Carried over, `u` is added together with the next `t`, and the last one
//! after the loop.

use std::collections::HashSet;

use super::affine::{Affine, Integers, Pace, copied};
use crate::ir::{
    Block, Body, Branch, BranchKind, Carried, Head, Loop, M, Op, Place, Prim, Projection, Range, Stmt,
    StoreHow, Ty, V,
};
use crate::simplify;

/// Carries over what loops of a block, and of the blocks inside it, add to neighbours.
pub fn carry(body: &mut Body, block: &mut Block, integers: &Integers) {
    let mut stmts = Vec::with_capacity(block.stmts.len());
    for mut stmt in block.stmts.drain(..) {
        stmt.blocks_mut().into_iter().for_each(|inner| carry(body, inner, integers));
        let mut after = Vec::new();
        if let Stmt::Loop(looped) = &mut stmt {
            while let Some(pair) = neighbours(body, looped, integers) {
                after.extend(pair.carry_over(body, looped, &mut stmts, integers));
            }
        }
        stmts.push(stmt);
        stmts.extend(after);
    }
    block.stmts = stmts;
}

/// Two additions to the same memory, one element apart.
struct Pair {
    /// The numbers of the statements: the one that is an element ahead, and the other one.
    ahead: usize,
    behind: usize,
    range: Range,
}

/// The loop's index and range, if it walks from the first to the last.
fn walked(looped: &Loop) -> Option<(V, &Range)> {
    let (index, range) = match &looped.head {
        Head::Range { index, range } => (*index, range),
        Head::Replay(replay) if replay.forwards => {
            replay.range.as_ref().map(|(index, range)| (*index, range))?
        }
        Head::Replay(_) | Head::While(_) | Head::Forever => return None,
    };
    (looped.exit.is_none() && range.adapters.is_empty() && !range.inclusive).then_some((index, range))
}

/// Two additions of which the first is carried over: no other one is further ahead.
fn neighbours(body: &Body, looped: &Loop, integers: &Integers) -> Option<Pair> {
    let (_, range) = walked(looped)?;
    let affine = Affine::of(looped)?;
    let adds: Vec<(usize, M, V)> = additions(body, looped, &affine);
    let only_added_to = |m: M| {
        let count = adds.iter().filter(|(_, other, _)| *other == m).count();
        count > 1 && count == accesses(&looped.body, m)
    };
    let follows = |low: V, high: V| affine.is_next(low, high, integers);
    adds.iter().filter(|(_, m, _)| only_added_to(*m)).find_map(|(ahead, m, high)| {
        let same: Vec<_> = adds.iter().filter(|(number, other, _)| other == m && number != ahead).collect();
        if same.iter().any(|(_, _, v)| v == high || follows(*high, *v)) {
            return None;
        }
        let (behind, ..) = same.into_iter().find(|(_, _, low)| follows(*low, *high))?;
        Some(Pair { ahead: *ahead, behind: *behind, range: range.clone() })
    })
}

/// The additions of floats that every iteration makes to an element that moves along with the index.
fn additions(body: &Body, looped: &Loop, affine: &Affine<'_>) -> Vec<(usize, M, V)> {
    let addition = |(number, stmt): (usize, &Stmt)| match stmt {
        Stmt::Store { place: Place { base, projections }, how: StoreHow::Add | StoreHow::Sub, value } => {
            let [Projection::Index(v)] = projections[..] else { return None };
            let fits = matches!(body.value(*value).ty, Ty::Float(_)) && affine.pace(v) == Pace::Unit;
            fits.then_some((number, *base, v))
        }
        _ => None,
    };
    looped.body.stmts.iter().enumerate().filter_map(addition).collect()
}

/// How often a block touches a variable.
fn accesses(block: &Block, m: M) -> usize {
    let mut count = 0;
    block.for_each_stmt(&mut |stmt| {
        let mut touched: HashSet<M> = stmt.writes().into_iter().collect();
        touched.extend(simplify::reads(stmt));
        count += usize::from(touched.contains(&m));
    });
    count
}

impl Pair {
    /// Rewrites the loop; what is to be done after it.
    fn carry_over(
        self,
        body: &mut Body,
        looped: &mut Loop,
        before: &mut Vec<Stmt>,
        integers: &Integers,
    ) -> Vec<Stmt> {
        let Self { ahead, behind, range } = self;
        let Stmt::Store { place, how, value } = looped.body.stmts[ahead].clone() else { return Vec::new() };
        let like = body.value(value).clone();
        let mut new = |name: &str| body.new_value(name, like.ty.clone(), like.span);
        let (zero, param, result, next) = (new("t"), new("ahead"), new("ahead"), new("t"));
        let Some(last) = last(body, looped, &place, &range) else { return Vec::new() };
        before.push(Stmt::Let { value: zero, op: Op::Number(0.0) });
        let op = if how == StoreHow::Sub { Op::Prim(Prim::Neg, vec![value]) } else { Op::Copy(value) };
        looped.body.stmts[ahead] = Stmt::Let { value: next, op };
        add(body, looped, behind, param);
        looped.carried.push(Carried { param, init: zero, result });
        looped.body.results.push(next);
        let (mut block, place) = last;
        block.stmts.push(Stmt::Store { place, how: StoreHow::Add, value: result });
        let runs = integers
            .literal(range.start)
            .zip(integers.literal(range.end))
            .is_some_and(|(start, end)| start < end);
        if runs { block.stmts } else { if_any(body, &range, block, result) }
    }
}

/// Adds `more` to what a statement adds.
fn add(body: &mut Body, looped: &mut Loop, number: usize, more: V) {
    let Stmt::Store { how, value, .. } = &mut looped.body.stmts[number] else { return };
    let like = body.value(*value).clone();
    let sum = body.new_value("t", like.ty, like.span);
    let prim = if *how == StoreHow::Sub { Prim::Sub } else { Prim::Add };
    let op = Op::Prim(prim, vec![*value, more]);
    *value = sum;
    looped.body.stmts.insert(number, Stmt::Let { value: sum, op });
}

/// The place in the last iteration, as code.
fn last(body: &mut Body, looped: &Loop, place: &Place, range: &Range) -> Option<(Block, Place)> {
    let mut block = body.new_block();
    let (index, _) = walked(looped)?;
    let affine = Affine::of(looped)?;
    let [Projection::Index(v)] = place.projections[..] else { return None };
    let mut new = |op: Op| {
        let value = body.new_value("t", Ty::Int, looped.span);
        block.stmts.push(Stmt::Let { value, op });
        value
    };
    let one = new(Op::Literal(Box::new(syn::parse_quote!(1))));
    let end = new(Op::Prim(Prim::Sub, vec![range.end, one]));
    let at = copied(body, &affine, v, &mut [(index, end)].into(), (&mut block, false));
    Some((block, Place { base: place.base, projections: vec![Projection::Index(at)] }))
}

/// `if start < end { block }`
fn if_any(body: &mut Body, range: &Range, block: Block, value: V) -> Vec<Stmt> {
    let span = body.value(value).span;
    let runs = body.new_value("t", Ty::Bool, span);
    let otherwise = body.new_block();
    let branch =
        Branch { kind: BranchKind::If(runs), arms: vec![block, otherwise], results: Vec::new(), span };
    let op = Op::Prim(Prim::Lt, vec![range.start, range.end]);
    vec![Stmt::Let { value: runs, op }, Stmt::Branch(branch)]
}
