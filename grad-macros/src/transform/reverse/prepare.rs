//! What the primal sweep computes for the adjoint's sake: pullbacks of calls, and the shapes of local memory.

use std::collections::{HashMap, HashSet};

use proc_macro2::Span;

use crate::analysis::{Activity, Effects, effects, is_active_call, moved};
use crate::ir::{
    Arg, Block, Body, Branch, BranchKind, Call, Init, M, Op, Output, Place, Stmt, StoreHow, TangentArg, Ty,
    V, Value, VarKind,
};
use crate::transform::lengths::known;

/// The shapes of local variables, as values at the end of the block that declares them.
#[derive(Clone, Default)]
pub struct Prepared {
    /// The length of a `Vec` of known elements.
    pub lengths: HashMap<M, V>,
    /// A zero tangent of a variable whose type isn't known.
    pub zeros: HashMap<M, V>,
    /// A zero tangent of what a store overwrites, by the variable and the value that is stored: of an enum, whose variant may change.
    /// Of a vector of numbers its length.
    pub before: HashMap<(M, V), V>,
}

impl Prepared {
    /// Whether the shape of a variable is kept.
    fn knows(&self, m: M) -> bool {
        self.lengths.contains_key(&m) || self.zeros.contains_key(&m)
    }

    /// A copy of a variable has the shape that the copies of these values say.
    pub fn inherit(&mut self, copy: M, of: M, values: &HashMap<V, V>) {
        for table in [&mut self.lengths, &mut self.zeros] {
            if let Some(v) = table.get(&of).copied() {
                table.insert(copy, values.get(&v).copied().unwrap_or(v));
            }
        }
        let renamed = |v: V| values.get(&v).copied().unwrap_or(v);
        for ((m, value), shape) in self.before.clone() {
            if m == of {
                self.before.insert((copy, renamed(value)), renamed(shape));
            }
        }
    }
}

/// Gives every active call a pullback and every active local variable a shape. `kept` says that the adjoint sweep runs in the
/// same function, so that it may use what borrows a local variable.
pub fn prepare(body: &mut Body, activity: &Activity, kept: bool) -> Prepared {
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let effects = effects(body);
    let lengths = known(body, &effects);
    let mut block = std::mem::replace(&mut body.block, empty);
    let globals = block.stmts.iter().filter_map(declared).collect();
    let variants = matched(&block);
    let empty = without_value(body, &block);
    let mut prepare = Prepare {
        body,
        activity,
        effects,
        lengths,
        kept,
        globals,
        prepared: Prepared::default(),
        variants,
        empty,
    };
    prepare.block(&mut block, true);
    let prepared = prepare.prepared;
    body.block = block;
    prepared
}

/// The variables that are declared without a value. A vector that gets several is empty at first.
fn without_value(body: &Body, block: &Block) -> HashSet<M> {
    let mut out = HashSet::new();
    block.for_each_stmt(&mut |stmt| {
        if let Stmt::Declare { var, init: Init::Uninit } = stmt {
            out.insert(*var);
        }
    });
    let mut again = HashSet::new();
    stored_again(block, &mut again);
    let is_empty = |var: M| is_row(&body.var(var).ty);
    out.retain(|var| !(again.contains(var) && is_empty(*var)));
    out
}

/// The variables of which all is stored more than once on some way through a block; which are stored in it.
fn stored_again(block: &Block, again: &mut HashSet<M>) -> HashSet<M> {
    let mut stored = HashSet::new();
    for stmt in &block.stmts {
        let mut here = HashSet::new();
        if let Stmt::Store { place, how: StoreHow::Set, .. } = stmt
            && place.projections.is_empty()
        {
            here.insert(place.base);
        }
        for inner in stmt.blocks() {
            let stored = stored_again(inner, again);
            if matches!(stmt, Stmt::Loop(_)) {
                let own: HashSet<M> = inner.stmts.iter().filter_map(declared).collect();
                again.extend(stored.difference(&own));
            }
            here.extend(stored);
        }
        again.extend(stored.intersection(&here));
        stored.extend(here);
    }
    stored
}

