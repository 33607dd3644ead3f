//! `#[checkpoint]`: a loop falls into segments; of each, only the state at its start is kept, and the adjoint sweep runs the
//! segment once more before it runs it backwards. A loop that may end at any iteration runs segments until one ends early.

use std::collections::{HashMap, HashSet};

use proc_macro2::Span;

use crate::analysis::falls_into_segments;
use crate::ir::{
    Adapter, Block, BlockId, Body, Branch, BranchKind, Builder, Carried, Checkpoint, Effect, Fails, Head,
    Loop, M, Op, Place, Prim, Range, Stmt, Ty, V,
};

/// Cuts every loop that asks for it into segments: an outer loop over the segments, an inner one that is to be repeated.
pub fn segment(body: &mut Body) {
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let mut block = std::mem::replace(&mut body.block, empty);
    in_block(body, &mut block);
    body.block = block;
}

fn in_block(body: &mut Body, block: &mut Block) {
    let mut stmts = Vec::new();
    for mut stmt in block.stmts.drain(..) {
        for inner in stmt.blocks_mut() {
            in_block(body, inner);
        }
        match stmt {
            Stmt::Loop(looped) if looped.checkpoint.is_some() && falls_into_segments(&looped) => {
                cut(body, *looped, &mut stmts);
            }
            other => stmts.push(other),
        }
    }
    block.stmts = stmts;
}

fn cut(body: &mut Body, mut looped: Loop, out: &mut Vec<Stmt>) {
    ask_inside(body, &mut looped);
    tell_the_end(body, &mut looped, out);
    let (whole, part) = heads(body, &looped, out);
    let mut outer = Builder::new(body, looped.span);
    let copies = snapshots(&mut outer, &looped.body);
    let (mut around, mut inside) = (Vec::new(), Vec::new());
    for carried in &looped.carried {
        let like = outer.body.value(carried.param).clone();
        let state = outer.body.new_value(like.name.clone(), like.ty.clone(), like.span);
        let next = outer.body.new_value(like.name, like.ty, like.span);
        around.push(Carried { param: state, init: carried.init, result: carried.result });
        inside.push(Carried { param: carried.param, init: state, result: next });
        outer.block.results.push(next);
    }
    let (inner_count, outer_count) = (
        outer.body.new_value("count", Ty::Int, looped.span),
        outer.body.new_value("count", Ty::Int, looped.span),
    );
    // What ends an iteration ends the segment, and is the last of what it hands on.
    let exit = looped.exit.and_then(|_| outer.block.results.last().copied());
    let every = looped.checkpoint.and_then(|checkpoint| checkpoint.every);
    outer.block.stmts.push(Stmt::Loop(Box::new(Loop {
        id: looped.id,
        head: part,
        carried: inside,
        body: looped.body,
        exit: looped.exit,
        count: inner_count,
        checkpoint: Some(Checkpoint { every, copies }),
        span: looped.span,
    })));
    let block = outer.block;
    let id = body.new_loop();
    out.push(Stmt::Loop(Box::new(Loop {
        id,
        head: whole,
        carried: around,
        body: block,
        exit,
        count: outer_count,
        checkpoint: None,
        span: looped.span,
    })));
}

/// `while c { .. }` becomes `loop { if c { .. } else { break } }`, so that a segment can end there.
fn ask_inside(body: &mut Body, looped: &mut Loop) {
    let Head::While(cond) = &looped.head else { return };
    let mut asked = cond.clone();
    looped.head = Head::Forever;
    let Some(runs) = asked.results.pop() else { return };
    let mut iteration = std::mem::replace(&mut looped.body, body.new_block());
    let mut ended = body.new_block();
    let inside = looped.exit.unwrap_or_else(|| boolean(body, &mut iteration, false, looped.span));
    iteration.results.push(inside);
    ended.results = looped.carried.iter().map(|carried| carried.param).collect();
    let outside = boolean(body, &mut ended, true, looped.span);
    ended.results.push(outside);
    let results: Vec<V> = iteration
        .results
        .iter()
        .map(|v| {
            let like = body.value(*v).clone();
            body.new_value(like.name, like.ty, like.span)
        })
        .collect();
    looped.body.stmts = asked.stmts;
    looped.body.results.clone_from(&results);
    looped.exit = looped.body.results.pop();
    looped.body.stmts.push(Stmt::Branch(Branch {
        kind: BranchKind::If(runs),
        arms: vec![iteration, ended],
        results,
        span: looped.span,
    }));
}

