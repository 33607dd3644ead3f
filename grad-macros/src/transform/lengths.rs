//! The lengths of slices and vectors that never change it: they are read once, at the start, so that no iteration has to keep them.
//! What is a length is known by it: `x[start..start + d].len()` is `d`.

use std::collections::{HashMap, HashSet};

use crate::analysis::{Effects, Sizes, effects};
use crate::ir::{Binding, Block, Body, Init, M, Op, Opaque, Place, Prim, Stmt, Ty, V, VarKind};

/// Moves the lengths of slices and vectors to where they start, and gives one name to what is the same length.
pub fn lengths(body: &mut Body) {
    let effects = effects(body);
    let empty = Block { id: body.block.id, stmts: Vec::new(), results: Vec::new(), mirrors: None };
    let mut block = std::mem::replace(&mut body.block, empty);
    let mut lengths = Lengths {
        body,
        effects: &effects,
        known: HashMap::new(),
        same: HashMap::new(),
        copies: HashMap::new(),
    };
    lengths.written(&block);
    lengths.take(&mut block);
    let Lengths { mut known, same, .. } = lengths;
    // What a declaration says may itself be a length that has another name by now.
    let renamed = |v: V| std::iter::successors(Some(v), |v| same.get(v).copied()).last().unwrap_or(v);
    known.values_mut().for_each(|(v, _)| *v = renamed(*v));
    block.map_operands(&mut |v| renamed(v));
    place(body, &mut block, &known);
    one_name(body, &mut block, &known.iter().map(|(m, (v, _))| (*m, *v)).collect());
    body.block = block;
}

/// What is known of the integers of a body whose lengths have one name.
pub fn sizes(body: &Body, effects: &Effects) -> Sizes {
    Sizes::of(body, &body.block, &known(body, effects))
}

/// The lengths of variables that never change it, as far as there is a value for them.
pub fn known(body: &Body, effects: &Effects) -> HashMap<M, V> {
    let mut known: HashMap<M, V> = HashMap::new();
    body.block.for_each_stmt(&mut |stmt| match stmt {
        Stmt::Declare { var, init: Init::Fill { len, vec: true, .. } } => {
            known.extend(named(len).filter(|_| effects.has_one_length(*var)).map(|len| (*var, len)));
        }
        Stmt::Declare { var, init } if effects.has_one_length(*var) => {
            let length = copied(init).and_then(|of| known.get(&of).copied());
            known.extend(length.map(|length| (*var, length)));
        }
        Stmt::Let { value, op: Op::Len(place) }
            if place.projections.is_empty() && effects.has_one_length(place.base) =>
        {
            known.entry(place.base).or_insert(*value);
        }
        _ => {}
    });
    known
}

struct Lengths<'a> {
    body: &'a Body,
    effects: &'a Effects,
    /// The length of a variable, and whether a statement has to read it.
    known: HashMap<M, (V, bool)>,
    same: HashMap<V, V>,
    /// What a variable is a copy of, as long as that.
    copies: HashMap<M, M>,
}

impl Lengths<'_> {
    /// The lengths that the declarations say by a name: `vec![0.0; n]`.
    fn written(&mut self, block: &Block) {
        block.for_each_stmt(&mut |stmt| match stmt {
            Stmt::Declare { var, init: Init::Fill { len, vec: true, .. } }
                if self.effects.has_one_length(*var) =>
            {
                self.known.extend(named(len).map(|len| (*var, (len, false))));
            }
            Stmt::Declare { var, init } => {
                let of = copied(init).filter(|of| self.is_fixed(*var) && self.is_fixed(*of));
                let of = of.map(|of| self.copies.get(&of).copied().unwrap_or(of));
                self.copies.extend(of.map(|of| (*var, of)));
            }
            _ => {}
        });
    }

    /// Takes out the statements that read a length that never changes.
    fn take(&mut self, block: &mut Block) {
        block.stmts.retain_mut(|stmt| {
            for inner in stmt.blocks_mut() {
                self.take(inner);
            }
            let Stmt::Let { value, op: Op::Len(place) } = stmt else { return true };
            if !place.projections.is_empty() || !self.is_fixed(place.base) {
                return true;
            }
            let of = self.copies.get(&place.base).copied().unwrap_or(place.base);
            let first = self.known.entry(of).or_insert((*value, true)).0;
            if first != *value {
                self.same.insert(*value, first);
            }
            false
        });
    }

    fn is_fixed(&self, m: M) -> bool {
        let var = self.body.var(m);
        match var.kind {
            VarKind::Ref | VarKind::RefMut => matches!(var.ty, Ty::Slice(_)),
            VarKind::Local => matches!(var.ty, Ty::Vec(_)) && self.effects.has_one_length(m),
            _ => false,
        }
    }
}

