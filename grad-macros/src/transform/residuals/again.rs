//! Working memory that is computed again: what an iteration has written to arrays, element by element, from a state that is kept
//! anyway, costs less to compute once more in the adjoint of the iteration than to write to a tape and to read from there.
//!
//! The statements that lead to the copies asked for (`rows`) run again at the start of the adjoint, on memory of their own: one array per
//! copy, so that nothing is copied at all. That asks for arrays that are written from scratch (`coverage`) by loops of cheap arithmetic.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::rows::Moment;
use super::{KeptRow, Residuals};
use crate::ir::{
    Block, BlockId, Branch, BranchKind, Head, Init, Loop, M, Op, Place, Prim, Replay, Stmt, Ty, V, VarKind,
};
use crate::simplify::reads;
use crate::transform::checkpoint::Copier;

/// How many loops may run again for each array that isn't kept.
const LOOPS_PER_ROW: usize = 3;

/// Computes again what pays among the rows that are kept for this adjoint.
pub fn again(residuals: &mut Residuals<'_>, adjoint: &mut Block) {
    let homes: BTreeSet<BlockId> = asked(residuals, |_| true).iter().map(|moment| moment.home).collect();
    for home in homes {
        let Some(block) = block_of(&residuals.body.block, home).cloned() else { continue };
        let alone = |moment: &Moment| Plan::of(residuals, &block, &[*moment]).is_some();
        let moments: Vec<Moment> =
            asked(residuals, |moment| moment.home == home).into_iter().filter(alone).collect();
        if let Some(plan) = Plan::of(residuals, &block, &moments).filter(|plan| plan.pays(residuals)) {
            plan.carry_out(residuals, adjoint);
        }
    }
}

/// The copies of what an iteration has written, as far as they may be large.
fn asked(residuals: &Residuals<'_>, wanted: impl Fn(&Moment) -> bool) -> Vec<Moment> {
    let of_iteration = |kept: &&KeptRow| kept.inside.is_none() && kept.moment.position > 0;
    let moments = residuals.kept.iter().filter(of_iteration).map(|kept| kept.moment);
    moments.filter(|moment| wanted(moment) && !residuals.rows.is_small(moment.of)).collect()
}

/// What has to run again.
struct Plan {
    home: BlockId,
    moments: Vec<Moment>,
    /// The statements, with their numbers in the iteration.
    stmts: Vec<(usize, Stmt)>,
    written: Vec<M>,
    /// The variables that are read as they were when the iteration started.
    state: Vec<M>,
}

impl Plan {
    fn of(residuals: &Residuals<'_>, block: &Block, moments: &[Moment]) -> Option<Self> {
        let stmts = leading_to(block, moments)?;
        let mut written = Vec::new();
        for (_, stmt) in &stmts {
            stmt.for_each(&mut |stmt| written.extend(stmt.writes()));
        }
        written.sort_unstable();
        written.dedup();
        let mut plan = Self { home: block.id, moments: moments.to_vec(), stmts, written, state: Vec::new() };
        plan.state = plan.read_as_it_was(residuals)?;
        (plan.is_in_reach(residuals) && plan.is_fresh(residuals)).then_some(plan)
    }

    /// What is read and neither written by these statements nor still there; `None` if there is no way to have it.
    fn read_as_it_was(&self, residuals: &Residuals<'_>) -> Option<Vec<M>> {
        let mut state = Vec::new();
        let mut fine = true;
        for (_, stmt) in &self.stmts {
            stmt.for_each(&mut |stmt| {
                let Stmt::Let { value, op: Op::Load(place) | Op::Len(place) } = stmt else { return };
                let there = match stmt {
                    Stmt::Let { op: Op::Len(place), .. } => residuals.has_lasting_length(place),
                    _ => residuals.readable(*value, place.base),
                };
                if !there && !self.written.contains(&place.base) && !state.contains(&place.base) {
                    fine &= residuals.can_be_kept(place.base);
                    state.push(place.base);
                }
            });
        }
        fine.then_some(state)
    }

    /// Whether the adjoint of the iteration has the values that these statements use.
    fn is_in_reach(&self, residuals: &Residuals<'_>) -> bool {
        let index = residuals.scope.index(self.home);
        let mut own = HashSet::new();
        let mut used = HashSet::new();
        for (_, stmt) in &self.stmts {
            stmt.for_each(&mut |stmt| own.extend(defined(stmt)));
            used.extend(operands(stmt));
        }
        used.difference(&own).all(|v| residuals.scope.is_top(*v) || Some(*v) == index)
    }

    /// Whether every array is written before it's read, from one copy to the next.
    fn is_fresh(&self, residuals: &Residuals<'_>) -> bool {
        self.written.iter().all(|m| {
            let last = self.moments.iter().filter(|moment| moment.of == *m).count();
            residuals.can_be_kept(*m)
                && (0..=last).all(|version| residuals.rows.is_fresh(*m, &self.part(*m, version)))
        })
    }

