//! Arrays that are kept as a whole: what the inner loops of an iteration read of working memory, element by element, is copied once
//! per iteration of the loop around them. Where the memory is still as it was read when the adjoint runs, it isn't copied at all.

use std::collections::{HashMap, HashSet};

use super::scope::Scope;
use crate::analysis::{Effects, Polynomial, Sizes, moved};
use crate::ir::{Block, BlockId, Body, Head, M, Op, Place, Stmt, Ty, V, VarKind};
use crate::transform::coverage::{is_fresh, is_settled};
use crate::transform::lengths::sizes;

/// An array of at most so many elements is copied without asking how many of them are read.
const FEW: i128 = 16;

/// The memory that the primal code reads in loops.
pub struct Rows {
    sizes: Sizes,
    /// Where a load stands: the blocks around it, outermost first, with the number of the statement in each.
    paths: HashMap<V, Vec<(BlockId, usize)>>,
    /// What the statements of a block write.
    writes: HashMap<BlockId, Vec<HashSet<M>>>,
    /// Statements that leave what they read of a variable as they read it, though they write to it.
    settled: HashSet<(BlockId, usize, M)>,
    /// How far the loops count that every iteration of a loop with this body runs.
    ends: HashMap<BlockId, Vec<Polynomial>>,
    /// Variables whose elements can be copied one by one.
    plain: HashSet<M>,
}

/// A copy of a variable, made in each iteration of a loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// The loop's body.
    pub home: BlockId,
    pub of: M,
    /// The number of the statement of the body before which the copy is made.
    pub position: usize,
}

impl Rows {
    /// Looks at a body's primal code.
    pub fn of(body: &Body, effects: &Effects) -> Self {
        let mut plain = HashSet::new();
        for (index, var) in body.vars.iter().enumerate() {
            let m = M(u32::try_from(index).unwrap_or(u32::MAX));
            let row = matches!(&var.ty, Ty::Array(..) | Ty::Vec(_) | Ty::Slice(_));
            if row && is_plain(&var.ty.element()) && effects.has_one_length(m) && var.kind != VarKind::Ref {
                plain.insert(m);
            }
        }
        let mut rows = Self {
            sizes: sizes(body, effects),
            paths: HashMap::new(),
            writes: HashMap::new(),
            settled: HashSet::new(),
            ends: HashMap::new(),
            plain,
        };
        rows.block(body, &body.block, &mut Vec::new());
        rows
    }

    fn block(&mut self, body: &Body, block: &Block, around: &mut Vec<(BlockId, usize)>) {
        let mut all = Vec::with_capacity(block.stmts.len());
        for (number, stmt) in block.stmts.iter().enumerate() {
            around.push((block.id, number));
            if let Stmt::Let { value, op: Op::Load(place) } = stmt
                && self.plain.contains(&place.base)
            {
                self.paths.insert(*value, around.clone());
            }
            let mut written: HashSet<M> = stmt.writes().into_iter().chain(moved(body, stmt)).collect();
            for inner in stmt.blocks() {
                self.block(body, inner, around);
                inner.for_each_stmt(&mut |stmt| {
                    written.extend(stmt.writes().into_iter().chain(moved(body, stmt)));
                });
            }
            if let Stmt::Loop(looped) = stmt {
                let mut ends = Vec::new();
                self.counted(&looped.body, &mut ends);
                self.ends.insert(looped.body.id, ends);
                for m in read_in(&looped.body).intersection(&written) {
                    if self.plain.contains(m) && is_settled(*m, stmt, &self.sizes) {
                        self.settled.insert((block.id, number, *m));
                    }
                }
            }
            all.push(written);
            around.pop();
        }
        self.writes.insert(block.id, all);
    }

    /// How far the loops count that the block is sure to run.
    fn counted(&self, block: &Block, ends: &mut Vec<Polynomial>) {
        for stmt in &block.stmts {
            if let Stmt::Loop(looped) = stmt
                && let Head::Range { range, .. } = &looped.head
                && looped.exit.is_none()
                && self.sizes.value(range.start).as_constant().is_some()
            {
                ends.push(self.sizes.value(range.end));
                self.counted(&looped.body, ends);
            }
        }
    }

