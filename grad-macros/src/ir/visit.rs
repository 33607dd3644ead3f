//! Walks over the IR: what a statement reads, what it defines, and how to rewrite either.

use super::{
    Adapter, Arg, Binding, Block, Branch, BranchKind, Call, Fails, Head, Init, Loop, M, Op, Opaque, Place,
    Range, Slot, Stmt, TangentArg, TapeShape, V,
};

impl Opaque {
    /// The values that the expression names.
    pub fn values(&self) -> impl Iterator<Item = V> + '_ {
        values(&self.uses)
    }
}

/// The values among what user code names.
pub fn values(uses: &[(proc_macro2::Ident, Binding)]) -> impl Iterator<Item = V> + '_ {
    uses.iter().filter_map(|(_, binding)| match binding {
        Binding::Value(v) => Some(*v),
        Binding::Var(_) => None,
    })
}

/// The variables among what user code names.
pub fn vars(uses: &[(proc_macro2::Ident, Binding)]) -> impl Iterator<Item = M> + '_ {
    uses.iter().filter_map(|(_, binding)| match binding {
        Binding::Var(m) => Some(*m),
        Binding::Value(_) => None,
    })
}

fn map_uses(uses: &mut [(proc_macro2::Ident, Binding)], f: &mut impl FnMut(V) -> V) {
    for (_, binding) in uses {
        if let Binding::Value(v) = binding {
            *v = f(*v);
        }
    }
}

impl Op {
    /// Calls `f` on every operand.
    pub fn map_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        match self {
            Self::Number(_) | Self::Literal(_) | Self::Undef => {}
            Self::Prim(_, operands) => operands.iter_mut().for_each(|v| *v = f(*v)),
            Self::Wrap(v)
            | Self::Unwrap(v)
            | Self::Cast(v, _)
            | Self::Copy(v)
            | Self::Stop(v)
            | Self::ZeroTangent(v) => *v = f(*v),
            Self::Load(place)
            | Self::Len(place)
            | Self::ZeroTangentAt(place)
            | Self::SumOver(place)
            | Self::Snapshot(place) => place.map_operands(f),
            Self::Dot(places) => {
                places.0.map_operands(f);
                places.1.map_operands(f);
            }
            Self::TangentSum(a, b) => {
                *a = f(*a);
                *b = f(*b);
            }
            Self::Opaque(opaque) => map_uses(&mut opaque.uses, f),
            Self::TripCount(range) => range.map_operands(f),
        }
    }

    /// The values that it reads.
    pub fn operands(&self) -> Vec<V> {
        let mut out = Vec::new();
        self.clone().map_operands(&mut |v| {
            out.push(v);
            v
        });
        out
    }

    /// The variables that it reads.
    pub fn reads(&self) -> Vec<M> {
        match self {
            Self::Load(place)
            | Self::Len(place)
            | Self::ZeroTangentAt(place)
            | Self::SumOver(place)
            | Self::Snapshot(place) => {
                vec![place.base]
            }
            Self::Dot(places) => vec![places.0.base, places.1.base],
            Self::Opaque(opaque) => vars(&opaque.uses).collect(),
            _ => Vec::new(),
        }
    }
}

impl Init {
    fn map_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        match self {
            Self::Uninit | Self::Tape(TapeShape::Fixed(_) | TapeShape::Buffer { .. }) => {}
            Self::Zeros { len, .. } => len.iter_mut().for_each(|v| *v = f(*v)),
            Self::Elements(values) => values.iter_mut().for_each(|v| *v = f(*v)),
            Self::Fill { value, len, .. } => {
                *value = f(*value);
                map_uses(&mut len.uses, f);
            }
            Self::Copy { from, .. } => from.map_operands(f),
            Self::Row(row) => {
                row.of.map_operands(f);
                row.count = f(row.count);
            }
            Self::Opaque(opaque) => map_uses(&mut opaque.uses, f),
            Self::Value(v) => *v = f(*v),
            Self::Kept { count, .. } => *count = f(*count),
            Self::Struct { fields, .. } => fields.iter_mut().for_each(|(_, v)| *v = f(*v)),
            Self::Tape(TapeShape::Growing { capacity, .. }) => capacity.iter_mut().for_each(|v| *v = f(*v)),
            Self::Tape(TapeShape::Sized { count, .. }) => *count = f(*count),
        }
    }
}