    /// The statements between two copies of a variable, with the copy.
    fn part(&self, m: M, version: usize) -> Block {
        let there = self.stmts.iter().filter(|(at, _)| self.version(m, *at) == version);
        let mut stmts: Vec<Stmt> = there.map(|(_, stmt)| stmt.clone()).collect();
        if self.moments.iter().any(|moment| moment.of == m && self.version_of(*moment) == version) {
            stmts.push(Stmt::Keep { tape: M(u32::MAX), place: Place::whole(m) });
        }
        Block { id: self.home, stmts, results: Vec::new(), mirrors: None }
    }

    /// How many of the variable's copies are of no use to a statement: it, or one before it, overwrites what was copied.
    fn version(&self, m: M, at: usize) -> usize {
        let over = |moment: &Moment| {
            self.stmts.iter().any(|(later, stmt)| (moment.position..=at).contains(later) && writes(stmt, m))
        };
        self.moments.iter().filter(|moment| moment.of == m && over(moment)).count()
    }

    /// The number of a copy among those of its variable.
    fn version_of(&self, moment: Moment) -> usize {
        let earlier = |other: &&Moment| other.of == moment.of && other.position < moment.position;
        self.moments.iter().filter(earlier).count()
    }

    /// Whether it's less work than to keep the copies.
    fn pays(&self, residuals: &Residuals<'_>) -> bool {
        let mut loops = 0;
        for (_, stmt) in &self.stmts {
            stmt.for_each(&mut |stmt| loops += usize::from(matches!(stmt, Stmt::Loop(_))));
        }
        let more = self.state.iter().filter(|m| residuals.row(self.start(**m)).is_none()).count();
        self.moments.len() > more && loops <= LOOPS_PER_ROW * (self.moments.len() - more)
    }

    fn start(&self, of: M) -> Moment {
        Moment { home: self.home, of, position: 0 }
    }

    fn carry_out(&self, residuals: &mut Residuals<'_>, adjoint: &mut Block) {
        if replays(adjoint, self.home) != 1 {
            return;
        }
        let mut state = HashMap::new();
        for m in &self.state {
            let known = residuals.row(self.start(*m));
            state.insert(*m, known.unwrap_or_else(|| residuals.keep(self.start(*m))));
        }
        let (kept, computed): (Vec<KeptRow>, Vec<KeptRow>) = std::mem::take(&mut residuals.kept)
            .into_iter()
            .partition(|kept| kept.inside.is_some() || !self.moments.contains(&kept.moment));
        residuals.kept = kept;
        let computed: HashMap<M, Moment> = computed.iter().map(|kept| (kept.row, kept.moment)).collect();
        at_replay(adjoint, self.home, &mut |index, body, before| {
            self.rerun(residuals, (index, body), &state, &computed, before);
        });
    }

    /// Writes the statements at the start of an iteration's adjoint; their memory is declared before the loop.
    fn rerun(
        &self,
        residuals: &mut Residuals<'_>,
        (index, adjoint): (Option<V>, &mut Block),
        state: &HashMap<M, M>,
        computed: &HashMap<M, Moment>,
        before: &mut Vec<Stmt>,
    ) {
        let mut copier = Copier { values: HashMap::new(), vars: state.clone() };
        if let Some((primal, own)) = residuals.scope.index(self.home).zip(index) {
            copier.values.insert(primal, own);
        }
        let mut versions: HashMap<(M, usize), M> = HashMap::new();
        let mut start = Vec::new();
        for (at, stmt) in &self.stmts {
            for m in &self.written {
                let key = (*m, self.version(*m, *at));
                let own = *versions.entry(key).or_insert_with(|| memory_like(residuals, *m, before));
                copier.vars.insert(*m, own);
            }
            start.push(copier.stmt(residuals.body, stmt));
        }
        adjoint.stmts.retain(|stmt| !matches!(stmt, Stmt::Declare { var, .. } if computed.contains_key(var)));
        let rename = |m: M| match computed.get(&m) {
            Some(moment) => versions[&(moment.of, self.version_of(*moment))],
            None => m,
        };
        rename_vars(adjoint, &rename);
        let taken = |stmt: &Stmt| matches!(stmt, Stmt::Declare { init: Init::Kept { .. }, .. });
        let there = residuals.taken(self.home, &adjoint.stmts);
        let first = adjoint.stmts.iter().rposition(taken).map_or(0, |last| last + 1);
        adjoint.stmts.splice(first..first, there.into_iter().chain(start));
    }
}

/// An array with as many elements as `m`, declared before the loop.
fn memory_like(residuals: &mut Residuals<'_>, m: M, before: &mut Vec<Stmt>) -> M {
    let var = residuals.body.var(m).clone();
    let ty = match &var.ty {
        Ty::Slice(element) => Ty::Vec(element.clone()),
        ty => ty.clone(),
    };
    let own = residuals.body.new_var(format!("{}_again", var.name), ty, VarKind::Local, var.span);
    residuals.body.vars[own.0 as usize].mutable = true;
    let len = match residuals.rows.count(residuals.body, m, &residuals.scope) {
        Some(Op::Copy(len)) => Some(len),
        _ => None,
    };
    before.push(Stmt::Declare { var: own, init: Init::Zeros { like: m, len } });
    own
}

