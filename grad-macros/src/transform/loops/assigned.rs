//! Adjoints that each round fills, reads and clears again are filled by assignment and not cleared.
//!
//! The adjoint of working memory starts as zeros, takes what is added to it, is read, and is zero again for the next round. Where the first
//! thing that happens to it is an addition to every element that is ever written, this may overwrite what is there, and nobody sees whether
//! it was cleared:
//!
//! ```text
//! for i in 0..n { k_bar[i] += t * y_bar[i] }              for i in 0..n { k_bar[i] = t * y_bar[i] }
//! for i in 0..n { u = k_bar[i]; k_bar[i] = 0; … }         for i in 0..n { u = k_bar[i]; … }
//! ```

use std::collections::{HashMap, HashSet};

use crate::analysis::{Polynomial, Sizes};
use crate::ir::{
    Binding, Block, Body, Head, Init, Loop, M, Op, Param, Place, Prim, Projection, Replay, Stmt, StoreHow,
    Ty, V,
};
use crate::simplify::reads;

/// Assigns what adjoints of working memory get first; those in `kept` are handed out, so that what is left in them is seen.
pub fn assigned(body: &mut Body, adjoint: &mut Block, kept: &[M]) {
    let candidates = cleared(body, [&body.block, &*adjoint], kept);
    if candidates.is_empty() {
        return;
    }
    let mut all = body.block.clone();
    all.stmts.extend(adjoint.stmts.iter().cloned());
    let known = Known::of(body, &all, [&body.block, &*adjoint]);
    let mut primal = super::take_block(body);
    for m in candidates {
        match (touches(&primal, m), touches(adjoint, m)) {
            (true, false) => in_block(body, &mut primal, m, &known),
            (false, true) => in_block(body, adjoint, m, &known),
            _ => {}
        }
    }
    body.block = primal;
}

/// The vectors and arrays of floats that start as zeros and of which elements are cleared.
fn cleared(body: &Body, blocks: [&Block; 2], kept: &[M]) -> Vec<M> {
    let (mut zeros, mut cleared) = (HashSet::new(), HashSet::new());
    for block in blocks {
        block.for_each_stmt(&mut |stmt| match stmt {
            Stmt::Declare { var, init: Init::Zeros { .. } } => {
                zeros.insert(*var);
            }
            Stmt::Clear { place, .. } => {
                cleared.insert(place.base);
            }
            _ => {}
        });
    }
    let floats = |m: &M| matches!(&body.var(*m).ty, Ty::Vec(element) | Ty::Array(element, _) if matches!(**element, Ty::Float(_)));
    let mut found: Vec<M> = zeros.intersection(&cleared).copied().filter(floats).collect();
    found.retain(|m| !kept.contains(m));
    found.sort_unstable();
    found
}

/// What is known of integers.
struct Known {
    sizes: Sizes,
    /// The values that are the same wherever they're seen.
    lasting: HashSet<V>,
}

impl Known {
    fn of(body: &Body, all: &Block, tops: [&Block; 2]) -> Self {
        let value = |param: &Param| match param.binding {
            Binding::Value(v) => Some(v),
            Binding::Var(_) => None,
        };
        let mut lasting: HashSet<V> = body.params.iter().filter_map(value).collect();
        lasting.extend(tops.iter().flat_map(|block| &block.stmts).flat_map(Stmt::defines));
        all.for_each_stmt(&mut |stmt| {
            if let Stmt::Let { value, op: Op::Literal(_) } = stmt {
                lasting.insert(*value);
            }
        });
        Self { sizes: Sizes::of(body, all, &HashMap::new()), lasting }
    }

    fn is_at_most(&self, a: &Polynomial, b: &Polynomial) -> bool {
        self.sizes.is_at_most(a, b)
    }
}

/// Whether a statement reads or writes elements of the variable, itself or in one inside it.
fn touched_by(stmt: &Stmt, m: M) -> bool {
    let mut found = false;
    stmt.for_each(&mut |stmt| found |= accesses(stmt, m));
    found
}

fn accesses(stmt: &Stmt, m: M) -> bool {
    match stmt {
        // Lengths alone.
        Stmt::Declare { init: Init::Zeros { .. }, .. } | Stmt::Let { op: Op::Len(_), .. } => false,
        stmt => stmt.writes().contains(&m) || reads(stmt).contains(&m),
    }
}