/// The variables that a `match` looks at.
fn matched(block: &Block) -> HashSet<M> {
    let mut out = HashSet::new();
    block.for_each_stmt(&mut |stmt| {
        if let Stmt::Branch(Branch { kind: BranchKind::Match { scrutinee, .. }, .. }) = stmt {
            out.extend(crate::ir::visit::vars(&scrutinee.uses));
        }
    });
    out
}

fn declared(stmt: &Stmt) -> Option<M> {
    match stmt {
        Stmt::Declare { var, .. } => Some(*var),
        _ => None,
    }
}

struct Prepare<'a> {
    body: &'a mut Body,
    activity: &'a Activity,
    effects: Effects,
    /// The lengths that have a value already.
    lengths: HashMap<M, V>,
    kept: bool,
    /// The variables that the function's own block declares.
    globals: HashSet<M>,
    prepared: Prepared,
    /// The variables that are matched by their variants.
    variants: HashSet<M>,
    /// The variables that start without a value.
    empty: HashSet<M>,
}

impl Prepare<'_> {
    fn block(&mut self, block: &mut Block, top: bool) {
        let mut shapes: Vec<(M, Stmt)> = Vec::new();
        let mut stmts: Vec<Stmt> = Vec::new();
        // Where variables were moved out of: their shape is asked for before.
        let mut emptied: HashMap<M, usize> = HashMap::new();
        for mut stmt in block.stmts.drain(..) {
            // A vector that is moved out of has its last length here.
            if let Some(gone) = moved(self.body, &stmt)
                && matches!(self.body.var(gone).ty, Ty::Vec(_))
                && let Some(index) = shapes.iter().position(|(var, _)| *var == gone)
            {
                stmts.push(shapes.swap_remove(index).1);
            }
            // So has a parameter that is moved out of its shape.
            if top
                && let Some(gone) = moved(self.body, &stmt)
                && self.body.var(gone).kind == VarKind::Owned
                && self.activity.var_varied(gone)
                && !self.prepared.knows(gone)
            {
                stmts.extend(shape(self.body, gone, &Init::Uninit, &mut self.prepared));
            }
            match &mut stmt {
                Stmt::Store { place, how: StoreHow::Set, value } => {
                    if let Some(shape) = self.overwritten(place, *value, &stmts) {
                        let at = emptied.remove(&place.base).unwrap_or(stmts.len());
                        emptied.values_mut().filter(|other| **other >= at).for_each(|other| *other += 1);
                        stmts.insert(at, shape);
                    }
                }
                Stmt::Call(call) if self.is_active(call) => self.call(call, top, &mut stmts),
                Stmt::Declare { var, init }
                    if self.activity.var_varied(*var) && self.body.var(*var).kind == VarKind::Local =>
                {
                    match self.lengths.get(var) {
                        Some(length) if is_row(&self.body.var(*var).ty) => {
                            self.prepared.lengths.insert(*var, *length);
                        }
                        _ => {
                            let shape = shape(self.body, *var, init, &mut self.prepared);
                            shapes.extend(shape.map(|stmt| (*var, stmt)));
                        }
                    }
                }
                _ => {}
            }
            for inner in stmt.blocks_mut() {
                self.block(inner, false);
            }
            // What isn't changed has its shape from the start, and parts of it may be moved out afterwards.
            let fixed = matches!(&stmt, Stmt::Declare { var, .. } if self.is_fixed(*var));
            if let Some(gone) = moved(self.body, &stmt) {
                emptied.entry(gone).or_insert(stmts.len());
            }
            stmts.push(stmt);
            if fixed {
                let shape = shapes.pop_if(|(var, _)| self.is_fixed(*var));
                stmts.extend(shape.map(|(_, shape)| shape));
            }
        }
        stmts.extend(shapes.into_iter().map(|(_, stmt)| stmt));
        block.stmts = stmts;
    }

    /// Whether a variable has the same shape from its declaration on.
    fn is_fixed(&self, m: M) -> bool {
        !self.body.var(m).mutable || self.prepared.lengths.contains_key(&m) && self.effects.has_one_length(m)
    }

    /// Remembers the shape of what is overwritten, if it may be an enum, a vector, or hold some.
    fn overwritten(&mut self, place: &Place, value: V, before: &[Stmt]) -> Option<Stmt> {
        let known = is_static(&self.body.value(value).ty) || place.is_constant();
        if known || self.empty.contains(&place.base) || !self.activity.var_varied(place.base) {
            return None;
        }
        let var = self.body.var(place.base);
        if let Ty::Vec(element) = &var.ty
            && place.projections.is_empty()
            && is_static(element)
        {
            let len = new_value(self.body, format!("{}_len", var.name.clone()), Ty::Int);
            self.prepared.before.insert((place.base, value), len);
            return Some(Stmt::Let { value: len, op: Op::Len(place.clone()) });
        }
        let whole = matches!(var.ty, Ty::Vec(_)) && place.projections.is_empty();
        let unknown = matches!(self.body.value(value).ty, Ty::Unknown | Ty::Named(_));
        if !whole && !unknown && !self.variants.contains(&place.base) {
            return None;
        }
        let zero = new_value(self.body, format!("{}_before", self.body.var(place.base).name), Ty::Unknown);
        self.prepared.before.insert((place.base, value), zero);
        let op = copied(before, place).map_or_else(|| Op::ZeroTangentAt(place.clone()), Op::ZeroTangent);
        Some(Stmt::Let { value: zero, op })
    }

    /// Whether a derivative goes in and comes out.
    fn is_active(&self, call: &Call) -> bool {
        let changed = call.args.iter().any(|arg| match arg {
            Arg::Ref { place, mutable } => *mutable && self.activity.var_varied(place.base),
            Arg::Value(_) | Arg::Opaque(_) => false,
        });
        let comes_out = changed || call.result.is_some_and(|result| self.activity.varied(result));
        comes_out && is_active_call(self.activity, call) || call.tangent.is_some()
    }

    /// Keeps the pullback, or what it takes to call again.
    fn call(&mut self, call: &mut Call, top: bool, before: &mut Vec<Stmt>) {
        if call.tangent.is_some() {
            return self.second(call, before);
        }
        let stays = call.args.iter().all(|arg| match arg {
            Arg::Ref { place, mutable: false } => {
                let outlives = self.body.var(place.base).kind == VarKind::Ref;
                outlives || self.kept && top && self.is_there(call, place.base)
            }
            _ => true,
        });
        if stays {
            call.pullback = Some(self.body.new_value("pullback", Ty::Unknown, call.span));
            return;
        }
        call.repeat = Some(self.copies(call, before));
    }

    /// Keeps what it takes to make a call with tangents once more.
    fn second(&mut self, call: &mut Call, before: &mut Vec<Stmt>) {
        call.repeat = Some(self.copies(call, before));
        let places = call.tangent.iter().flat_map(|tangent| &tangent.args).map(|arg| match arg {
            TangentArg::Ref { place, mutable } => Some((place.clone(), *mutable)),
            TangentArg::Value(_) | TangentArg::Constant => None,
        });
        let places: Vec<Option<(Place, bool)>> = places.collect();
        let copies = places.into_iter().map(|place| self.copy(call, place?, before)).collect();
        if let Some(tangent) = &mut call.tangent {
            tangent.repeat = copies;
        }
    }

    /// Copies of the arguments by reference that are gone when the adjoint sweep comes to the call.
    fn copies(&mut self, call: &Call, before: &mut Vec<Stmt>) -> Vec<Option<V>> {
        let place = |arg: &Arg| match arg {
            Arg::Ref { place, mutable } => Some((place.clone(), *mutable)),
            Arg::Value(_) | Arg::Opaque(_) => None,
        };
        call.args.iter().map(|arg| self.copy(call, place(arg)?, before)).collect()
    }

    fn copy(&mut self, call: &Call, (place, mutable): (Place, bool), before: &mut Vec<Stmt>) -> Option<V> {
        if !mutable && self.is_there(call, place.base) {
            return None;
        }
        let name = format!("{}_before", self.body.var(place.base).name);
        let copy = self.body.new_value(name, Ty::Unknown, call.span);
        before.push(Stmt::Let { value: copy, op: Op::Snapshot(place) });
        Some(copy)
    }

    /// Whether what the call reads of a variable is still there in the adjoint sweep.
    fn is_there(&self, call: &Call, m: M) -> bool {
        let kind = self.body.var(m).kind;
        let lives = kind == VarKind::Ref || kind == VarKind::Owned || self.globals.contains(&m);
        let moved = !self.kept && is_result(&self.body.result, m);
        lives && !moved && call.result.is_some_and(|result| self.effects.unchanged_since(result, m))
    }
}