/// Whether it ended is among what an iteration hands on: the loop around the segments has to know.
fn tell_the_end(body: &mut Body, looped: &mut Loop, out: &mut Vec<Stmt>) {
    let Some(exit) = looped.exit else { return };
    let mut before = Builder::new(body, looped.span);
    let init = before.bind("ended", Ty::Bool, Op::Literal(Box::new(syn::parse_quote!(false))));
    out.append(&mut before.block.stmts);
    let [param, result] = ["ended"; 2].map(|name| body.new_value(name, Ty::Bool, looped.span));
    looped.carried.push(Carried { param, init, result });
    looped.body.results.push(exit);
}

fn boolean(body: &mut Body, block: &mut Block, value: bool, span: Span) -> V {
    let literal = syn::LitBool::new(value, span);
    let v = body.new_value("ended", Ty::Bool, span);
    block.stmts.push(Stmt::Let { value: v, op: Op::Literal(Box::new(syn::parse_quote!(#literal))) });
    v
}

/// What repeats the segments, and what repeats the iterations of one.
fn heads(body: &mut Body, looped: &Loop, out: &mut Vec<Stmt>) -> (Head, Head) {
    let mut before = Builder::new(body, looped.span);
    let start = before.bind("t", Ty::Int, Op::Literal(Box::new(syn::parse_quote!(0))));
    let heads = match &looped.head {
        Head::Range { index, range } => {
            let count = Op::TripCount(Box::new(range.clone()));
            before.block.stmts.push(Stmt::Let { value: looped.count, op: count });
            let length = segment_length(&mut before, looped.checkpoint.as_ref(), looped.count);
            let position = before.body.new_value("segment", Ty::Int, looped.span);
            let mut part = range.clone();
            part.adapters.extend([Adapter::Skip(position), Adapter::Take(length)]);
            part.trip = None;
            let adapters = vec![Adapter::StepBy(length)];
            let whole = Range { start, end: looped.count, inclusive: false, adapters, trip: None };
            (Head::Range { index: position, range: whole }, Head::Range { index: *index, range: part })
        }
        _ => {
            let length = segment_length(&mut before, looped.checkpoint.as_ref(), looped.count);
            let index = before.body.new_value("index", Ty::Int, looped.span);
            let range = Range { start, end: length, inclusive: false, adapters: Vec::new(), trip: None };
            (Head::Forever, Head::Range { index, range })
        }
    };
    out.append(&mut before.block.stmts);
    heads
}

/// `every`, or about the square root of the trip count.
fn segment_length(builder: &mut Builder<'_>, checkpoint: Option<&Checkpoint>, count: V) -> V {
    match checkpoint.and_then(|checkpoint| checkpoint.every.clone()) {
        Some(every) => builder.bind("every", Ty::Int, Op::Opaque(every)),
        None => builder.bind("every", Ty::Int, Op::Prim(Prim::CheckpointInterval, vec![count])),
    }
}

/// Copies of the memory from outside that the loop changes.
fn snapshots(builder: &mut Builder<'_>, block: &Block) -> Vec<(M, V)> {
    let (mut own, mut written) = (HashSet::new(), Vec::new());
    block.for_each_stmt(&mut |stmt| {
        if let Stmt::Declare { var, .. } = stmt {
            own.insert(*var);
        }
        written.extend(stmt.writes());
    });
    let mut copies: Vec<(M, V)> = Vec::new();
    for m in written {
        if !own.contains(&m) && copies.iter().all(|(known, _)| *known != m) {
            let name = format!("{}_before", builder.body.var(m).name);
            let copy = builder.bind(&name, Ty::Unknown, Op::Snapshot(Place::whole(m)));
            copies.push((m, copy));
        }
    }
    copies
}

/// A copy of a loop with identities of its own.
pub struct Copier {
    /// What each value of the loop is in the copy.
    pub values: HashMap<V, V>,
    /// What each variable is in the copy.
    pub vars: HashMap<M, M>,
}

impl Copier {
    /// Copies a loop; prints and assertions are not repeated.
    pub fn copy(&mut self, body: &mut Body, looped: &Loop) -> Loop {
        let mut copy = looped.clone();
        copy.checkpoint = None;
        self.new_names(body, &looped.body);
        let mut own: Vec<V> = looped.params();
        own.extend(looped.carried.iter().map(|carried| carried.result));
        own.push(looped.count);
        own.into_iter().for_each(|v| self.new_value(body, v));
        let mut whole = Stmt::Loop(Box::new(copy));
        self.rename(body, &mut whole);
        match whole {
            Stmt::Loop(copy) => *copy,
            _ => looped.clone(),
        }
    }

    /// Copies a statement.
    pub fn stmt(&mut self, body: &mut Body, stmt: &Stmt) -> Stmt {
        let mut copy = stmt.clone();
        let mut block = body.new_block();
        block.stmts.push(stmt.clone());
        self.new_names(body, &block);
        self.rename(body, &mut copy);
        copy
    }

    fn new_value(&mut self, body: &mut Body, v: V) {
        let value = body.value(v).clone();
        let new = body.new_value(value.name, value.ty, value.span);
        self.values.insert(v, new);
    }

    fn new_names(&mut self, body: &mut Body, block: &Block) {
        let (mut values, mut vars) = (Vec::new(), Vec::new());
        block.for_each_stmt(&mut |stmt| {
            values.extend(stmt.defines());
            match stmt {
                Stmt::Loop(looped) => values.extend(looped.params()),
                Stmt::Declare { var, .. } => vars.push(*var),
                Stmt::Branch(branch) => values.extend(branch.binds()),
                _ => {}
            }
        });
        values.into_iter().for_each(|v| self.new_value(body, v));
        for m in vars {
            let var = body.var(m).clone();
            let new = body.new_var(var.name, var.ty, var.kind, var.span);
            body.vars[new.0 as usize].mutable = var.mutable;
            self.vars.insert(m, new);
        }
    }

    fn rename(&self, body: &mut Body, stmt: &mut Stmt) {
        stmt.map_definitions(&mut |v| self.values.get(&v).copied().unwrap_or(v));
        stmt.map_own_operands(&mut |v| self.values.get(&v).copied().unwrap_or(v));
        stmt.map_vars(&mut |m| self.vars.get(&m).copied().unwrap_or(m));
        if let Stmt::Call(call) = stmt
            && !matches!(call.fails, Fails::Never)
        {
            call.fails = Fails::No;
        }
        if let Stmt::Loop(looped) = stmt {
            looped.id = body.new_loop();
            looped.exit.iter_mut().for_each(|v| *v = self.values.get(v).copied().unwrap_or(*v));
        }
        for block in stmt.blocks_mut() {
            self.rename_block(body, block);
        }
    }

    fn rename_block(&self, body: &mut Body, block: &mut Block) {
        body.next_block += 1;
        block.id = BlockId(body.next_block);
        block.stmts.retain(|stmt| !matches!(stmt, Stmt::Effect(Effect { writes, .. }) if writes.is_empty()));
        block.results.iter_mut().for_each(|v| *v = self.values.get(v).copied().unwrap_or(*v));
        block.stmts.iter_mut().for_each(|stmt| self.rename(body, stmt));
    }
}
