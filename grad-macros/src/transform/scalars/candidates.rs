//! Which arrays fall apart: their elements are known by number wherever the program names them.

use std::collections::{HashMap, HashSet};

use super::{Found, MOST_CARRIED, MOST_ELEMENTS, Shape};
use crate::ir::{
    Arg, Block, BlockId, Body, BranchKind, Init, M, Op, Opaque, Place, Stmt, StoreHow, V, VarKind, visit,
};

/// The arrays that fall apart, and what is copied into them.
pub fn candidates(body: &Body, literals: &HashMap<V, usize>) -> Found {
    let mut search = Search::new(body, literals);
    search.block(&body.block);
    search.settle();
    let Search { shapes, kept, wanted, .. } = search;
    let shapes: HashMap<M, Shape> = shapes.into_iter().filter(|(m, _)| !kept.contains(m)).collect();
    let into = |(v, (shape, into)): (V, (Shape, Vec<M>))| {
        into.iter().any(|m| shapes.contains_key(m)).then_some((v, shape))
    };
    let wanted = wanted.into_iter().filter_map(into).collect();
    Found { shapes, wanted }
}

struct Search<'a> {
    body: &'a Body,
    literals: &'a HashMap<V, usize>,
    /// The candidates.
    shapes: HashMap<M, Shape>,
    /// Where each is declared.
    home: HashMap<M, BlockId>,
    /// The variables that stay as they are.
    kept: HashSet<M>,
    /// Arrays as values: where they were loaded from.
    loaded: HashMap<V, Loaded>,
    /// Array values that go into candidates, and into which.
    wanted: HashMap<V, (Shape, Vec<M>)>,
    /// If the first stays, so does the second: pairs that are swapped (both ways), arrays of arrays and their rows.
    bound: Vec<(M, M)>,
    /// Memory that is declared and not yet there.
    uninit: HashSet<M>,
}

#[derive(Clone)]
struct Loaded {
    from: M,
    shape: Shape,
}

impl<'a> Search<'a> {
    fn new(body: &'a Body, literals: &'a HashMap<V, usize>) -> Self {
        Self {
            body,
            literals,
            shapes: HashMap::new(),
            home: HashMap::new(),
            kept: HashSet::new(),
            loaded: HashMap::new(),
            wanted: HashMap::new(),
            bound: Vec::new(),
            uninit: HashSet::new(),
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            self.stmt(block.id, stmt);
            stmt.blocks().into_iter().for_each(|inner| self.block(inner));
        }
        self.used(&block.results);
    }

    fn stmt(&mut self, block: BlockId, stmt: &Stmt) {
        match stmt {
            Stmt::Let { value, op: Op::Load(place) } => self.load(*value, place),
            Stmt::Let { op: Op::Len(place), .. } if self.is_part(place) => {}
            Stmt::Declare { var, init } => self.declare(block, *var, init),
            Stmt::Store { place, how, value } => self.store(block, place, *how, *value),
            Stmt::Swap { a, b } => {
                self.bound.extend([(*a, *b), (*b, *a)]);
                [*a, *b].into_iter().for_each(|m| self.inside(block, m));
            }
            other => {
                self.used(&other.own_operands());
                self.kept.extend(other.writes());
                self.kept.extend(names(other));
            }
        }
    }

    /// Array values that go elsewhere: where they came from stays.
    fn used(&mut self, values: &[V]) {
        self.kept.extend(values.iter().filter_map(|v| self.loaded.get(v)).map(|loaded| loaded.from));
    }

    fn load(&mut self, value: V, place: &Place) {
        if self.body.value(value).ty.is_scalar() {
            if !self.is_part(place) {
                self.kept.insert(place.base);
            }
            return;
        }
        match Shape::of(&self.body.value(value).ty) {
            Some(shape) => {
                if !self.is_part(place) {
                    self.kept.insert(place.base);
                }
                self.loaded.insert(value, Loaded { from: place.base, shape });
            }
            None => {
                self.kept.insert(place.base);
            }
        }
    }

    fn declare(&mut self, block: BlockId, var: M, init: &Init) {
        self.home.insert(var, block);
        if matches!(init, Init::Uninit) {
            self.uninit.insert(var);
        }
        let known = self.body.var(var);
        let shape = Shape::of(&known.ty).filter(|_| known.kind == VarKind::Local);
        let fits =
            shape.as_ref().is_some_and(|shape| shape.count() <= MOST_ELEMENTS && self.starts(shape, init));
        match shape.filter(|_| fits) {
            Some(shape) => {
                let values = match init {
                    Init::Elements(values) => values.as_slice(),
                    Init::Fill { value, .. } => std::slice::from_ref(value),
                    _ => &[],
                };
                for v in values {
                    self.wants(*v, var);
                    self.bound.extend(self.loaded.get(v).map(|loaded| (var, loaded.from)));
                }
                self.shapes.insert(var, shape);
            }
            None => self.stays(var, init),
        }
    }