impl Range {
    /// Calls `f` on every operand.
    pub fn map_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        self.start = f(self.start);
        self.end = f(self.end);
        for adapter in &mut self.adapters {
            match adapter {
                Adapter::Rev => {}
                Adapter::StepBy(v) | Adapter::Skip(v) | Adapter::Take(v) => *v = f(*v),
            }
        }
    }
}

impl Arg {
    fn map_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        match self {
            Self::Value(v) => *v = f(*v),
            Self::Ref { place, .. } => place.map_operands(f),
            Self::Opaque(opaque) => map_uses(&mut opaque.uses, f),
        }
    }
}

impl Call {
    fn map_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        self.args.iter_mut().for_each(|arg| arg.map_operands(f));
        self.fails.opaques_mut().for_each(|opaque| map_uses(&mut opaque.uses, f));
        for arg in self.tangent.iter_mut().flat_map(|tangent| &mut tangent.args) {
            match arg {
                TangentArg::Value(v) => *v = f(*v),
                TangentArg::Ref { place, .. } => place.map_operands(f),
                TangentArg::Constant => {}
            }
        }
    }
}

impl Slot {
    fn map_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        if let Self::Ref(place) | Self::Scratch(place) = self {
            place.map_operands(f);
        }
    }

    /// The value that it defines.
    fn value(&self) -> Option<V> {
        match self {
            Self::Value(v) => Some(*v),
            Self::Ref(_) | Self::Scratch(_) | Self::Constant => None,
        }
    }

    /// The variable that is written through it.
    fn written(&self) -> Option<M> {
        match self {
            Self::Ref(place) => Some(place.base),
            Self::Value(_) | Self::Scratch(_) | Self::Constant => None,
        }
    }
}

impl BranchKind {
    fn map_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        match self {
            Self::If(v) | Self::Switch(v) => *v = f(*v),
            Self::Match { scrutinee, arms, .. } => {
                map_uses(&mut scrutinee.uses, f);
                for guard in arms.iter_mut().filter_map(|arm| arm.guard.as_mut()) {
                    map_uses(&mut guard.uses, f);
                }
            }
        }
    }
}

impl Fails {
    /// The user's words in it.
    pub fn opaques_mut(&mut self) -> impl Iterator<Item = &mut Opaque> {
        let adaptors = match self {
            Self::Leaves(adaptors) | Self::Unwraps(adaptors) => &mut adaptors[..],
            Self::Never | Self::Decides | Self::No => &mut [],
        };
        adaptors.iter_mut().flat_map(|adaptor| &mut adaptor.args)
    }

    /// The user's words in it.
    pub fn opaques(&self) -> impl Iterator<Item = &Opaque> {
        let adaptors = match self {
            Self::Leaves(adaptors) | Self::Unwraps(adaptors) => &adaptors[..],
            Self::Never | Self::Decides | Self::No => &[],
        };
        adaptors.iter().flat_map(|adaptor| &adaptor.args)
    }
}

impl Loop {
    fn map_outer_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        match &mut self.head {
            Head::Range { range, .. } => range.map_operands(f),
            Head::While(_) | Head::Forever => {}
            Head::Replay(replay) => match &mut replay.range {
                Some((_, range)) => range.map_operands(f),
                None => replay.count = f(replay.count),
            },
        }
        for carried in &mut self.carried {
            carried.init = f(carried.init);
        }
        if let Some(every) = self.checkpoint.as_mut().and_then(|checkpoint| checkpoint.every.as_mut()) {
            map_uses(&mut every.uses, f);
        }
    }
}

