//! What has to be known of a tree of blocks before the first token is written: how often and where values are used.

use std::collections::{HashMap, HashSet};

use proc_macro2::Ident;

use crate::ir::{
    Arg, Binding, Block, BlockId, Body, BranchKind, Form, Head, Init, Loop, LoopId, M, Op, Opaque, Place,
    Projection, Stmt, TapeShape, V,
};

/// Uses of values, homes of tapes, and the loops whose iterations have to be numbered.
#[derive(Default)]
#[allow(clippy::struct_excessive_bools, reason = "they are independent: what generated code has to import")]
pub struct Facts {
    uses: Vec<u32>,
    home: Vec<Option<BlockId>>,
    elsewhere: Vec<bool>,
    named: Vec<bool>,
    handed_on: Vec<bool>,
    indexes: Vec<bool>,
    pulled: Vec<bool>,
    written: Vec<bool>,
    /// The names by which user code knows values, in the order of their appearance.
    pub user_names: Vec<(Ident, V)>,
    /// The loops in which a fixed tape is written: their iterations need a number.
    pub numbered: HashSet<LoopId>,
    /// The loops in whose replay a fixed tape is read by number.
    pub numbered_replays: HashSet<LoopId>,
    /// Tapes with one record per iteration of one loop, in order: they are read by walking over them.
    pub flat: HashSet<M>,
    /// Tapes of copies of whole arrays.
    pub rows: HashSet<M>,
    /// The values of a tape's records.
    pub records: HashMap<M, Vec<V>>,
    /// Growing tapes to open for reading before a statement, the one with this number in the block.
    pub cursors: HashMap<(BlockId, usize), Vec<M>>,
    /// Whether functions of floats are called as methods.
    pub methods: bool,
    /// Whether methods or associated functions with a derivative are called on values of unknown type.
    pub unknown_methods: bool,
    /// Whether pullbacks of calls are run.
    pub pullbacks: bool,
    /// Whether a call with tangents runs backwards.
    pub second_order: bool,
    tape_home: HashMap<M, BlockId>,
    /// The lengths of fixed tapes' dimensions.
    fixed: HashMap<M, usize>,
    /// The loops around, and whether each is a replay.
    loops: Vec<(LoopId, bool)>,
    /// How many loops there are around a tape's declaration, and between that and its record.
    depths: HashMap<M, (usize, usize)>,
}

impl Facts {
    /// Walks over the blocks, each of which is a scope of its own (a function's or a closure's).
    pub fn new(body: &Body, blocks: &[&Block]) -> Self {
        let (values, vars) = (body.values.len(), body.vars.len());
        let mut facts = Self {
            uses: vec![0; values],
            home: vec![None; values],
            elsewhere: vec![false; values],
            named: vec![false; values],
            handed_on: vec![false; values],
            indexes: vec![false; values],
            pulled: vec![false; values],
            written: vec![false; vars],
            ..Self::default()
        };
        for block in blocks {
            facts.block(block);
        }
        for block in blocks {
            let left = facts.open_cursors(block);
            facts.open_before_first_use(block, &left);
        }
        facts
    }

    /// How often a value is used.
    pub fn uses(&self, v: V) -> u32 {
        self.uses.get(v.0 as usize).copied().unwrap_or(0)
    }

    /// Whether the value's one use is in the block that defines it, so that its expression may stand there.
    pub fn used_once_at_home(&self, v: V) -> bool {
        self.uses(v) == 1 && !self.elsewhere[v.0 as usize]
    }

    /// Whether user code names the value, so that it has to have a name.
    pub fn is_named(&self, v: V) -> bool {
        self.named[v.0 as usize]
    }

    /// The block that defines a value.
    pub fn home(&self, v: V) -> Option<BlockId> {
        self.home[v.0 as usize]
    }

    /// Whether another scope or block uses the value as well as its own.
    pub fn is_used_elsewhere(&self, v: V) -> bool {
        self.elsewhere[v.0 as usize]
    }

    /// Whether a use is the result of a block or the start of a carried value: there it gets another name anyway.
    pub fn is_handed_on(&self, v: V) -> bool {
        self.handed_on[v.0 as usize]
    }

    /// Whether the value indexes memory as it is: it's a `usize`.
    pub fn is_index(&self, v: V) -> bool {
        self.indexes[v.0 as usize]
    }

    /// Whether the value is a pullback.
    pub fn is_pullback(&self, v: V) -> bool {
        self.pulled[v.0 as usize]
    }