    /// What an array that stays as it is starts from may still fall apart, if it's copied as a whole.
    fn stays(&mut self, var: M, init: &Init) {
        self.kept.insert(var);
        match init {
            Init::Copy { from, .. } if self.is_part(from) && Shape::of(&self.body.var(var).ty).is_some() => {}
            Init::Copy { from, .. } => {
                self.kept.insert(from.base);
            }
            Init::Opaque(opaque) | Init::Fill { len: opaque, .. } => {
                self.kept.extend(visit::vars(&opaque.uses));
            }
            _ => {}
        }
        self.used(&Stmt::Declare { var, init: init.clone() }.own_operands());
    }

    /// Whether the elements are known at the start.
    fn starts(&self, shape: &Shape, init: &Init) -> bool {
        let scalar = |v: &V| self.body.value(*v).ty.is_scalar() || self.loaded.contains_key(v);
        match init {
            Init::Elements(values) => values.iter().all(scalar),
            Init::Fill { value, vec, .. } => scalar(value) && !vec,
            Init::Uninit => shape.count() <= MOST_CARRIED,
            Init::Copy { from, .. } => self.is_part(from) || shape.count() <= MOST_CARRIED,
            _ => false,
        }
    }

    fn store(&mut self, block: BlockId, place: &Place, how: StoreHow, value: V) {
        let Some(part) = self.shapes.get(&place.base).and_then(|shape| shape.part(place, self.literals))
        else {
            return self.store_elsewhere(place, value);
        };
        self.inside(block, place.base);
        let scalar = self.body.value(value).ty.is_scalar() && part.len == 1;
        let array = self.loaded.get(&value).is_some_and(|loaded| loaded.shape.count() == part.len);
        if scalar || array && how == StoreHow::Set {
            self.wants(value, place.base);
        } else {
            self.kept.insert(place.base);
            self.used(&[value]);
        }
    }

    /// A whole array may be stored to other memory element by element, where that has elements.
    fn store_elsewhere(&mut self, place: &Place, value: V) {
        self.kept.insert(place.base);
        if self.uninit.contains(&place.base) {
            self.used(&[value]);
        }
    }

    /// What is written in a block that isn't its own becomes a result of branches and loops.
    fn inside(&mut self, block: BlockId, m: M) {
        let many = self.shapes.get(&m).is_some_and(|shape| shape.count() > MOST_CARRIED);
        if many && self.home.get(&m) != Some(&block) {
            self.kept.insert(m);
        }
    }

    fn wants(&mut self, value: V, into: M) {
        if let Some(loaded) = self.loaded.get(&value) {
            let shape = loaded.shape.clone();
            self.wanted.entry(value).or_insert_with(|| (shape, Vec::new())).1.push(into);
        }
    }

    /// Whether a place is known by number, if it's in a candidate at all.
    fn is_part(&self, place: &Place) -> bool {
        self.shapes.get(&place.base).is_none_or(|shape| shape.part(place, self.literals).is_some())
    }

    fn settle(&mut self) {
        loop {
            let stays = |m: &M| self.kept.contains(m) || !self.shapes.contains_key(m);
            let next = self.bound.iter().find(|(first, second)| stays(first) && !self.kept.contains(second));
            let Some(&(_, second)) = next else { return };
            self.kept.insert(second);
        }
    }
}

/// The variables that a statement names in another way than by a load or a store.
fn names(stmt: &Stmt) -> Vec<M> {
    let of = |opaque: &Opaque| visit::vars(&opaque.uses).collect::<Vec<M>>();
    match stmt {
        Stmt::Let { op, .. } => op.reads(),
        Stmt::Effect(effect) => visit::vars(&effect.uses).collect(),
        Stmt::Call(call) => {
            let mut names: Vec<M> = call.fails.opaques().flat_map(of).collect();
            for arg in &call.args {
                match arg {
                    Arg::Ref { place, .. } => names.push(place.base),
                    Arg::Opaque(opaque) => names.extend(of(opaque)),
                    Arg::Value(_) => {}
                }
            }
            names
        }
        Stmt::Branch(branch) => match &branch.kind {
            BranchKind::Match { scrutinee, arms, .. } => {
                let guards = arms.iter().filter_map(|arm| arm.guard.as_ref());
                guards.chain([scrutinee]).flat_map(of).collect()
            }
            BranchKind::If(_) | BranchKind::Switch(_) => Vec::new(),
        },
        Stmt::Loop(looped) => {
            looped.checkpoint.iter().filter_map(|checkpoint| checkpoint.every.as_ref()).flat_map(of).collect()
        }
        _ => Vec::new(),
    }
}
