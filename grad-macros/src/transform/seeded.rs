//! Calls in one sweep: where the cotangent of a call's result is known before the call, callee and caller share one sweep. The
//! callee's residuals never leave it, and where it calls itself there is nothing to keep at all.

use std::collections::HashSet;

use crate::ir::{Arg, Block, Call, Callee, Fails, Init, M, Op, Pullback, Slot, Stmt, StoreHow, V};

/// Joins calls with their backward halves, in the block and the blocks inside it, wherever what the backward half needs can be had
/// before the call.
pub fn seeded(block: &mut Block) {
    for stmt in &mut block.stmts {
        stmt.blocks_mut().into_iter().for_each(seeded);
    }
    let mut index = 0;
    while index < block.stmts.len() {
        if let Some(plan) = plan(&block.stmts, index) {
            plan.carry_out(&mut block.stmts);
        }
        index += 1;
    }
}

/// A call and its pullback that can become one.
struct Plan {
    call: usize,
    pullback: usize,
    /// The statements between them that have to be before both.
    earlier: Vec<usize>,
}

/// For the pullback at `at`, if it is one.
fn plan(stmts: &[Stmt], at: usize) -> Option<Plan> {
    let Stmt::Pullback(pullback) = &stmts[at] else { return None };
    if pullback.call.is_some() {
        return None;
    }
    let is_its_call =
        |stmt: &Stmt| matches!(stmt, Stmt::Call(call) if call.pullback == Some(pullback.handle));
    let first = stmts[..at].iter().position(is_its_call)?;
    let Stmt::Call(call) = &stmts[first] else { return None };
    if !is_plain(call) || lends_twice(call, pullback) {
        return None;
    }
    let mut earlier = HashSet::new();
    let mut needed: Vec<V> = stmts[at].own_operands();
    needed.retain(|v| *v != pullback.handle);
    let buffers: Vec<M> = pullback.slots.iter().filter_map(buffer).collect();
    for number in (first + 1..at).rev() {
        let stmt = &stmts[number];
        let declares = matches!(stmt, Stmt::Declare { var, .. } if buffers.contains(var));
        if declares || stmt.defines().iter().any(|v| needed.contains(v)) {
            if !can_be_earlier(stmts, first, number) {
                return None;
            }
            needed.extend(stmt.own_operands());
            earlier.insert(number);
        } else if touches(stmt, pullback, call) {
            return None;
        }
    }
    let own = stmts[first].defines();
    if needed.iter().any(|v| own.contains(v)) {
        return None;
    }
    let mut earlier: Vec<usize> = earlier.into_iter().collect();
    earlier.sort_unstable();
    Some(Plan { call: first, pullback: at, earlier })
}

/// Whether the callee is a function that can't fail, called by a path without generic arguments.
fn is_plain(call: &Call) -> bool {
    let Callee::Path(path) = &call.callee else { return false };
    let segments = || path.segments.iter();
    let is_type = segments().rev().nth(1).is_some_and(|owner| {
        let owner = owner.ident.to_string();
        owner.starts_with(char::is_uppercase) || matches!(owner.as_str(), "f32" | "f64")
    });
    // A derivative in the body has backward halves of its own kind.
    let last = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
    let is_item = path.segments.len() > 1
        && matches!(
            last.as_str(),
            "grad" | "value_and_grad" | "jvp" | "hvp" | "hessian" | "jacobian" | "value_and_jacobian"
        );
    let plain = segments().all(|segment| segment.arguments.is_none());
    plain && !is_type && !is_item && call.tangent.is_none() && matches!(call.fails, Fails::Never)
}

/// Whether a variable is lent to the call by `&mut`, and its shape to the backward half.
fn lends_twice(call: &Call, pullback: &Pullback) -> bool {
    call.args.iter().any(|arg| match arg {
        Arg::Ref { place, mutable: true } => {
            pullback.slots.iter().any(|slot| matches!(slot, Slot::Scratch(other) if other.base == place.base))
        }
        _ => false,
    })
}

fn buffer(slot: &Slot) -> Option<M> {
    match slot {
        Slot::Ref(place) => Some(place.base),
        Slot::Value(_) | Slot::Constant | Slot::Scratch(_) => None,
    }
}

/// Whether a statement gives the same before the call at `first`.
fn can_be_earlier(stmts: &[Stmt], first: usize, number: usize) -> bool {
    let reads = match &stmts[number] {
        Stmt::Let { op, .. } => match op {
            Op::Number(_)
            | Op::Literal(_)
            | Op::Cast(..)
            | Op::Copy(_)
            | Op::Stop(_)
            | Op::Prim(..)
            | Op::Load(_)
            | Op::Len(_)
            | Op::ZeroTangent(_)
            | Op::ZeroTangentAt(_)
            | Op::TangentSum(..) => op.reads(),
            Op::Opaque(opaque) if opaque.cheap => op.reads(),
            _ => return false,
        },
        Stmt::Declare { init: Init::Zeros { .. } | Init::Value(_) | Init::Elements(_), .. } => Vec::new(),
        _ => return false,
    };
    let mut written = false;
    for stmt in &stmts[first..number] {
        stmt.for_each(&mut |stmt| written |= stmt.writes().iter().any(|m| reads.contains(m)));
    }
    !written
}

/// Whether a statement between the two halves does anything with the buffers but add to them; of those that the backward half
/// changes in place, anything at all.
fn touches(stmt: &Stmt, pullback: &Pullback, call: &Call) -> bool {
    let in_place = |m: M| {
        let both = pullback.slots.iter().zip(&call.args);
        both.clone()
            .any(|(slot, arg)| buffer(slot) == Some(m) && matches!(arg, Arg::Ref { mutable: true, .. }))
    };
    let is_buffer = |m: &M| pullback.slots.iter().filter_map(buffer).any(|other| other == *m);
    let mut found = false;
    stmt.for_each(&mut |stmt| {
        let reads = match stmt {
            Stmt::Let { op, .. } => op.reads(),
            Stmt::Declare { init: Init::Copy { from, .. }, .. } => vec![from.base],
            _ => Vec::new(),
        };
        let adds = matches!(stmt, Stmt::Store { how: StoreHow::Add | StoreHow::Sub, .. });
        found |= reads.iter().any(is_buffer);
        found |= stmt.writes().into_iter().any(|m| is_buffer(&m) && (!adds || in_place(m)));
    });
    found
}

impl Plan {
    fn carry_out(self, stmts: &mut Vec<Stmt>) {
        let Self { call: first, pullback: at, earlier } = self;
        let mut moved = Vec::new();
        let mut rest = Vec::new();
        let mut own = Vec::new();
        for (number, stmt) in stmts.drain(first..=at).enumerate() {
            match stmt {
                stmt if earlier.contains(&(first + number)) => moved.push(stmt),
                stmt if number == 0 || number == at - first => own.push(stmt),
                stmt => rest.push(stmt),
            }
        }
        let mut own = own.into_iter();
        match (own.next(), own.next()) {
            (Some(Stmt::Call(mut call)), Some(Stmt::Pullback(mut pullback))) => {
                call.pullback = None;
                pullback.call = Some(call);
                moved.push(Stmt::Pullback(pullback));
            }
            (call, pullback) => moved.extend(call.into_iter().chain(pullback)),
        }
        moved.append(&mut rest);
        stmts.splice(first..first, moved);
    }
}