/// The copy that was just made of a place for a call, if nothing was changed since.
fn copied(before: &[Stmt], place: &Place) -> Option<V> {
    let changes = |arg: &Arg| matches!(arg, Arg::Ref { mutable: true, .. });
    let steady = |stmt: &&Stmt| match stmt {
        Stmt::Let { .. } => true,
        Stmt::Call(call) => !call.args.iter().any(changes),
        _ => false,
    };
    before.iter().rev().take_while(steady).find_map(|stmt| match stmt {
        Stmt::Let { value, op: Op::Snapshot(from) } if from == place => Some(*value),
        _ => None,
    })
}

fn is_result(output: &Output, m: M) -> bool {
    match output {
        Output::Var(result) => *result == m,
        Output::Tuple(parts) => parts.iter().any(|part| is_result(part, m)),
        Output::Unit | Output::Value(_) => false,
    }
}

/// The statement that remembers a variable's shape, where its type doesn't say.
fn shape(body: &mut Body, var: M, init: &Init, prepared: &mut Prepared) -> Option<Stmt> {
    let name = body.var(var).name.clone();
    let ty = body.var(var).ty.clone();
    let place = Place::whole(var);
    if is_static(&ty) || matches!(init, Init::Tape(_)) {
        return None;
    }
    if is_row(&ty) {
        let len = new_value(body, format!("{name}_len"), Ty::Int);
        prepared.lengths.insert(var, len);
        return Some(Stmt::Let { value: len, op: Op::Len(place) });
    }
    let zero = new_value(body, format!("{name}_zero"), Ty::Unknown);
    prepared.zeros.insert(var, zero);
    Some(Stmt::Let { value: zero, op: Op::ZeroTangentAt(place) })
}

fn new_value(body: &mut Body, name: String, ty: Ty) -> V {
    body.values.push(Value { name, ty, span: Span::call_site() });
    V(u32::try_from(body.values.len() - 1).unwrap_or(u32::MAX))
}

/// Whether the number of elements says the shape.
fn is_row(ty: &Ty) -> bool {
    matches!(ty, Ty::Vec(element) if is_static(element))
}

/// Whether the type says the shape.
pub fn is_static(ty: &Ty) -> bool {
    match ty {
        Ty::Float(_) | Ty::Int | Ty::Bool => true,
        Ty::Array(element, _) => is_static(element),
        Ty::Tuple(elements) => elements.iter().all(is_static),
        Ty::Constant
        | Ty::Slice(_)
        | Ty::Vec(_)
        | Ty::Option(_)
        | Ty::Unknown
        | Ty::Named(_)
        | Ty::Algebra(..) => false,
    }
}