    /// Whether what `v` read from `m` is still there when the block ends.
    pub fn is_intact(&self, v: V, m: M, block: BlockId) -> bool {
        let Some((_, number)) = self.paths.get(&v).and_then(|path| path.iter().find(|(id, _)| *id == block))
        else {
            return false;
        };
        let writes = &self.writes[&block];
        let after = writes[number + 1..].iter().any(|written| written.contains(&m));
        !after && self.leaves(block, *number, m)
    }

    /// Whether a statement leaves what it reads of a variable as it is.
    fn leaves(&self, block: BlockId, number: usize, m: M) -> bool {
        !self.writes[&block][number].contains(&m) || self.settled.contains(&(block, number, m))
    }

    /// The copy to read instead of `m`, made in the outermost loop that can make it, inside the block `inside` if there is one.
    pub fn moment(&self, v: V, m: M, inside: Option<BlockId>, scope: &Scope) -> Option<Moment> {
        let path = self.paths.get(&v)?;
        let first = match inside {
            None => 0,
            Some(inside) => path.iter().position(|(id, _)| *id == inside)? + 1,
        };
        (first..path.len()).find_map(|at| {
            let (home, number) = path[at];
            let deeper = path[at + 1..].iter().any(|(id, _)| scope.is_loop(*id));
            let fine = scope.is_loop(home) && deeper && self.leaves(home, number, m) && self.pays(home, m);
            fine.then(|| Moment { home, of: m, position: self.position(home, number, m) })
        })
    }

    /// Right after the last statement that writes to the variable, up to this one.
    fn position(&self, home: BlockId, number: usize, m: M) -> usize {
        let writes = &self.writes[&home][..=number];
        writes.iter().rposition(|written| written.contains(&m)).map_or(0, |last| last + 1)
    }

    /// Whether an iteration has about as much to do anyway as to copy the variable.
    fn pays(&self, home: BlockId, m: M) -> bool {
        let Some(length) = self.sizes.length(&Place::whole(m)) else { return false };
        let few = self.is_small(m);
        let whole = |end: &Polynomial| end.plus(&length, -1).as_constant().is_some();
        few || self.ends.get(&home).is_some_and(|ends| ends.iter().any(whole))
    }

    /// Whether the variable is an array whose elements can be copied one by one.
    pub fn is_plain(&self, m: M) -> bool {
        self.plain.contains(&m)
    }

    /// Whether the variable has few elements, and a number of them that is written down.
    pub fn is_small(&self, m: M) -> bool {
        let length = self.sizes.length(&Place::whole(m)).and_then(|length| length.as_constant());
        length.is_some_and(|length| length <= FEW)
    }

    /// Whether the block reads nothing of the variable but what it has written itself before.
    pub fn is_fresh(&self, m: M, block: &Block) -> bool {
        is_fresh(m, block, &self.sizes)
    }

    /// The number of the variable's elements, as a value of the function's own block or in the words of its type.
    pub fn count(&self, body: &Body, m: M, scope: &Scope) -> Option<Op> {
        if let Ty::Array(_, count) = &body.var(m).ty {
            return syn::parse2(count.clone()).ok().map(|count| Op::Literal(Box::new(count)));
        }
        let length = self.sizes.length(&Place::whole(m))?.as_value()?;
        scope.is_top(length).then_some(Op::Copy(length))
    }
}

/// Whether values of the type are copied by copying them.
fn is_plain(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int | Ty::Bool => true,
        Ty::Array(element, _) => is_plain(element),
        Ty::Tuple(elements) => elements.iter().all(is_plain),
        _ => false,
    }
}

/// The variables that a block loads from.
fn read_in(block: &Block) -> HashSet<M> {
    let mut read = HashSet::new();
    block.for_each_stmt(&mut |stmt| {
        if let Stmt::Let { op: Op::Load(place), .. } = stmt {
            read.insert(place.base);
        }
    });
    read
}