/// The variable that another one starts as a copy of.
fn copied(init: &Init) -> Option<M> {
    match init {
        Init::Copy { from, .. } if from.projections.is_empty() => Some(from.base),
        _ => None,
    }
}

/// The value that the user's words are, if they are nothing but its name.
fn named(len: &Opaque) -> Option<V> {
    match (&*len.expr, &len.uses[..]) {
        (syn::Expr::Path(_), [(_, Binding::Value(v))]) => Some(*v),
        _ => None,
    }
}

/// Puts the lengths of parameters at the start of the function, those of local variables after their declarations.
fn place(body: &Body, block: &mut Block, known: &HashMap<M, (V, bool)>) {
    let read = |m: M, value: V| Stmt::Let { value, op: Op::Len(Place::whole(m)) };
    let mut first: Vec<(M, V)> =
        known.iter().filter(|(_, (_, read))| *read).map(|(m, (v, _))| (*m, *v)).collect();
    first.sort_by_key(|(_, v)| *v);
    let (local, parameters): (Vec<_>, Vec<_>) =
        first.into_iter().partition(|(m, _)| body.var(*m).kind == VarKind::Local);
    block.stmts.splice(0..0, parameters.into_iter().map(|(m, v)| read(m, v)));
    let local = local.into_iter().collect();
    after_declarations(block, &local);
}

fn after_declarations(block: &mut Block, lengths: &HashMap<M, V>) {
    let mut stmts = Vec::with_capacity(block.stmts.len());
    for mut stmt in block.stmts.drain(..) {
        stmt.blocks_mut().into_iter().for_each(|inner| after_declarations(inner, lengths));
        let declared = match &stmt {
            Stmt::Declare { var, .. } => Some(*var),
            _ => None,
        };
        stmts.push(stmt);
        let length = declared.and_then(|var| Some((var, *lengths.get(&var)?)));
        stmts.extend(length.map(|(m, value)| Stmt::Let { value, op: Op::Len(Place::whole(m)) }));
    }
    block.stmts = stmts;
}

/// Lengths of parts that are values already, and smaller ones of two, go by these values' names.
fn one_name(body: &Body, block: &mut Block, lengths: &HashMap<M, V>) {
    let mut names = Names {
        sizes: Sizes::of(body, block, lengths),
        counts: lengths.values().copied().collect(),
        same: HashMap::new(),
        visible: HashSet::new(),
    };
    names.visible.extend(body.params.iter().filter_map(|param| match param.binding {
        Binding::Value(v) => Some(v),
        Binding::Var(_) => None,
    }));
    names.block(block);
    let same = names.same;
    drop_named(block, &same);
    block.map_operands(&mut |v| same.get(&v).copied().unwrap_or(v));
}

struct Names {
    sizes: Sizes,
    /// The values that count something.
    counts: HashSet<V>,
    same: HashMap<V, V>,
    /// The values that are defined here and now: a name that comes later, or in another block, is none.
    visible: HashSet<V>,
}

impl Names {
    fn block(&mut self, block: &Block) {
        let outer = self.visible.clone();
        for stmt in &block.stmts {
            if let Stmt::Let { value, op } = stmt {
                self.integer(*value, op);
            }
            if let Stmt::Loop(looped) = stmt {
                self.visible.extend(looped.params());
            }
            stmt.blocks().into_iter().for_each(|inner| self.block(inner));
            self.visible.extend(stmt.defines());
        }
        self.visible = outer;
    }

    fn integer(&mut self, value: V, op: &Op) {
        let known = match op {
            Op::Len(place) => {
                self.counts.insert(value);
                self.sizes.length(place).and_then(|length| length.as_value())
            }
            // Of other integers it isn't known whether they may be negative.
            Op::Prim(Prim::Min, operands) if operands.iter().any(|v| self.counts.contains(v)) => {
                self.counts.insert(value);
                smaller(&self.sizes, operands)
            }
            _ => None,
        };
        let known = known.map(|v| self.same.get(&v).copied().unwrap_or(v));
        let known = known.filter(|known| *known != value && self.visible.contains(known));
        self.same.extend(known.map(|known| (value, known)));
    }
}

fn smaller(sizes: &Sizes, operands: &[V]) -> Option<V> {
    let [a, b] = *operands else { return None };
    let (of_a, of_b) = (sizes.value(a), sizes.value(b));
    match () {
        () if sizes.is_at_most(&of_a, &of_b) => Some(a),
        () if sizes.is_at_most(&of_b, &of_a) => Some(b),
        () => None,
    }
}

fn drop_named(block: &mut Block, same: &HashMap<V, V>) {
    block.stmts.retain_mut(|stmt| {
        stmt.blocks_mut().into_iter().for_each(|inner| drop_named(inner, same));
        !matches!(stmt, Stmt::Let { value, .. } if same.contains_key(value))
    });
}