fn touches(block: &Block, m: M) -> bool {
    block.stmts.iter().any(|stmt| touched_by(stmt, m))
}

/// Looks for the block in which everything happens to the variable.
fn in_block(body: &mut Body, block: &mut Block, m: M, known: &Known) {
    let steps: Vec<usize> = (0..block.stmts.len()).filter(|at| touched_by(&block.stmts[*at], m)).collect();
    if let [only] = steps[..] {
        if accesses(&block.stmts[only], m) {
            return;
        }
        let mut inner: Vec<&mut Block> =
            block.stmts[only].blocks_mut().into_iter().filter(|inner| touches(inner, m)).collect();
        if let [inner] = &mut inner[..] {
            in_block(body, inner, m, known);
        }
        return;
    }
    let Some(parts) = parts(block, &steps, m, &known.sizes) else { return };
    let Some(firsts) = firsts(&parts, known) else { return };
    for at in firsts {
        assign(body, &mut block.stmts[at], m);
    }
    uncleared(block, m);
}

/// What the statements with these numbers do with the variable. An element that is read and cleared right after is taken.
fn parts(block: &Block, steps: &[usize], m: M, sizes: &Sizes) -> Option<Vec<(usize, Part)>> {
    let is_taken =
        |at: usize, next: Option<&usize>| match (&block.stmts[at], next.map(|next| &block.stmts[*next])) {
            (Stmt::Let { op: Op::Load(read), .. }, Some(Stmt::Clear { place, .. })) => read == place,
            _ => false,
        };
    let mut parts = Vec::new();
    for (number, at) in steps.iter().enumerate() {
        if !is_taken(*at, steps.get(number + 1)) {
            parts.push((*at, Part::of(&block.stmts[*at], m, sizes)?));
        }
    }
    Some(parts)
}

/// From an element up to, but not including, another one.
#[derive(Clone, PartialEq)]
struct Span {
    start: Polynomial,
    end: Polynomial,
}

/// What a statement does with the variable.
enum Part {
    /// It adds to each of these elements once.
    Adds(Span),
    /// It reads each of these elements and clears it then.
    Takes(Span),
    /// It reads.
    Reads,
}

impl Part {
    fn of(stmt: &Stmt, m: M, sizes: &Sizes) -> Option<Self> {
        let mut writes = false;
        stmt.for_each(&mut |stmt| writes |= stmt.writes().contains(&m));
        match stmt {
            _ if !writes => Some(Self::Reads),
            Stmt::Clear { place, .. } => Some(Self::Takes(element(place, sizes)?)),
            Stmt::Loop(looped) => Self::of_loop(looped, m, sizes),
            _ => None,
        }
    }

    fn of_loop(looped: &Loop, m: M, sizes: &Sizes) -> Option<Self> {
        let (index, start, end) = walked(looped)?;
        let own: Vec<&Stmt> = looped.body.stmts.iter().filter(|stmt| touched_by(stmt, m)).collect();
        let (place, takes) = match own[..] {
            [Stmt::Store { place, how: StoreHow::Add | StoreHow::Sub, .. }] => (place, false),
            [Stmt::Let { op: Op::Load(read), .. }, Stmt::Clear { place, .. }] if read == place => {
                (place, true)
            }
            _ => return None,
        };
        let at = element(place, sizes)?.start;
        let with = |v: V| at.with(index, &sizes.value(v));
        // The index itself, and what doesn't depend on the iteration.
        let next = at.with(index, &sizes.value(index).plus(&Polynomial::constant(1), 1));
        let inside = defined(looped);
        let steady = at.values().all(|v| v == index || !inside.contains(&v));
        if next.plus(&at, -1) != Polynomial::constant(1) || !steady {
            return None;
        }
        let span = Span { start: with(start), end: with(end) };
        Some(if takes { Self::Takes(span) } else { Self::Adds(span) })
    }
}

/// An element of the variable itself.
fn element(place: &Place, sizes: &Sizes) -> Option<Span> {
    let [Projection::Index(v)] = place.projections[..] else { return None };
    let start = sizes.value(v);
    let end = start.plus(&Polynomial::constant(1), 1);
    Some(Span { start, end })
}