/// The statements of an iteration that lead to what is copied, with their numbers; `None` if one of them can't run again.
fn leading_to(block: &Block, moments: &[Moment]) -> Option<Vec<(usize, Stmt)>> {
    let last = moments.iter().map(|moment| moment.position).max()?;
    let (mut memory, mut values, mut stmts) = (HashSet::new(), HashSet::new(), Vec::new());
    for (at, stmt) in block.stmts.iter().enumerate().take(last).rev() {
        memory.extend(moments.iter().filter(|moment| moment.position == at + 1).map(|moment| moment.of));
        let mut needed = stmt.defines().iter().any(|v| values.contains(v));
        needed |= memory.iter().any(|m| writes(stmt, *m));
        if !needed {
            continue;
        }
        if !is_cheap(stmt, true) {
            return None;
        }
        stmt.for_each(&mut |stmt| memory.extend(reads(stmt).into_iter().chain(stmt.writes())));
        values.extend(operands(stmt));
        stmts.push((at, stmt.clone()));
    }
    stmts.reverse();
    Some(stmts)
}

/// Whether a statement is arithmetic on numbers and elements of arrays, at most in one loop.
fn is_cheap(stmt: &Stmt, loops: bool) -> bool {
    let all = |block: &Block| block.stmts.iter().all(|stmt| is_cheap(stmt, false));
    match stmt {
        Stmt::Let { op, .. } => match op {
            Op::Prim(prim, _) => prim.is_cheap() || *prim == Prim::Div,
            Op::Number(_)
            | Op::Literal(_)
            | Op::Cast(..)
            | Op::Load(_)
            | Op::Len(_)
            | Op::Copy(_)
            | Op::Stop(_) => true,
            _ => false,
        },
        Stmt::Store { .. } => true,
        Stmt::Branch(Branch { kind: BranchKind::If(_), arms, .. }) => arms.iter().all(all),
        Stmt::Loop(looped) => loops && is_plain(looped) && all(&looped.body),
        _ => false,
    }
}

fn is_plain(looped: &Loop) -> bool {
    matches!(looped.head, Head::Range { .. }) && looped.exit.is_none() && looped.checkpoint.is_none()
}

/// Whether a statement writes to a variable, or one inside it.
fn writes(stmt: &Stmt, m: M) -> bool {
    let mut found = false;
    stmt.for_each(&mut |stmt| found |= stmt.writes().contains(&m));
    found
}

/// The values that a statement defines, or that are parameters in it.
fn defined(stmt: &Stmt) -> Vec<V> {
    let mut all = stmt.defines();
    if let Stmt::Loop(looped) = stmt {
        all.extend(looped.params());
    }
    all
}

/// The values that a statement uses, or one inside it.
fn operands(stmt: &Stmt) -> Vec<V> {
    let mut all = Vec::new();
    stmt.for_each(&mut |stmt| {
        all.extend(stmt.own_operands());
        all.extend(stmt.blocks().into_iter().flat_map(|block| block.results.clone()));
    });
    all
}

fn block_of(block: &Block, id: BlockId) -> Option<&Block> {
    if block.id == id {
        return Some(block);
    }
    block.stmts.iter().flat_map(Stmt::blocks).find_map(|inner| block_of(inner, id))
}

/// How many loops run the iterations of the loop with this body backwards.
fn replays(adjoint: &Block, home: BlockId) -> usize {
    let mut count = 0;
    adjoint.for_each_stmt(&mut |stmt| {
        count += stmt.blocks().iter().filter(|block| block.mirrors == Some(home)).count();
    });
    count
}

/// Hands out the loop that runs the iterations backwards: its index, its body, and where to put what goes before it.
fn at_replay(block: &mut Block, home: BlockId, f: &mut impl FnMut(Option<V>, &mut Block, &mut Vec<Stmt>)) {
    let mut stmts = Vec::with_capacity(block.stmts.len());
    for mut stmt in block.stmts.drain(..) {
        match &mut stmt {
            Stmt::Loop(looped) if looped.body.mirrors == Some(home) => {
                let index = match &looped.head {
                    Head::Replay(Replay { range, .. }) => range.as_ref().map(|(index, _)| *index),
                    _ => None,
                };
                f(index, &mut looped.body, &mut stmts);
            }
            other => other.blocks_mut().into_iter().for_each(|inner| at_replay(inner, home, f)),
        }
        stmts.push(stmt);
    }
    block.stmts = stmts;
}

fn rename_vars(block: &mut Block, rename: &impl Fn(M) -> M) {
    for stmt in &mut block.stmts {
        stmt.map_vars(&mut |m| rename(m));
        stmt.blocks_mut().into_iter().for_each(|inner| rename_vars(inner, rename));
    }
}