impl Stmt {
    /// Calls `f` on the operands that the statement itself reads (not those of the blocks inside it).
    pub fn map_own_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        match self {
            Self::Let { op, .. } => op.map_operands(f),
            Self::Declare { init, .. } => init.map_operands(f),
            Self::Store { place, value, .. } => {
                place.map_operands(f);
                *value = f(*value);
            }
            Self::Effect(effect) => map_uses(&mut effect.uses, f),
            Self::Branch(branch) => branch.kind.map_operands(f),
            Self::Loop(looped) => looped.map_outer_operands(f),
            Self::Call(call) => call.map_operands(f),
            Self::Pullback(pullback) => {
                match &mut pullback.call {
                    Some(call) => call.map_operands(f),
                    None => pullback.handle = f(pullback.handle),
                }
                pullback.seed.iter_mut().for_each(|v| *v = f(*v));
                pullback.slots.iter_mut().for_each(|slot| slot.map_operands(f));
            }
            Self::Second(second) => {
                second.call.map_operands(f);
                if let Some((value, tangent)) = &mut second.seeds {
                    (*value, *tangent) = (f(*value), f(*tangent));
                }
                second.all_slots_mut().for_each(|slot| slot.map_operands(f));
            }
            Self::Record { values, .. } => values.iter_mut().for_each(|v| *v = f(*v)),
            Self::Swap { .. } => {}
            Self::Keep { place, .. } | Self::Clear { place, .. } => place.map_operands(f),
        }
    }

    /// The operands that the statement itself reads (not those of the blocks inside it).
    pub fn own_operands(&self) -> Vec<V> {
        let mut out = Vec::new();
        self.clone_shallow().map_own_operands(&mut |v| {
            out.push(v);
            v
        });
        out
    }

    /// A copy without the blocks inside.
    fn clone_shallow(&self) -> Self {
        let hollow =
            |block: &Block| Block { id: block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
        match self {
            Self::Branch(branch) => Self::Branch(Branch {
                kind: branch.kind.clone(),
                arms: Vec::new(),
                results: branch.results.clone(),
                span: branch.span,
            }),
            Self::Loop(looped) => Self::Loop(Box::new(Loop {
                id: looped.id,
                head: match &looped.head {
                    Head::While(block) => Head::While(hollow(block)),
                    head => head.clone(),
                },
                carried: looped.carried.clone(),
                body: hollow(&looped.body),
                exit: None,
                count: looped.count,
                checkpoint: looped.checkpoint.clone(),
                span: looped.span,
            })),
            other => other.clone(),
        }
    }

    /// The values that the statement defines in the enclosing block.
    pub fn defines(&self) -> Vec<V> {
        match self {
            Self::Let { value, .. } => vec![*value],
            Self::Declare { .. }
            | Self::Store { .. }
            | Self::Effect(_)
            | Self::Record { .. }
            | Self::Keep { .. }
            | Self::Swap { .. }
            | Self::Clear { .. } => Vec::new(),
            Self::Branch(branch) => {
                let mut out = branch.results.clone();
                if let BranchKind::Match { selector, .. } = &branch.kind {
                    out.push(*selector);
                }
                out
            }
            Self::Loop(looped) => {
                looped.carried.iter().map(|carried| carried.result).chain([looped.count]).collect()
            }
            Self::Call(call) => {
                let tangent = call.tangent.as_ref().and_then(|tangent| tangent.result);
                call.result.into_iter().chain(call.pullback).chain(tangent).collect()
            }
            Self::Pullback(pullback) => {
                let result = pullback.call.iter().filter_map(|call| call.result);
                result.chain(pullback.slots.iter().filter_map(Slot::value)).collect()
            }
            Self::Second(second) => second.all_slots().filter_map(Slot::value).collect(),
        }
    }

    /// The blocks inside, with the values that each sees besides those of the enclosing block.
    pub fn blocks(&self) -> Vec<&Block> {
        match self {
            Self::Branch(branch) => branch.arms.iter().collect(),
            Self::Loop(looped) => match &looped.head {
                Head::While(cond) => vec![cond, &looped.body],
                _ => vec![&looped.body],
            },
            _ => Vec::new(),
        }
    }

    /// The blocks inside.
    pub fn blocks_mut(&mut self) -> Vec<&mut Block> {
        match self {
            Self::Branch(branch) => branch.arms.iter_mut().collect(),
            Self::Loop(looped) => match &mut looped.head {
                Head::While(cond) => vec![cond, &mut looped.body],
                _ => vec![&mut looped.body],
            },
            _ => Vec::new(),
        }
    }

    /// The variables that the statement itself may write (not in the blocks inside it).
    pub fn writes(&self) -> Vec<M> {
        match self {
            Self::Declare { var, .. } => vec![*var],
            Self::Store { place, .. } => vec![place.base],
            Self::Effect(effect) => effect.writes.clone(),
            Self::Call(call) => call_writes(call),
            Self::Pullback(pullback) => {
                let slots = pullback.slots.iter().filter_map(Slot::written);
                pullback.call.iter().flat_map(|call| call_writes(call)).chain(slots).collect()
            }
            Self::Second(second) => {
                let slots = second.all_slots().filter_map(Slot::written);
                call_writes(&second.call).into_iter().chain(slots).collect()
            }
            Self::Record { tape, .. } | Self::Keep { tape, .. } => vec![*tape],
            Self::Swap { a, b } => vec![*a, *b],
            Self::Clear { place, .. } => vec![place.base],
            Self::Let { .. } | Self::Branch(_) | Self::Loop(_) => Vec::new(),
        }
    }
}