    /// Whether anything is stored to the variable.
    pub fn is_written(&self, m: M) -> bool {
        self.written[m.0 as usize]
    }

    /// The number of dimensions of a fixed tape; `None` for a growing one.
    pub fn dimensions(&self, tape: M) -> Option<usize> {
        self.fixed.get(&tape).copied()
    }

    fn use_of(&mut self, v: V, block: BlockId) {
        let index = v.0 as usize;
        self.uses[index] += 1;
        self.elsewhere[index] |= self.home[index] != Some(block);
    }

    fn hand_on(&mut self, v: V, block: BlockId) {
        self.use_of(v, block);
        self.handed_on[v.0 as usize] = true;
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            for v in stmt.own_operands() {
                self.use_of(v, block.id);
            }
            for v in stmt.defines() {
                self.home[v.0 as usize] = Some(block.id);
            }
            for m in stmt.writes() {
                self.written[m.0 as usize] |= !matches!(stmt, Stmt::Declare { .. });
            }
            self.stmt(stmt, block.id);
        }
        for &v in &block.results {
            self.hand_on(v, block.id);
        }
    }

    fn stmt(&mut self, stmt: &Stmt, home: BlockId) {
        match stmt {
            Stmt::Let { op: Op::Opaque(opaque), .. } => self.opaque(opaque),
            Stmt::Let {
                op: Op::Load(place) | Op::Len(place) | Op::ZeroTangentAt(place) | Op::SumOver(place),
                ..
            }
            | Stmt::Store { place, .. }
            | Stmt::Clear { place, .. } => self.place(place),
            Stmt::Let { op: Op::Dot(places), .. } => {
                self.place(&places.0);
                self.place(&places.1);
            }
            Stmt::Let { op, .. } => {
                self.methods |= matches!(op, Op::Prim(prim, _) if prim.form() == Form::Method);
            }
            Stmt::Declare { var, init } => self.declare(*var, init, home),
            Stmt::Swap { .. } => {}
            Stmt::Effect(effect) => self.user_code(&effect.uses),
            Stmt::Branch(branch) => {
                if let BranchKind::Match { scrutinee, arms, .. } = &branch.kind {
                    self.opaque(scrutinee);
                    for arm in arms {
                        arm.guard.iter().for_each(|guard| self.opaque(guard));
                        self.user_names.extend(arm.binds.iter().cloned());
                    }
                }
                branch.arms.iter().for_each(|arm| self.block(arm));
            }
            Stmt::Loop(looped) => self.looped(looped),
            Stmt::Call(call) => self.call(call),
            Stmt::Second(second) => {
                self.second_order = true;
                self.args(&second.call.args);
            }
            Stmt::Pullback(pullback) => {
                self.pullbacks = true;
                match &pullback.call {
                    Some(call) => self.call(call),
                    None => self.pulled[pullback.handle.0 as usize] = true,
                }
            }
            Stmt::Keep { tape, .. } => {
                self.rows.insert(*tape);
            }
            Stmt::Record { tape, values } => {
                self.records.insert(*tape, values.clone());
                if let Some((around, inside)) = self.depths.get_mut(tape) {
                    *inside = self.loops.len().saturating_sub(*around);
                }
                self.number_loops_of(*tape);
            }
        }
    }

    fn args(&mut self, args: &[Arg]) {
        for arg in args {
            match arg {
                Arg::Opaque(opaque) => self.opaque(opaque),
                Arg::Ref { place, .. } => self.place(place),
                Arg::Value(_) => {}
            }
        }
    }

    fn declare(&mut self, var: M, init: &Init, home: BlockId) {
        self.depths.insert(var, (self.loops.len(), 0));
        match init {
            Init::Fill { len: opaque, .. } | Init::Opaque(opaque) => self.opaque(opaque),
            Init::Copy { from, .. } => self.place(from),
            Init::Row(row) => {
                self.place(&row.of);
                self.block(&row.first);
                // The number of the first element is a `usize`, and so is what it's computed from.
                row.first.clone().map_operands(&mut |v| {
                    self.indexes[v.0 as usize] = true;
                    v
                });
            }
            Init::Tape(TapeShape::Fixed(counts)) => {
                self.fixed.insert(var, counts.len());
            }
            Init::Tape(TapeShape::Growing { .. }) => {
                self.tape_home.insert(var, home);
            }
            Init::Tape(TapeShape::Sized { .. }) => {
                self.fixed.insert(var, 1);
            }
            Init::Tape(TapeShape::Buffer { .. }) => {}
            Init::Kept { tape, .. } => {
                self.rows.insert(*tape);
            }
            Init::Uninit | Init::Elements(_) | Init::Value(_) | Init::Zeros { .. } | Init::Struct { .. } => {}
        }
    }

    fn call(&mut self, call: &crate::ir::Call) {
        let derived = call.pullback.is_some() || call.tangent.is_some();
        self.unknown_methods |= derived && !call.callee.is_operator();
        self.second_order |= derived
            && matches!(&call.callee, crate::ir::Callee::Path(path) if super::call::is_derivative(path));
        self.args(&call.args);
        call.fails.opaques().for_each(|opaque| self.opaque(opaque));
    }

    fn looped(&mut self, looped: &Loop) {
        for carried in &looped.carried {
            self.handed_on[carried.init.0 as usize] = true;
        }
        for v in looped.params() {
            self.home[v.0 as usize] = Some(looped.body.id);
        }
        let of = match &looped.head {
            Head::Replay(replay) => (replay.of, true),
            Head::Range { .. } | Head::While(_) | Head::Forever => (looped.id, false),
        };
        self.loops.push(of);
        match &looped.head {
            Head::While(cond) => self.block(cond),
            Head::Replay(replay) => replay.tape.iter().for_each(|(tape, _)| self.replay(*tape)),
            Head::Range { .. } | Head::Forever => {}
        }
        self.block(&looped.body);
        if let Some(exit) = looped.exit {
            self.use_of(exit, looped.body.id);
        }
        self.loops.pop();
    }

    fn replay(&mut self, tape: M) {
        let flat = self
            .depths
            .get(&tape)
            .is_some_and(|(around, inside)| *inside == 1 && self.loops.len() == around + 1);
        if flat {
            self.flat.insert(tape);
        } else {
            self.number_loops_of(tape);
        }
    }

    /// The innermost loops around a fixed tape's record, as many as the tape has dimensions.
    fn number_loops_of(&mut self, tape: M) {
        let dimensions = self.fixed.get(&tape).copied().unwrap_or(0);
        let first = self.loops.len().saturating_sub(dimensions);
        for (id, is_replay) in &self.loops[first..] {
            if *is_replay {
                self.numbered_replays.insert(*id)
            } else {
                self.numbered.insert(*id)
            };
        }
    }

    fn opaque(&mut self, opaque: &Opaque) {
        self.user_code(&opaque.uses);
    }

    fn user_code(&mut self, uses: &[(Ident, Binding)]) {
        for (ident, binding) in uses {
            if let Binding::Value(v) = binding {
                self.named[v.0 as usize] = true;
                self.user_names.push((ident.clone(), *v));
            }
        }
    }

    fn place(&mut self, place: &Place) {
        for projection in &place.projections {
            if let Projection::Index(v) = projection {
                self.indexes[v.0 as usize] = true;
            }
        }
    }

    /// Notes where growing tapes are opened; returns those read in this block that come from outside.
    fn open_cursors(&mut self, block: &Block) -> Vec<M> {
        let mut open: Vec<M> = Vec::new();
        for (number, stmt) in block.stmts.iter().enumerate() {
            for tape in self.read_tapes(stmt) {
                if open.contains(&tape) {
                    continue;
                }
                open.push(tape);
                if self.tape_home.get(&tape) == Some(&block.id) {
                    self.cursors.entry((block.id, number)).or_default().push(tape);
                }
            }
        }
        open.retain(|tape| self.tape_home.get(tape) != Some(&block.id));
        open
    }

    /// The growing tapes that a statement reads and doesn't own.
    fn read_tapes(&mut self, stmt: &Stmt) -> Vec<M> {
        let mut tapes: Vec<M> =
            stmt.blocks().into_iter().flat_map(|block| self.open_cursors(block)).collect();
        if let Stmt::Declare { init: Init::Kept { tape, .. }, .. } = stmt {
            tapes.push(*tape);
        }
        if let Stmt::Loop(looped) = stmt
            && let Head::Replay(replay) = &looped.head
        {
            let by_cursor = |tape: &M| !self.fixed.contains_key(tape) && !self.flat.contains(tape);
            tapes.extend(replay.tape.iter().map(|(tape, _)| *tape).filter(by_cursor));
        }
        tapes
    }

    /// Tapes of another scope (those that a closure captures) are opened at the top of this one.
    fn open_before_first_use(&mut self, block: &Block, tapes: &[M]) {
        if !tapes.is_empty() {
            self.cursors.entry((block.id, 0)).or_default().extend(tapes);
        }
    }
}