/// The index and the range of a loop that gets to each number of a range once.
fn walked(looped: &Loop) -> Option<(V, V, V)> {
    let (Head::Range { index, range } | Head::Replay(Replay { range: Some((index, range)), .. })) =
        &looped.head
    else {
        return None;
    };
    let all = looped.exit.is_none() && looped.checkpoint.is_none();
    (all && range.adapters.is_empty() && !range.inclusive).then_some((*index, range.start, range.end))
}

fn defined(looped: &Loop) -> HashSet<V> {
    let mut inside: HashSet<V> = looped.params().into_iter().collect();
    looped.body.for_each_stmt(&mut |stmt| {
        inside.extend(stmt.defines());
        if let Stmt::Loop(inner) = stmt {
            inside.extend(inner.params());
        }
    });
    inside
}

/// The numbers of the additions that come first in a round; `None` where it matters what is in the elements before, or whether they're
/// cleared after.
fn firsts(parts: &[(usize, Part)], known: &Known) -> Option<Vec<usize>> {
    let mut rest = parts;
    let mut firsts = Vec::new();
    let mut written: Option<&Span> = None;
    while let Some((at, Part::Adds(span))) = rest.first() {
        let lasts = span.start.values().chain(span.end.values()).all(|v| known.lasting.contains(&v));
        if !lasts || written.is_some_and(|before| before != span) {
            return None;
        }
        (written, rest) = (Some(span), &rest[1..]);
        firsts.push(*at);
        rest = added(rest, span, known)?;
        rest = taken(rest, span, known)?;
    }
    (rest.is_empty() && !firsts.is_empty()).then_some(firsts)
}

/// After further additions to the same elements, and reads.
fn added<'p>(mut rest: &'p [(usize, Part)], span: &Span, known: &Known) -> Option<&'p [(usize, Part)]> {
    while let Some((_, part)) = rest.first() {
        match part {
            Part::Adds(more) => {
                let inside =
                    known.is_at_most(&span.start, &more.start) && known.is_at_most(&more.end, &span.end);
                if !inside {
                    return None;
                }
            }
            Part::Reads => {}
            Part::Takes(_) => break,
        }
        rest = &rest[1..];
    }
    Some(rest)
}

/// After all elements have been taken, each once.
fn taken<'p>(rest: &'p [(usize, Part)], span: &Span, known: &Known) -> Option<&'p [(usize, Part)]> {
    let takes: Vec<&Span> = rest
        .iter()
        .map_while(|(_, part)| match part {
            Part::Takes(span) => Some(span),
            _ => None,
        })
        .collect();
    let covers = |first: &Span, last: &Span| {
        known.is_at_most(&first.start, &span.start) && known.is_at_most(&span.end, &last.end)
    };
    let all = match takes[..] {
        [one] => covers(one, one),
        [a, b] if a.end == b.start => covers(a, b),
        [a, b] if b.end == a.start => covers(b, a),
        _ => false,
    };
    all.then(|| &rest[takes.len()..])
}

/// The addition becomes an assignment.
fn assign(body: &mut Body, stmt: &mut Stmt, m: M) {
    let Stmt::Loop(looped) = stmt else { return };
    let stores = |stmt: &Stmt| matches!(stmt, Stmt::Store { place, .. } if place.base == m);
    let Some(number) = looped.body.stmts.iter().position(stores) else { return };
    let Stmt::Store { how, value, .. } = &mut looped.body.stmts[number] else { return };
    if std::mem::replace(how, StoreHow::Set) == StoreHow::Sub {
        let positive = body.value(*value).clone();
        let negated = body.new_value("t", positive.ty, positive.span);
        let op = Op::Prim(Prim::Neg, vec![std::mem::replace(value, negated)]);
        looped.body.stmts.insert(number, Stmt::Let { value: negated, op });
    }
}

/// Nothing is cleared.
fn uncleared(block: &mut Block, m: M) {
    block.stmts.retain(|stmt| !matches!(stmt, Stmt::Clear { place, .. } if place.base == m));
    for inner in block.stmts.iter_mut().flat_map(Stmt::blocks_mut) {
        uncleared(inner, m);
    }
}