fn call_writes(call: &Call) -> Vec<M> {
    let primal = call.args.iter().filter_map(|arg| match arg {
        Arg::Ref { place, mutable: true } => Some(place.base),
        _ => None,
    });
    let tangents = call.tangent.iter().flat_map(|tangent| &tangent.args).filter_map(|arg| match arg {
        TangentArg::Ref { place, mutable: true } => Some(place.base),
        _ => None,
    });
    primal.chain(tangents).collect()
}

impl Loop {
    /// The values that the body sees and the enclosing block doesn't.
    pub fn params(&self) -> Vec<V> {
        let mut out: Vec<V> = self.carried.iter().map(|carried| carried.param).collect();
        match &self.head {
            Head::Range { index, .. } => out.push(*index),
            Head::While(_) | Head::Forever => {}
            Head::Replay(replay) => {
                out.extend(replay.range.iter().map(|(index, _)| *index));
                out.extend(replay.tape.iter().flat_map(|(_, fields)| fields.iter().copied()));
            }
        }
        out
    }
}

impl Block {
    /// Calls `f` on every operand in the block and the blocks inside it, results and exits included.
    pub fn map_operands(&mut self, f: &mut impl FnMut(V) -> V) {
        for stmt in &mut self.stmts {
            stmt.map_own_operands(f);
            for block in stmt.blocks_mut() {
                block.map_operands(f);
            }
            if let Stmt::Loop(looped) = stmt {
                looped.exit.iter_mut().for_each(|v| *v = f(*v));
            }
        }
        self.results.iter_mut().for_each(|v| *v = f(*v));
    }

    /// Calls `f` on every statement, outer before inner, in order.
    pub fn for_each_stmt<'a>(&'a self, f: &mut impl FnMut(&'a Stmt)) {
        self.stmts.iter().for_each(|stmt| stmt.for_each(f));
    }
}

impl Stmt {
    /// Calls `f` on the statement and on every one inside it, outer before inner, in order.
    pub fn for_each<'a>(&'a self, f: &mut impl FnMut(&'a Stmt)) {
        f(self);
        self.blocks().into_iter().for_each(|block| block.for_each_stmt(f));
    }
}

impl Place {
    /// Whether the two places may share memory (a difference in fields tells them apart).
    pub fn may_overlap(&self, other: &Place) -> bool {
        use super::Projection::{Field, Payload};
        self.base == other.base
            && !self.projections.iter().zip(&other.projections).any(|pair| match pair {
                (Field(a), Field(b)) => a != b,
                (Payload(a), Payload(b)) => a.is_apart_from(b),
                _ => false,
            })
    }
}
